/** When errors are remembered to be told from those of logs: never for nothing. */
import { afterEach, expect, test } from 'vitest';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { KnownTwins } from './known-twins.ts';

const opened: TestMetadata[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.discard();
});

const HOUR = 3_600_000;

async function open() {
  const metadata = await openTestMetadata();
  opened.push(metadata);
  const { db } = metadata.store;
  const asked: number[] = [];
  const twins = new KnownTwins({
    metadata: metadata.store,
    telemetry: {
      async recentErrors(since) {
        asked.push(since);
        return [];
      },
    },
    inserted: () => Promise.resolve(),
  });
  return {
    asked,
    isEmptyAt: async (now: number, ofLogs = false) =>
      (await twins.turn({ errors: true, ofLogs }, now)).isEmpty,
    async found(at: number) {
      await db.insertInto('organization').values({ slug: 'a', name: 'A', created_at: 0 }).execute();
      await db
        .insertInto('project')
        .values({ id: 1, organization_id: 1, slug: 'a', name: 'A', platform: '', created_at: 0 })
        .execute();
      const row = { project_id: 1, event_id: 'e', log_id: 'l', journal: 'j', payload: '{}', told: 0 };
      await db
        .insertInto('log_error')
        .values({ ...row, ready_at: at, hash: '', sdk_event_id: '', created_at: at })
        .execute();
    },
  };
}

test('without an exception in any log nothing is remembered and nothing is asked', async () => {
  const { isEmptyAt, asked } = await open();
  expect(await isEmptyAt(10 * HOUR)).toBe(true);
  expect(await isEmptyAt(11 * HOUR)).toBe(true);
  expect(asked).toEqual([]);
});

test('one that waits makes it read what came before, once, until logs are silent for an hour', async () => {
  const { isEmptyAt, asked, found } = await open();
  await isEmptyAt(10 * HOUR);
  await found(10 * HOUR + 500);
  expect(await isEmptyAt(10 * HOUR + 999)).toBe(true);
  expect(await isEmptyAt(10 * HOUR + 1_000)).toBe(false);
  expect(await isEmptyAt(10 * HOUR + 5_000)).toBe(false);
  expect(asked).toEqual([10 * HOUR + 1_000 - 600_000]);
  expect(await isEmptyAt(11 * HOUR + 2_000)).toBe(true);
});

test('one that comes by itself is enough', async () => {
  const { isEmptyAt, asked } = await open();
  expect(await isEmptyAt(10 * HOUR, true)).toBe(false);
  expect(asked).toHaveLength(1);
});
