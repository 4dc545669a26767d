/**
 * The metadata port. Queries are written once against Kysely's types; SQLite and Postgres differ only in
 * dialect. Nouns use `db`; only process opens batch transactions.
 */
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type MetadataDb = Kysely<Database>;
export type MetadataTransaction = Transaction<Database>;

export interface MetadataStore {
  readonly dialect: 'sqlite' | 'postgres';
  /** Reads and writes of one statement or Kysely transactions; durable when they resolve. */
  readonly db: MetadataDb;
  /**
   * One durable transaction. On SQLite it takes the write lock at once (BEGIN IMMEDIATE); on Postgres it
   * takes an advisory lock per project named, so that two processes cannot create the same issue twice.
   */
  transaction<T>(
    lockProjects: readonly number[],
    work: (transaction: MetadataTransaction) => Promise<T>,
  ): Promise<T>;
  /** Brings the schema to the newest migration. Refuses a schema newer than this program. */
  migrate(): Promise<void>;
  /** Throws SchemaMismatch (migrate.ts) unless the schema is that of this program. Changes nothing. */
  checkSchema(): Promise<void>;
  close(): Promise<void>;
}
