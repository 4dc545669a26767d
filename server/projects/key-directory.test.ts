/** What the door knows of keys while the metadata cannot be asked. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { createKeyDirectory } from './key-directory.ts';

const KEY = 'a'.repeat(32);
const STRANGER = 'b'.repeat(32);
let metadata: TestMetadata;
let isAway: boolean;
let nowMs = 1;

beforeEach(async () => {
  metadata = await openTestMetadata();
  isAway = false;
  const { db } = metadata.store;
  const now = Date.now();
  await db.insertInto('organization').values({ slug: 'ours', name: 'Ours', created_at: now }).execute();
  await db
    .insertInto('project')
    .values({
      organization_id: 1,
      slug: 'shop',
      name: 'Shop',
      platform: '',
      created_at: now,
      first_event_at: null,
    })
    .execute();
  const { id } = await db.selectFrom('project').select('id').executeTakeFirstOrThrow();
  await db
    .insertInto('ingest_key')
    .values({ project_id: id, public_key: KEY, label: '', enabled: 1, created_at: now })
    .execute();
});
afterEach(async () => {
  await metadata.discard();
});

/** The cache reads its clock once a millisecond at most. */
async function pass(ms: number): Promise<void> {
  nowMs += ms;
  await sleep(5);
}

/** The store, which goes away when the test says so. */
function leavingDb(): MetadataDb {
  return new Proxy(metadata.store.db, {
    get(db, name) {
      if (isAway) throw new Unavailable('metadata_unreachable', 'away');
      const value: unknown = Reflect.get(db, name, db);
      return typeof value === 'function' ? value.bind(db) : value;
    },
  });
}

test('a key stays what it was for a day, a key that was never seen waits for the store', async () => {
  const keys = createKeyDirectory(leavingDb(), { now: () => nowMs });
  expect(await keys.find(KEY)).toMatchObject({ enabled: true });
  isAway = true;
  await pass(3_600_000);
  expect(await keys.find(KEY)).toMatchObject({ enabled: true });
  await expect(keys.find(STRANGER)).rejects.toThrow(Unavailable);
  await pass(86_400_000);
  await expect(keys.find(KEY)).rejects.toThrow(Unavailable);
});

test('a key that was changed or deleted is not what it was', async () => {
  const keys = createKeyDirectory(leavingDb(), { now: () => nowMs });
  await keys.find(KEY);
  await metadata.store.db.updateTable('ingest_key').set({ enabled: 0 }).execute();
  await pass(6_000);
  expect(await keys.find(KEY)).toMatchObject({ enabled: false });
  isAway = true;
  await pass(6_000);
  expect(await keys.find(KEY)).toMatchObject({ enabled: false });

  isAway = false;
  await metadata.store.db.deleteFrom('ingest_key').execute();
  keys.forget();
  isAway = true;
  await expect(keys.find(KEY)).rejects.toThrow(Unavailable);
});
