/** Quotas and retention of a project, set as people do, and heard by senders in the words of their protocols. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogList } from '#contract/logs.ts';
import type { ProjectLimits, Quota, QuotaUsed } from '#contract/projects.ts';
import type { Usage } from '#contract/usage.ts';
import { openScreens, type Screens } from './support/browser.ts';
import { ledger } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

const NO_LIMIT: Quota = { recordsPerDay: null, bytesPerDay: null, recordsPerMinute: null };
const LIMITS = '/api/v1/projects/default/limits';

async function setQuotas(quotas: Partial<Record<QuotaUsed['category'], Partial<Quota>>>) {
  const body = {
    quotas: Object.fromEntries(Object.entries(quotas).map(([of, quota]) => [of, { ...NO_LIMIT, ...quota }])),
  };
  expect((await program.request('PATCH', LIMITS, body)).status).toBe(200);
}

const send = (path: string, contentType: string, body: string) =>
  fetch(program.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': contentType },
    body,
  });
const nanoseconds = () => `${Date.now()}000000`;
const pushToLoki = (lines: number) =>
  send(
    '/loki/api/v1/push',
    'application/json',
    JSON.stringify({
      streams: [
        {
          stream: { app: 'shop' },
          values: Array.from({ length: lines }, (_, n) => [nanoseconds(), `line ${n}`]),
        },
      ],
    }),
  );
const otlpLogs = (lines: number) =>
  send(
    '/v1/logs',
    'application/json',
    JSON.stringify({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeLogs: [
            {
              logRecords: Array.from({ length: lines }, (_, n) => ({
                timeUnixNano: nanoseconds(),
                body: { stringValue: `record ${n}` },
              })),
            },
          ],
        },
      ],
    }),
  );
const jsonLines = (lines: number) =>
  send('/ingest/jsonl?service=cron', 'text/plain', 'a line\n'.repeat(lines));

test('what is over the quota is refused in the words of each protocol, and errors go on', async () => {
  await setQuotas({ logs: { recordsPerDay: 10 } });
  expect((await pushToLoki(8)).status).toBe(204);
  const [loki, otlp, lines] = [await pushToLoki(5), await otlpLogs(4), await jsonLines(3)];
  expect([loki.status, otlp.status, lines.status]).toEqual([429, 429, 429]);
  for (const answer of [loki, otlp, lines])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await loki.text()).toMatch(
    /^Ingestion rate limit exceeded\. .*10 records a day of logs; it begins anew at \d{4}-/,
  );
  expect(await otlp.json()).toMatchObject({ code: 8, message: expect.stringContaining('begins anew') });
  expect(await lines.json()).toMatchObject({ error: { code: 'quota_exceeded' } });

  const error = await program.sendEvent({ message: 'still heard' });
  expect(error.status).toBe(200);
  const counts = await ledger(
    program,
    (all) => all['log rejected quota_exceeded'] === 12 && all['event stored'] === 1,
  );
  expect(counts['log stored']).toBe(8);
});

test('an SDK of Sentry hears which category is to be silent', async () => {
  await setQuotas({ events: { recordsPerDay: 1 } });
  const answer = await program.sendEvent({ message: 'one too many' });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('x-sentry-rate-limits')).toMatch(/^\d+:error;[a-z_;]*:project:quota_exceeded:/);
});

test('what is used outlives the program, and is shown', async () => {
  await eventually(
    () => program.get<ProjectLimits>(LIMITS),
    ({ used }) => used.length === 2,
  );
  expect(await program.stop()).toBe(0);
  const { dataDirectory } = program;
  program = await startProgram({ dataDirectory });
  const { used, resetsAt } = await program.get<ProjectLimits>(LIMITS);
  expect(used).toEqual([
    { category: 'events', unit: 'records', used: 1, limit: 1 },
    { category: 'logs', unit: 'records', used: 8, limit: 10 },
  ]);
  expect(Date.parse(resetsAt)).toBeGreaterThan(Date.now());
  expect((await pushToLoki(5)).status).toBe(429);
  const { quotas } = await program.get<Usage>('/api/v1/usage?period=1h');
  expect(quotas).toContainEqual({ projectId: '1', category: 'logs', unit: 'records', used: 8, limit: 10 });

  // What was written by the second survives a kill too.
  await setQuotas({ logs: { recordsPerDay: 100 } });
  expect((await pushToLoki(20)).status).toBe(204);
  await eventually(
    async () => writtenUse(dataDirectory),
    (records) => records === 28,
  );
  await program.kill();
  program = await startProgram({ dataDirectory });
  const after = (await program.get<ProjectLimits>(LIMITS)).used.find(({ category }) => category === 'logs');
  expect(after).toMatchObject({ used: 28, limit: 100 });
});

/** What the program wrote down of the logs it took. */
function writtenUse(dataDirectory: string): unknown {
  const metadata = new DatabaseSync(join(dataDirectory, 'metadata.sqlite'), { readOnly: true });
  try {
    return metadata.prepare("select records from quota_use where category = 'logs'").get()?.records;
  } finally {
    metadata.close();
  }
}

test('labels that are ids are attributes, and found all the same', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  await setQuotas({ logs: {} });
  const answer = await send(
    '/loki/api/v1/push',
    'application/json',
    JSON.stringify({
      streams: [{ stream: { app: 'ids', order: trace }, values: [[nanoseconds(), 'labelled']] }],
    }),
  );
  expect(answer.status).toBe(204);
  const { items } = await eventually(
    () => program.get<LogList>(`/api/v1/logs?query=${encodeURIComponent(`order:${trace}`)}`),
    (list) => list.items.length > 0,
  );
  expect(items[0]).toMatchObject({ labels: { app: 'ids' }, attributes: { order: trace } });
});

test('a person sets days and quotas on the page, and reads what they hold', async () => {
  const screens: Screens = await openScreens(program);
  try {
    const page = await screens.visit('/settings/projects/default/limits');
    await page.getByLabel('Logs: trace and debug').fill('3');
    await page.getByRole('button', { name: 'Save days' }).click();
    await page.getByText('Saved').first().waitFor();
    await page.getByRole('group', { name: 'Logs' }).getByLabel('MB a day').fill('1.5');
    await page.getByRole('group', { name: 'Logs' }).getByLabel('Records a day').fill('30');
    await page.getByRole('button', { name: 'Save quotas' }).click();
    await page.getByText(/of 30 · \d+ %/).waitFor();
    const { retention, quotas } = await program.get<ProjectLimits>(LIMITS);
    expect(retention.debugLogDays).toBe(3);
    expect(quotas.logs).toEqual({ recordsPerDay: 30, bytesPerDay: 1_500_000, recordsPerMinute: null });
    await page.goto('/usage');
    await page.getByRole('heading', { name: 'Quotas' }).waitFor();
  } finally {
    await screens.leave();
    await screens.close();
  }
});
