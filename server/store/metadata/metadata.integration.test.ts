/** What a metadata store promises, run over both engines. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MetadataDb, MetadataStore } from './metadata.ts';
import type { Database } from './schema.ts';
import { COLUMNS } from './test-columns.ts';
import { openTestMetadata, type TestMetadata } from './test-metadata.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('metadata on %s', (engine) => {
  let metadata: TestMetadata;
  let store: MetadataStore;
  let db: MetadataDb;

  const open = async () => openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
  beforeAll(async () => {
    metadata = await open();
    store = metadata.store;
    db = store.db;
  });
  afterAll(() => metadata.discard());
  beforeEach(async () => {
    for (const table of ['organization', 'setting', 'checkpoint', 'dead_letter'] as const)
      await db.deleteFrom(table).execute();
  });

  it('has every table with exactly the columns of schema.ts', async () => {
    const tables = await db.introspection.getTables();
    // SQLite does not list columns that it computes.
    const computed = (table: string) => (store.dialect === 'sqlite' && table === 'issue' ? ['impact'] : []);
    const found = tables.map(({ name, columns }) => [
      name,
      [...columns.map((column) => column.name), ...computed(name)].sort(),
    ]);
    const expected = Object.entries(COLUMNS).map(([table, columns]) => [table, Object.keys(columns).sort()]);
    expect(found.sort()).toEqual(expected.sort());
  });

  it('gives back what was stored: numbers as numbers, text in any script, null as null', async () => {
    const values = {
      project_id: null,
      key_id: Number.MAX_SAFE_INTEGER,
      kind: '',
      reason: "Robert'); drop table issue;--",
      message: 'Ошибка 結帳 😀 \u0001 \\u0000',
      bytes: 0,
      blob: 'x'.repeat(100_000),
      position: '1:0',
      created_at: 1_900_000_000_123,
      redriven_at: null,
    };
    const { id } = await db
      .insertInto('dead_letter')
      .values(values)
      .returning('id')
      .executeTakeFirstOrThrow();
    expect(id).toEqual(expect.any(Number));
    expect(await db.selectFrom('dead_letter').selectAll().executeTakeFirstOrThrow()).toEqual({
      id,
      ...values,
    });
  });

  it('keeps fractions of a check-in’s duration', async () => {
    const project = await createProject(db);
    const monitor = await db
      .insertInto('monitor')
      .values({ project_id: project, slug: 'nightly', last_check_in_at: null, created_at: 0 })
      .returning('id')
      .executeTakeFirstOrThrow();
    await db
      .insertInto('check_in')
      .values({
        project_id: project,
        monitor_id: monitor.id,
        check_in_id: 'a'.repeat(32),
        environment: '',
        release: '',
        status: 'ok',
        duration_ms: 12.5,
        trace_id: '',
        started_at: 0,
        updated_at: 0,
      })
      .execute();
    expect(await db.selectFrom('check_in').select('duration_ms').execute()).toEqual([{ duration_ms: 12.5 }]);
  });

  it('stores a text with U+0000, which one of the engines refuses, with U+FFFD in its place', async () => {
    await db.insertInto('setting').values({ name: 'a', value: 'before\0after' }).execute();
    expect(await db.selectFrom('setting').select('value').execute()).toEqual([
      { value: 'before\uFFFDafter' },
    ]);
  });

  it('counts and sums as numbers', async () => {
    const project = await createProject(db);
    await createIssue(db, project, 1, { event_count: 3 });
    await createIssue(db, project, 2, { event_count: 4 });
    const totals = await db
      .selectFrom('issue')
      .select((of) => [of.fn.countAll<number>().as('issues'), of.fn.sum<number>('event_count').as('events')])
      .executeTakeFirstOrThrow();
    expect(totals).toEqual({ issues: 2, events: 7 });
  });

  it('fills in the defaults of the schema', async () => {
    const project = await createProject(db);
    await createIssue(db, project, 1);
    const issue = await db.selectFrom('issue').selectAll().executeTakeFirstOrThrow();
    expect(issue).toMatchObject({
      status: 'unresolved',
      substate: 'new',
      event_count: 0,
      user_count: 0,
      unhandled: 0,
    });
  });

  it('adds to a row that is already there', async () => {
    const project = await createProject(db);
    await createIssue(db, project, 1, { event_count: 5, last_seen: 100 });
    const upsert = () =>
      db
        .insertInto('issue')
        .values({ ...ISSUE, project_id: project, number: 1, event_count: 2, last_seen: 200 })
        .onConflict((conflict) =>
          conflict.columns(['project_id', 'number']).doUpdateSet((row) => ({
            event_count: row('issue.event_count', '+', row.ref('excluded.event_count')),
            last_seen: row.ref('excluded.last_seen'),
          })),
        )
        .returning(['number', 'event_count', 'last_seen'])
        .executeTakeFirst();
    expect(await upsert()).toEqual({ number: 1, event_count: 7, last_seen: 200 });
    expect(await upsert()).toEqual({ number: 1, event_count: 9, last_seen: 200 });
  });

  it('tells which rows of an insert were new', async () => {
    const project = await createProject(db);
    const issue = await createIssue(db, project, 1);
    const see = (users: string[]) =>
      db
        .insertInto('issue_user')
        .values(users.map((user_hash) => ({ issue_id: issue, user_hash })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('user_hash')
        .execute();
    expect(await see(['anna', 'ben'])).toHaveLength(2);
    expect(await see(['ben', 'carla'])).toEqual([{ user_hash: 'carla' }]);
  });

  it('says how many rows an update and a delete touched', async () => {
    await db
      .insertInto('setting')
      .values(['a', 'b', 'c'].map((name) => ({ name, value: '' })))
      .execute();
    const updated = await db
      .updateTable('setting')
      .set({ value: 'x' })
      .where('name', '<>', 'c')
      .executeTakeFirst();
    const deleted = await db.deleteFrom('setting').executeTakeFirst();
    expect([updated.numUpdatedRows, deleted.numDeletedRows]).toEqual([2n, 3n]);
  });

  it('undoes the whole of a transaction that fails', async () => {
    const failure = store.transaction([1], async (transaction) => {
      await transaction.insertInto('setting').values({ name: 'a', value: '' }).execute();
      await transaction.insertInto('setting').values({ name: 'b', value: '' }).execute();
      throw new Error('the step failed');
    });
    await expect(failure).rejects.toThrow('the step failed');
    expect(await db.selectFrom('setting').selectAll().execute()).toEqual([]);
  });

  it('undoes the whole of a transaction whose statement the engine refuses, and goes on', async () => {
    const twice = store.transaction([], async (transaction) => {
      await transaction.insertInto('setting').values({ name: 'a', value: '' }).execute();
      await transaction.insertInto('setting').values({ name: 'a', value: '' }).execute();
    });
    await expect(twice).rejects.toThrow(/unique/i);
    await db.insertInto('setting').values({ name: 'a', value: 'now' }).execute();
    expect(await db.selectFrom('setting').select('value').execute()).toEqual([{ value: 'now' }]);
  });

  it('lets people read while a transaction is open, and shows it only when committed', async () => {
    await db.insertInto('setting').values({ name: 'a', value: 'old' }).execute();
    const read = () => db.selectFrom('setting').select('value').executeTakeFirstOrThrow();
    await store.transaction([1], async (transaction) => {
      await transaction.updateTable('setting').set({ value: 'new' }).execute();
      expect(await read()).toEqual({ value: 'old' });
      expect(await transaction.selectFrom('setting').select('value').executeTakeFirst()).toEqual({
        value: 'new',
      });
    });
    expect(await read()).toEqual({ value: 'new' });
  });

  it('loses no update when two stores write the same row at the same time', async () => {
    const other = await metadata.openAgain();
    await db.insertInto('setting').values({ name: 'counter', value: '0' }).execute();
    const increment = (writer: MetadataStore) =>
      writer.transaction([7], async (transaction) => {
        const { value } = await transaction.selectFrom('setting').select('value').executeTakeFirstOrThrow();
        await new Promise(setImmediate);
        await transaction
          .updateTable('setting')
          .set({ value: String(Number(value) + 1) })
          .execute();
      });
    await Promise.all(Array.from({ length: 40 }, (_, index) => increment(index % 2 ? store : other)));
    expect(await db.selectFrom('setting').select('value').executeTakeFirst()).toEqual({ value: '40' });
  });

  it('creates an issue once though two processes meet its hash at the same time', async () => {
    const other = await metadata.openAgain();
    const project = await createProject(db);
    const meet = (writer: MetadataStore, hash: string) =>
      writer.transaction([project, project + 1], async (transaction) => {
        const known = await transaction
          .selectFrom('issue_hash')
          .select('issue_id')
          .where('hash', '=', hash)
          .executeTakeFirst();
        if (known) return known.issue_id;
        const { last_issue_number } = await transaction
          .updateTable('project')
          .set((row) => ({ last_issue_number: row('last_issue_number', '+', 1) }))
          .where('id', '=', project)
          .returning('last_issue_number')
          .executeTakeFirstOrThrow();
        const issue = await createIssue(transaction, project, last_issue_number);
        await transaction
          .insertInto('issue_hash')
          .values({ project_id: project, hash, issue_id: issue, created_at: 0 })
          .execute();
        return issue;
      });
    const met = await Promise.all(
      Array.from({ length: 30 }, (_, index) => meet(index % 2 ? store : other, `hash-${index % 3}`)),
    );
    expect(new Set(met).size).toBe(3);
    expect(await db.selectFrom('issue').select('number').orderBy('number').execute()).toEqual([
      { number: 1 },
      { number: 2 },
      { number: 3 },
    ]);
  });

  it('keeps a committed transaction and nothing of an open one when the process is killed', async () => {
    const child = spawn(process.execPath, [CRASH_CHILD, metadata.url, metadata.dataDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await db.insertInto('setting').values({ name: 'after', value: '' }).execute();
    const names = await db.selectFrom('setting').select('name').orderBy('name').execute();
    expect(names).toEqual([{ name: 'after' }, { name: 'committed' }]);
  });

  it('deletes with a project all that belongs to it, and keeps dead letters', async () => {
    const [project, other] = [await createProject(db), await createProject(db)];
    for (const owner of [project, other]) {
      const issue = await createIssue(db, owner, 1);
      await db
        .insertInto('issue_hash')
        .values({ project_id: owner, hash: 'h', issue_id: issue, created_at: 0 })
        .execute();
      await db.insertInto('issue_user').values({ issue_id: issue, user_hash: 'u' }).execute();
    }
    await db
      .insertInto('dead_letter')
      .values({
        project_id: project,
        kind: 'event',
        reason: '',
        message: '',
        bytes: 1,
        blob: '',
        position: '',
        created_at: 0,
      })
      .execute();
    await db.deleteFrom('project').where('id', '=', project).execute();
    const counts = await Promise.all(
      (['issue', 'issue_hash', 'issue_user', 'dead_letter'] as const).map((table) => count(db, table)),
    );
    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it('never gives out the id of a deleted row again', async () => {
    const first = await createProject(db);
    await db.deleteFrom('project').where('id', '=', first).execute();
    expect(await createProject(db)).toBeGreaterThan(first);
  });

  it('migrating again changes nothing', async () => {
    await db.insertInto('setting').values({ name: 'a', value: 'kept' }).execute();
    await store.migrate();
    expect(await count(db, 'setting')).toBe(1);
  });

  it('two processes that start at once migrate once', async () => {
    const fresh = await open();
    const again = await fresh.openAgain();
    await Promise.all([again.migrate(), fresh.store.migrate()]);
    expect(await count(again.db, 'issue')).toBe(0);
    await fresh.discard();
  });

  it('refuses a schema that a newer version has written', async () => {
    const fresh = await open();
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '2031-01-01T00:00:00.000Z')`.execute(
      fresh.store.db,
    );
    await expect(fresh.store.migrate()).rejects.toThrow('written by a newer Tandem (it has 9999-future)');
    await fresh.discard();
  });
});

const CRASH_CHILD = fileURLToPath(new URL('./test-crash-child.ts', import.meta.url));

async function count(db: MetadataDb, table: keyof Database): Promise<number> {
  const { rows } = await db
    .selectFrom(table)
    .select((of) => of.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}

let slugs = 0;

async function createProject(db: MetadataDb): Promise<number> {
  const organization = await db
    .insertInto('organization')
    .values({ slug: `o${++slugs}`, name: '', created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  const project = await db
    .insertInto('project')
    .values({ organization_id: organization.id, slug: 'shop', name: 'Shop', platform: '', created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return project.id;
}

const ISSUE = {
  title: 'TypeError: x is undefined',
  culprit: '',
  type: 'error',
  exception_type: '',
  exception_value: '',
  level: 'error',
  platform: '',
  logger: '',
  substate_at: 0,
  first_seen: 0,
  last_seen: 0,
  first_release: '',
  last_release: '',
  last_event_id: '',
  created_at: 0,
};

async function createIssue(
  db: MetadataDb,
  project: number,
  number: number,
  more: object = {},
): Promise<number> {
  const issue = await db
    .insertInto('issue')
    .values({ ...ISSUE, project_id: project, number, ...more })
    .returning('id')
    .executeTakeFirstOrThrow();
  return issue.id;
}
