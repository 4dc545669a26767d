/** The screens of alerts: from the empty page to a rule that fires, its history, and a silence over it. */
import { expect, test } from 'vitest';
import type { AlertRuleDraft, AlertRuleList, AlertSilences } from '#contract/alerts.ts';
import type { LogList } from '#contract/logs.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually, KEY } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

startForAll();

const rules = async () => (await program.get<AlertRuleList>('/api/v1/alerts/rules')).items;

async function errors(users: number) {
  const answers = await Promise.all(
    Array.from({ length: users }, (_, user) =>
      program.sendEvent({
        event_id: crypto.randomUUID().replaceAll('-', ''),
        user: { id: String(user) },
        environment: 'production',
        release: 'shop@1.4.0',
        exception: { values: [{ type: 'PaymentError', value: 'gateway answered 503' }] },
      }),
    ),
  );
  expect(answers.every(({ ok }) => ok)).toBe(true);
}

async function lines(count: number, level: string) {
  const at = Date.now() - 1_000;
  const body = Array.from({ length: count }, (_, line) =>
    JSON.stringify({
      timestamp: new Date(at).toISOString(),
      level,
      message: `payment ${line} failed`,
      service: 'shop',
    }),
  ).join('\n');
  const answer = await fetch(`${program.url}/ingest/jsonl?service=shop&key=${KEY}`, { method: 'POST', body });
  expect(answer.ok, await answer.text()).toBe(true);
  await eventually(
    () => program.get<LogList>(`/api/v1/logs?limit=${count}&query=level:${level}`),
    ({ items }) => items.length === count,
  );
}

test('a person makes the first alert from the empty page, and sees it fire', async () => {
  const page = await screens.visit('/alerts');
  await page.getByRole('link', { name: 'A new error that affects 50 users' }).click();
  await page.getByLabel('At least').fill('5');
  await page.getByText('It would not have fired in the last 7 days.').waitFor();
  // What is written stands in the address.
  await page.waitForURL(/atLeast%22%3A5%2C/);
  await page.reload();
  expect(await page.getByLabel('At least').inputValue()).toBe('5');
  await page.getByRole('button', { name: 'Save the alert' }).click();
  await page.getByRole('heading', { name: 'New issue affecting 50 users' }).waitFor();
  await errors(5);
  const fired = page.getByRole('list', { name: 'What fired' });
  await fired.getByText('New issue: PaymentError: gateway answered 503').waitFor();
  await fired.getByText('It is new, 5 users in the last hour').waitFor();
});

test('an alert about an issue and one about a search begin with what is shown', async () => {
  const issue = await issueTitled(program, 'PaymentError');
  const page = await screens.visit(`/issues/${issue.id}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Alert me when…' }).click();
  expect(await page.getByLabel('Only issues like').inputValue()).toBe(`issue:${issue.shortId}`);
  await lines(20, 'error');
  await page.goto('/logs?query=level%3Aerror&view=chart&by=service');
  await page.getByRole('link', { name: 'Make an alert of this' }).click();
  expect(await page.getByRole('textbox', { name: 'Search', exact: true }).inputValue()).toBe('level:error');
  expect(await page.getByLabel('For each').inputValue()).toBe('service');
  await page.getByLabel('Threshold').fill('10');
  await page.getByLabel('Looked at every, seconds').fill('10');
  await page.getByText(/It would have fired 1 time/).waitFor();
  await page.getByRole('button', { name: 'Save the alert' }).click();
  await page
    .getByRole('list', { name: 'What fired' })
    .getByText('20 records in the last 5 minutes')
    .waitFor();
});

test('what cannot be evaluated is said before it is saved', async () => {
  const page = await screens.visit('/alerts/new');
  await page.getByLabel('Only issues like').fill('is:nonsense');
  await page.getByText('expected is: with one of').waitFor();
  await page.getByRole('button', { name: 'Save the alert' }).click();
  await page.getByRole('alert').getByText('expected is: with one of').waitFor();
  expect(new URL(page.url()).pathname).toBe('/alerts/new');
});

test('a person silences an alert, and ends that', async () => {
  const [rule] = await rules();
  const page = await screens.visit(`/alerts/${rule!.id}`);
  await page.getByRole('button', { name: 'Silence' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Why').fill('Migration');
  await form.getByRole('button', { name: 'Silence' }).click();
  await form.waitFor({ state: 'hidden' });
  await page.getByText('Silenced', { exact: true }).waitFor();
  await page.goto('/alerts?view=silences');
  await page.getByText('Migration').waitFor();
  await page.getByRole('button', { name: 'End it now' }).click();
  await page.getByText('Nothing is silenced').waitFor();
  expect(await program.get<AlertSilences>('/api/v1/alerts/silences')).toEqual([]);
});

test('alerts are as well on a phone and in the dark', async () => {
  const draft: AlertRuleDraft = {
    name: 'A query that nobody can answer any more',
    condition: {
      kind: 'log',
      intervalSeconds: 10,
      source: { dialect: 'sql', query: 'SELECT count(*) FROM logs LIMIT 5' },
      test: { is: 'below', threshold: 0 },
    },
  };
  expect((await program.request('POST', '/api/v1/alerts/rules', draft)).status).toBe(201);
  const list = await eventually(rules, (all) => all.filter(({ state }) => state === 'firing').length === 2);
  const ofLogs = list.find(
    ({ condition }) => condition.kind === 'log' && condition.source.dialect === 'search',
  )!;
  for (const look of LOOKS)
    expect(
      await walk(
        screens,
        [
          { name: 'alerts', path: '/alerts', ready: 'text=nobody can answer' },
          { name: 'alert', path: `/alerts/${ofLogs.id}`, ready: 'text=It would have fired' },
          { name: 'alert-edit', path: `/alerts/${ofLogs.id}/edit`, ready: 'text=It would have fired' },
          { name: 'alert-history', path: '/alerts?view=history', ready: 'text=20 records' },
          {
            name: 'alert-silence',
            path: `/alerts/${ofLogs.id}`,
            ready: 'text=It would have fired',
            act: async (page) => {
              await page.getByRole('button', { name: 'Silence' }).click();
              await page.getByRole('dialog').waitFor();
            },
          },
        ],
        look,
      ),
    ).toEqual([]);
});
