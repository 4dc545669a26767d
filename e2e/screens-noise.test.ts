/** Noise and cost, as an operator finds it: advice, the dialog that says what a pattern goes before, rules and the way back. */
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { NoiseRules } from '#contract/noise.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { LOOKS, walk } from './support/scenes.ts';

startForAll();

const now = Date.now();
const lines = (count: number, of: (n: number) => string, fields: (n: number) => Record<string, string>) =>
  Array.from({ length: count }, (_, n) => ({ at: now - n * 997, text: of(n), fields: fields(n) }));
const level = (word: string) => () => ({ level: word });

beforeAll(async () => {
  const trace = randomBytes(16).toString('hex');
  await pushLines(program, { app: 'checkout', env: 'production' }, [
    ...lines(900, (n) => `GET /healthz 200 in ${n % 7}ms`, level('info')),
    ...lines(300, (n) => `GET /orders/${n} 200 in ${n % 90}ms`, level('info')),
    ...lines(400, (n) => `SELECT total FROM carts WHERE id = ${n}`, level('debug')),
    ...lines(
      120,
      (n) => `price of article ${n} not found, using the list price`,
      (n) => ({
        ...{ level: 'error', user_id: `calm-${n}` },
      }),
    ),
    ...lines(
      30,
      (n) => `gateway answered 503 for order ${n}, trying again`,
      () => ({
        ...{ level: 'warn', trace_id: trace },
      }),
    ),
  ]);
  await pushLines(program, { app: 'mailer', env: 'production' }, [
    ...lines(200, () => 'nothing to send', level('info')).map((line, n) => ({ ...line, at: now - n * 50 })),
    ...lines(
      40,
      (n) => `could not render mail ${n}\nError: no template\n    at render (/app/mail.js:${n}:9)`,
      level('info'),
    ),
  ]);
  await program.sendEvent({
    event_id: trace,
    exception: { values: [{ type: 'PaymentError', value: 'the gateway is down' }] },
    contexts: { trace: { trace_id: trace, span_id: '1'.repeat(16) } },
  });
  await linesStored(program, 1_990);
  await issueTitled(program, 'PaymentError');
});

const rules = async () => (await program.get<NoiseRules>('/api/v1/projects/default/noise/rules')).items;

test('advice is taken with two clicks, what it saves is told, and undone', async () => {
  const page = await screens.visit('/usage');
  await page.getByRole('link', { name: 'Noise and cost' }).click();
  const advice = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Health checks' }) });
  await advice.getByText('900 records of 1,200').waitFor();
  await advice.getByRole('button', { name: 'Drop' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It goes before no issue').waitFor();
  expect(await dialog.getByLabel('Only records that contain').inputValue()).toBe('/healthz');
  await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
  await page.getByText('From now on: dropped.').waitFor();
  expect(await rules()).toMatchObject([{ action: 'drop', contains: '/healthz', enabled: true }]);
  await pushLines(
    program,
    { app: 'checkout' },
    lines(25, () => 'GET /healthz 200 in 1ms', level('info')),
  );
  await page.reload();
  await page.getByText('25 records not kept').waitFor();
  await page.getByRole('button', { name: 'Remove the rule' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('kept again from now on').waitFor();
  expect(await rules()).toEqual([]);
});

test('a pattern that goes before an issue is asked about twice', async () => {
  const page = await screens.visit('/usage/noise');
  await page.getByRole('button', { name: /^Less of it… gateway answered/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('It goes before 1 issue').waitFor();
  await dialog.getByText('1 of 1 occurrence: 1 in the same trace').waitFor();
  await dialog.getByText('Drop', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Drop', exact: true }).click();
  await dialog.getByRole('heading', { name: 'Drop it all the same?' }).waitFor();
  expect(await rules()).toEqual([]);
  await dialog.getByRole('button', { name: 'Drop it, despite 1 issue' }).click();
  await page.getByText('goes before 1 issue, seen and accepted').waitFor();
  await page.getByRole('checkbox', { name: /^Apply the rule/ }).click();
  await page.getByText('switched off').waitFor();
  expect(await rules()).toMatchObject([{ enabled: false, goesBefore: 1 }]);
});

test.each(LOOKS)('looks as it should: $name', async (look) => {
  const wrong = await walk(
    screens,
    [
      { name: 'noise', path: '/usage/noise', ready: 'text=By pattern' },
      {
        name: 'noise-dialog',
        path: '/usage/noise',
        ready: 'text=By pattern',
        act: async (page) => {
          await page.getByRole('button', { name: /^Less of it… price of article/ }).click();
          await page.getByRole('dialog').getByText('It goes before').waitFor();
        },
      },
      {
        name: 'logs-not-kept',
        path: '/logs?view=patterns&period=24h',
        ready: 'text=of 1 pattern were not kept by rules',
      },
      {
        name: 'project-limits',
        path: '/settings/projects/default/limits',
        ready: 'text=Logs around errors',
      },
      { name: 'noise-unknown', path: '/usage/noise?project=nobody', ready: 'text=could not be measured' },
    ],
    look,
  );
  expect(wrong).toEqual([]);
});
