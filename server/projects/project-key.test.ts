/** By which key records come whose sender can name none. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { createKeyDirectory } from './key-directory.ts';
import { createProjectKey } from './project-key.ts';

let metadata: TestMetadata;
let nowMs = 1;
const perf = { now: () => nowMs };

beforeEach(async () => {
  metadata = await openTestMetadata();
  const { db } = metadata.store;
  const now = Date.now();
  await db.insertInto('organization').values({ slug: 'ours', name: 'Ours', created_at: now }).execute();
  for (const slug of ['shop', 'other'])
    await db
      .insertInto('project')
      .values({ organization_id: 1, slug, name: slug, platform: '', created_at: now, first_event_at: null })
      .execute();
  for (const [n, project_id] of [2, 1, 1].entries())
    await db
      .insertInto('ingest_key')
      .values({ project_id, public_key: String(n).repeat(32), label: '', enabled: 1, created_at: now })
      .execute();
});
afterEach(() => metadata.discard());

test('it is the oldest of its project, and another one within seconds of its end', async () => {
  const { db } = metadata.store;
  const keys = createKeyDirectory(db, perf);
  const find = createProjectKey(db, keys, 'shop', perf);
  expect(await find()).toMatchObject({ id: 2, projectId: 1 });

  await db.updateTable('ingest_key').set({ enabled: 0 }).where('id', '=', 2).execute();
  keys.forget();
  expect(await find()).toBeNull();
  nowMs += 6_000;
  expect(await find()).toMatchObject({ id: 3, projectId: 1 });
});

test('a project that is not there has none', async () => {
  const { db } = metadata.store;
  expect(await createProjectKey(db, createKeyDirectory(db, perf), 'nowhere', perf)()).toBeNull();
});

test('while the metadata is away it stays what it was', async () => {
  const { db } = metadata.store;
  let isAway = false;
  const away = new Proxy(db, {
    get(target, name) {
      if (isAway && name === 'selectFrom') throw new Unavailable('metadata_away', 'no');
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const find = createProjectKey(away, createKeyDirectory(away, perf), 'shop', perf);
  expect(await find()).toMatchObject({ id: 2 });
  isAway = true;
  nowMs += 6_000;
  expect(await find()).toMatchObject({ id: 2 });
  await expect(createProjectKey(away, createKeyDirectory(away, perf), 'shop', perf)()).rejects.toBeInstanceOf(
    Unavailable,
  );
});
