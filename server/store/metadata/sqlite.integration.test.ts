/** What is true of SQLite alone: the file, the plans of the hot queries, and waiting without standing still. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { openMetadata } from './open-metadata.ts';
import { openTestMetadata, type TestMetadata } from './test-metadata.ts';

const COUNTING_THREAD = new URL('./test-counting-thread.ts', import.meta.url);

describe('the SQLite file', () => {
  let metadata: TestMetadata;
  beforeEach(async () => {
    metadata = await openTestMetadata();
  });
  afterEach(() => metadata.discard());

  const setting = (name: string, value = '') =>
    metadata.store.db.insertInto('setting').values({ name, value });
  const path = () => join(metadata.dataDirectory, 'metadata.sqlite');

  it('can be read by its owner alone, with its log files', async () => {
    await setting('a').execute();
    const modes = readdirSync(metadata.dataDirectory).map((name) => [
      name,
      (statSync(join(metadata.dataDirectory, name)).mode & 0o777).toString(8),
    ]);
    expect(modes.sort()).toEqual([
      ['metadata.sqlite', '600'],
      ['metadata.sqlite-shm', '600'],
      ['metadata.sqlite-wal', '600'],
    ]);
  });

  it('is written ahead, fsynced at each commit, checks foreign keys and never waits inside SQLite', async () => {
    const pragma = async (name: string) =>
      Object.values((await sql.raw<object>(`pragma ${name}`).execute(metadata.store.db)).rows[0] ?? {});
    expect(await pragma('journal_mode')).toEqual(['wal']);
    expect(await pragma('synchronous')).toEqual([2]);
    expect(await pragma('foreign_keys')).toEqual([1]);
    // Waiting inside SQLite would stop the event loop; the driver waits instead.
    expect(await pragma('busy_timeout')).toEqual([0]);
  });

  it('says which directory cannot be used', async () => {
    mkdirSync(join(metadata.dataDirectory, 'taken', 'metadata.sqlite'), { recursive: true });
    const open = openMetadata({
      url: '',
      dataDirectory: join(metadata.dataDirectory, 'taken'),
      log: createLog('silent'),
    });
    await expect(open).rejects.toThrow(/metadata\.sqlite/);
  });

  it('waits for the lock of another process without holding up this one', async () => {
    const other = new DatabaseSync(path());
    other.exec('begin immediate');
    const write = setting('a').execute();
    // Only a free event loop can run this and so end the other's transaction.
    await new Promise((resolve) => setTimeout(resolve, 20));
    other.exec('rollback');
    other.close();
    await write;
    expect(await metadata.store.db.selectFrom('setting').select('name').execute()).toEqual([{ name: 'a' }]);
  });

  it('loses no update of two threads that write the same row', async () => {
    await setting('counter', '0').execute();
    const threads = Array.from(
      { length: 3 },
      () => new Worker(COUNTING_THREAD, { workerData: { dataDirectory: metadata.dataDirectory, times: 50 } }),
    );
    const codes = await Promise.all(threads.map((thread) => once(thread, 'exit')));
    expect(codes).toEqual([[0], [0], [0]]);
    const counter = await metadata.store.db.selectFrom('setting').select('value').executeTakeFirst();
    expect(counter).toEqual({ value: '150' });
  });

  it('answers "try again" when the disk is full, keeps what was there, and goes on when there is room', async () => {
    const { db } = metadata.store;
    await setting('before').execute();
    const limit = (pages: number) => sql.raw(`pragma max_page_count = ${pages}`).execute(db);
    await limit(1);
    await expect(setting('large', 'x'.repeat(1_000_000)).execute()).rejects.toBeInstanceOf(Unavailable);
    await limit(1_000_000);
    await setting('after').execute();
    expect(await db.selectFrom('setting').select('name').orderBy('name').execute()).toEqual([
      { name: 'after' },
      { name: 'before' },
    ]);
  });

  it('answers "try again" when the disk fails', async () => {
    // Files may be 256 blocks of 512 bytes long: what is beyond fails as a broken disk does.
    const script = `
      const { openSqlite } = await import('${new URL('./sqlite.ts', import.meta.url)}');
      const store = openSqlite(process.argv[1]);
      const row = (name) => ({ name, value: 'x'.repeat(200_000) });
      await store.db.insertInto('setting').values(row('large')).execute().catch(({ code }) => console.log(code));`;
    const said = execFileSync(
      'sh',
      ['-c', 'ulimit -f 256 && exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, path()],
      { encoding: 'utf8', cwd: join(import.meta.dirname, '../../..') },
    );
    expect(said.trim()).toBe('metadata_failing');
  });

  it.each(['last_seen', 'first_seen', 'event_count', 'user_count'] as const)(
    'reads a page of issues sorted by %s as one walk along an index',
    async (sort) => {
      const { db } = metadata.store;
      const page = db
        .selectFrom('issue')
        .selectAll()
        .where('project_id', '=', 1)
        .where('status', '=', 'unresolved')
        .where((row) => row(row.refTuple(sort, 'id'), '<', row.tuple(1000, 50)))
        .orderBy(sort, 'desc')
        .orderBy('id', 'desc')
        .limit(25)
        .compile();
      const { rows } = await sql<{
        detail: string;
      }>`explain query plan ${sql.raw(page.sql.replaceAll('?', '1'))}`.execute(db);
      const plan = rows.map((row) => row.detail).join('\n');
      expect(plan).toContain(`USING INDEX issue_${sort}`);
      expect(plan).not.toContain('TEMP B-TREE');
    },
  );
});
