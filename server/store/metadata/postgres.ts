/**
 * The metadata store on Postgres. Differs from SQLite in transport alone: integers come back as numbers, text
 * never holds U+0000, and passing trouble of the server is Unavailable.
 */
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import type { MetadataStore } from './metadata.ts';
import { checkSchema, migrate } from './migrate.ts';
import type { Database } from './schema.ts';
import { storableText } from './storable-text.ts';

/** Connections per store. Postgres allows 100 by default, and two stores share it with other programs. */
const CONNECTIONS_MAX = 10;
/** How long to wait for a connection before answering Unavailable. */
const CONNECT_MS_MAX = 5_000;
/** First number of our advisory locks, so that they do not meet another program's. */
const LOCK_SPACE = 1_413_566_541;

/** Types of bigint and numeric: count(), sum() and ids. Pg gives them as text. */
const NUMBER_OIDS = new Set([20, 1700]);

export async function openPostgres(url: string, log: Log): Promise<MetadataStore> {
  // Loaded only when used: 6 MB and 60 ms that the SQLite install need not pay.
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'tandem',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        NUMBER_OIDS.has(oid) ? parseNumber : pg.types.getTypeParser(oid, format),
    },
  });
  // A connection that breaks is replaced at the next query, and the query under way learns of it by itself. Without
  // listeners it would end the program: the pool's for idle ones, our own for those between two statements.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to Postgres broke'));
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ err: error }, 'a connection to Postgres broke')),
  );

  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: { ...guarded(pool as unknown as PostgresPool), options: pool.options },
      // A server set to answer before it is durable would break the promise of the store.
      onCreateConnection: async (connection) => {
        await connection.executeQuery(
          sql`select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`.compile(
            db,
          ),
        );
      },
    }),
  });
  return {
    dialect: 'postgres',
    db,
    transaction: (lockProjects, work) =>
      db.transaction().execute(async (transaction) => {
        const projects = [...new Set(lockProjects)].sort((a, b) => a - b);
        // In ascending order everywhere, so that two transactions cannot wait for each other.
        if (projects.length > 0)
          await sql`select pg_advisory_xact_lock(${LOCK_SPACE}, project) from unnest(${projects}::int[]) as project`.execute(
            transaction,
          );
        return work(transaction);
      }),
    migrate: () => migrate(db, 'postgres'),
    checkSchema: () => checkSchema(db),
    close: () => db.destroy(),
  };
}

function parseNumber(text: string): number | string {
  const value = Number(text);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value;
}

/** The pool as Kysely sees it, with storable parameters and our kind of error. */
function guarded(pool: PostgresPool): Pick<PostgresPool, 'connect' | 'end'> {
  return {
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch(rethrow);
      return guardedClient(client);
    },
  };
}

const clients = new WeakMap<PostgresPoolClient, PostgresPoolClient>();

/** One wrapper per client for ever: Kysely knows a connection again by identity. */
function guardedClient(client: PostgresPoolClient): PostgresPoolClient {
  let wrapper = clients.get(client);
  if (!wrapper) {
    wrapper = {
      release: (destroy) => client.release(destroy),
      query: ((text: string, parameters: readonly unknown[]) =>
        client.query(text, parameters.map(storableText)).catch(rethrow)) as PostgresPoolClient['query'],
    };
    clients.set(client, wrapper);
  }
  return wrapper;
}

/** SQLSTATE classes that pass by themselves: connection (08), resources (53), operator or crash (57P), serialisation and deadlock (40). */
const PASSING = /^(08|53|57P|40)/;

function rethrow(error: unknown): never {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const sqlState = /^[0-9A-Z]{5}$/.test(code);
  // Without a SQLSTATE the server did not answer: refused, reset, timed out.
  if (!sqlState || PASSING.test(code))
    throw new Unavailable('metadata_unreachable', 'Postgres does not answer at the moment. Try again.', {
      cause: error,
    });
  throw error;
}
