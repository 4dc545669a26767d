/**
 * The metadata store on SQLite: one file, WAL, every commit fsynced. Opened once per thread; the threads meet
 * at SQLite's write lock, which a transaction takes at its begin (see sqlite-driver.ts).
 */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { MetadataStore } from './metadata.ts';
import { checkSchema, migrate } from './migrate.ts';
import type { Database } from './schema.ts';
import { SqliteDriver } from './sqlite-driver.ts';

export function openSqlite(path: string): MetadataStore {
  mkdirSync(dirname(path), { recursive: true });
  // The -wal and -shm files take their permissions from the main file.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);

  const db = new Kysely<Database>({
    dialect: {
      createDriver: () => new SqliteDriver(path),
      createAdapter: () => new TransactionalSqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: (database) => new SqliteIntrospector(database),
    },
  });
  return {
    dialect: 'sqlite',
    db,
    transaction: (_lockProjects, work) => db.transaction().execute(work),
    migrate: () => migrate(db, 'sqlite'),
    checkSchema: () => checkSchema(db),
    close: () => db.destroy(),
  };
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  /** The driver has two connections and its own lock; Kysely's would make readers wait. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  /** SQLite's DDL is transactional: a migration is applied whole or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
