/**
 * Kysely's driver over node:sqlite. Every SELECT outside a transaction runs at once on a read-only connection,
 * so readers never wait for a transaction that is open between two awaits. Everything else goes, in order of
 * arrival, through the one writing connection.
 *
 * Read-your-writes holds: a write resolves after its commit, each SELECT is read to its end in one call, and so
 * begins on the newest commit.
 *
 * node:sqlite is synchronous. A wait for another thread's write lock inside SQLite (busy_timeout) would stop
 * this thread's event loop, and with it the door; so the wait is ours: try, sleep, try again.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import { Unavailable } from '#server/platform/rejection.ts';
import { storableText } from './storable-text.ts';
import { WriteLock } from './write-lock.ts';

/** How long a write waits for the lock, ours or another thread's, before it answers Unavailable. A batch holds it for tens of milliseconds. */
const WRITE_WAIT_MS_MAX = 10_000;
/** Longest pause between two tries for the lock: the holder must leave a gap of this length for a waiter to get in. A try costs 10 µs. */
const RETRY_PAUSE_MS_MAX = 5;
/** Prepared statements kept per connection; the program has fewer texts than this, apart from multi-row inserts. */
const STATEMENTS_MAX = 256;
/** Longer texts are multi-row inserts whose length varies: preparing again costs less than keeping them. */
const CACHED_SQL_CHARACTERS_MAX = 8_000;
/** Page cache per connection, KiB. */
const CACHE_KIB = 8_192;
/** The write-ahead log is cut back to this after a large transaction, bytes. */
const LOG_BYTES_KEPT_MAX = 64 * 1024 * 1024;

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
const BUSY = 5;
const FULL = 13;
/** NOMEM, READONLY, IOERR, CANTOPEN: about the machine, whatever the statement says. */
const FAILING: ReadonlySet<number | undefined> = new Set([7, 8, 10, 14]);

export class SqliteDriver implements Driver {
  readonly #path: string;
  readonly #lock = new WriteLock(WRITE_WAIT_MS_MAX);
  #writer!: Statements;
  #reader!: Statements;

  constructor(path: string) {
    this.#path = path;
  }

  async init(): Promise<void> {
    const writer = new DatabaseSync(this.#path, { timeout: WRITE_WAIT_MS_MAX });
    writer.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma foreign_keys = on;
      pragma cache_size = -${CACHE_KIB};
      pragma journal_size_limit = ${LOG_BYTES_KEPT_MAX};
      pragma busy_timeout = 0;`);
    const reader = new DatabaseSync(this.#path, { timeout: WRITE_WAIT_MS_MAX, readOnly: true });
    reader.exec(`pragma cache_size = -${CACHE_KIB}`);
    this.#writer = new Statements(writer);
    this.#reader = new Statements(reader);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new RoutedConnection(this.#reader, this.#writer, this.#lock);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as RoutedConnection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as RoutedConnection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as RoutedConnection).rollback();
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as RoutedConnection).rollback();
  }

  async destroy(): Promise<void> {
    this.#reader?.database.close();
    this.#writer?.database.close();
  }
}

/** What Kysely holds for one query or one transaction: chooses the connection by what it is asked to run. */
class RoutedConnection implements DatabaseConnection {
  readonly #reader: Statements;
  readonly #writer: Statements;
  readonly #lock: WriteLock;
  #inTransaction = false;

  constructor(reader: Statements, writer: Statements, lock: WriteLock) {
    this.#reader = reader;
    this.#writer = writer;
    this.#lock = lock;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#inTransaction) return this.#writer.run(query);
    if (SelectQueryNode.is(query.query)) return this.#reader.run(query);
    await this.#lock.acquire();
    try {
      return await retryWhileBusy(() => this.#writer.run<R>(query));
    } finally {
      this.#lock.release();
    }
  }

  // biome-ignore lint/correctness/useYield: a cursor that stays open would pin its snapshot for every other reader.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('BUG: metadata is read in pages, not streamed');
  }

  async begin(): Promise<void> {
    await this.#lock.acquire();
    try {
      await retryWhileBusy(() => this.#writer.database.exec('begin immediate'));
      this.#inTransaction = true;
    } finally {
      if (!this.#inTransaction) this.#lock.release();
    }
  }

  commit(): void {
    rethrowDisk(() => this.#writer.database.exec('commit'));
    this.#end();
  }

  /** Also called when Kysely gives the connection back: no path may leave with the lock. */
  rollback(): void {
    if (!this.#inTransaction) return;
    // SQLite has rolled back by itself after some errors (disk full).
    if (this.#writer.database.isTransaction) this.#writer.database.exec('rollback');
    this.#end();
  }

  #end(): void {
    this.#inTransaction = false;
    this.#lock.release();
  }
}

/** One SQLite connection with its prepared statements. */
class Statements {
  readonly database: DatabaseSync;
  readonly #cache = new LRUCache<string, Prepared>({ max: STATEMENTS_MAX });

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  run<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, returnsRows } = this.#prepare(query.sql);
    const parameters = query.parameters.map(storableText) as (string | number | bigint | null)[];
    return rethrowDisk(() => {
      if (returnsRows) return { rows: statement.all(...parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(...parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    });
  }

  #prepare(sql: string): Prepared {
    const kept = this.#cache.get(sql);
    if (kept) return kept;
    const statement = this.database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    if (sql.length <= CACHED_SQL_CHARACTERS_MAX) this.#cache.set(sql, prepared);
    return prepared;
  }
}

interface Prepared {
  statement: StatementSync;
  returnsRows: boolean;
}

async function retryWhileBusy<T>(run: () => T): Promise<T> {
  const deadline = performance.now() + WRITE_WAIT_MS_MAX;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, RETRY_PAUSE_MS_MAX)) {
    try {
      return run();
    } catch (error) {
      if (resultCode(error) !== BUSY) throw error;
      if (performance.now() > deadline)
        throw new Unavailable('metadata_busy', 'Another process holds the metadata file. Try again.', {
          cause: error,
        });
    }
    await sleep(pauseMs);
  }
}

/** What the disk does is not the fault of who writes: the same may work later. */
function rethrowDisk<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const code = resultCode(error);
    if (code === FULL)
      throw new Unavailable('metadata_full', 'The disk of the metadata is full. Free space and try again.', {
        cause: error,
      });
    if (FAILING.has(code))
      throw new Unavailable('metadata_failing', 'The disk of the metadata fails. Try again.', {
        cause: error,
      });
    throw error;
  }
}

/** The primary result code; the extended ones carry it in their low byte. */
function resultCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}
