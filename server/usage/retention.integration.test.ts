/** Forgetting over both stores: once a day, again when a setting changes, and told to people. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import { NO_RETENTION_SETTINGS, type RetentionSettings, resolveRetention } from '#server/record/retention.ts';
import { jsonLines, logRow } from '#server/store/telemetry/test-rows.ts';
import { enforceRetention } from './retention.ts';
import { readStored } from './stored.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const policyOf = (settings: Partial<RetentionSettings> = {}) => ({
  defaultDays: 30,
  projects: [resolveRetention(1, { ...NO_RETENTION_SETTINGS, ...settings }, 30)],
});

let world: TestIssues;
beforeAll(async () => {
  world = await openTestIssues();
});
afterAll(() => world.discard());

const storesOf = () => ({ db: world.metadata.db, telemetry: world.telemetry, blobs: world.blobs });
const enforce = (settings?: Partial<RetentionSettings>, now = NOW) =>
  enforceRetention(storesOf(), policyOf(settings), now);
const stored = (settings?: Partial<RetentionSettings>) =>
  readStored(storesOf(), policyOf(settings).projects[0]!, NOW);
const logsLeft = async () =>
  (await stored()).kinds.filter(({ kind }) => kind === 'log').map(({ levels, rows }) => `${levels} ${rows}`);

async function insertLogs(...days: number[]) {
  const rows = days.flatMap((day) =>
    [5, 9, 17].map((severity_number) =>
      logRow({ severity_number, timestamp: `${Math.floor((NOW - day * DAY_MS) / 1000)}.000000000` }),
    ),
  );
  await world.telemetry.insert('logs', jsonLines(rows), randomUUID());
}

async function attach(project: number, daysAgo: number): Promise<string> {
  const blob = await world.blobs.put('attachments', Buffer.from(`${project} ${daysAgo}`));
  await world.metadata.db
    .insertInto('attachment')
    .values({
      ...{ project_id: project, event_id: randomUUID().replaceAll('-', ''), name: 'a.txt', bytes: 3, blob },
      ...{ content_type: 'text/plain', attachment_type: 'event.attachment' },
      created_at: NOW - daysAgo * DAY_MS,
    })
    .execute();
  return blob;
}
const attachmentsLeft = async () =>
  (await world.metadata.db.selectFrom('attachment').select('blob').execute()).map(({ blob }) => blob);

it('forgets once a day, and once more when a setting has changed', async () => {
  await insertLogs(0, 3, 40);
  await enforce();
  expect((await logsLeft()).toSorted()).toEqual(['debug 2', 'error 2', 'info 2']);

  // Late lines are for the next day: the engine is not asked every hour.
  await insertLogs(40);
  await enforce();
  expect((await logsLeft()).toSorted()).toEqual(['debug 3', 'error 3', 'info 3']);

  await enforce({ debugLogDays: 2 });
  expect((await logsLeft()).toSorted()).toEqual(['debug 1', 'error 2', 'info 2']);
  await insertLogs(40);
  await enforce({ debugLogDays: 2 }, NOW + DAY_MS);
  expect((await logsLeft()).toSorted()).toEqual(['debug 1', 'error 2', 'info 2']);
});

it('says what lies there, and what was removed when', async () => {
  const { kinds, removals } = await stored();
  expect(kinds.filter(({ kind }) => kind === 'log').every(({ bytes }) => bytes > 0)).toBe(true);
  const dayOf = (daysAgo: number) => new Date(NOW - daysAgo * DAY_MS).toISOString().slice(0, 10);
  expect(removals).toContainEqual({
    ...{ removedOn: dayOf(0), kind: 'log', levels: 'debug', rows: 3 },
    ...{ from: dayOf(40), to: dayOf(3) },
  });
  expect(removals[0]).toMatchObject({ removedOn: dayOf(-1), rows: 1 });
});

it('says what is there only because of an error near it, once somebody asked for that', async () => {
  expect((await stored()).issueLogs).toBeNull();
  // Younger than their limit: today's and those of three days ago.
  expect((await stored({ logDays: 5, issueLogDays: 20 })).issueLogs).toEqual({ rows: 0, bytes: 0 });
  const { issueLogs } = await stored({ logDays: 2, issueLogDays: 20 });
  expect(issueLogs).toEqual({ rows: 2, bytes: expect.any(Number) });
});

it('lets attachments go with the events of their project', async () => {
  const blobs = [await attach(1, 3), await attach(1, 10), await attach(2, 10), await attach(2, 31)];
  await enforce({ eventDays: 5 }, NOW + 1);
  expect(await attachmentsLeft()).toEqual([blobs[0], blobs[2]]);
});

it('is tried again from where it was when the store refuses', async () => {
  await insertLogs(50);
  const telemetry = {
    ...world.telemetry,
    enforceRetention: async () => {
      throw new Error('the engine is away');
    },
  };
  const now = NOW + 5 * DAY_MS;
  await expect(enforceRetention({ ...storesOf(), telemetry }, policyOf(), now)).rejects.toThrow('away');
  await enforce({}, now);
  expect((await logsLeft()).toSorted()).toEqual(['debug 1', 'error 2', 'info 2']);
});
