/**
 * Brings the schema to the newest migration, each whole or not at all, and refuses a schema that a newer
 * Tandem has written: an older program could not keep the promises of columns it does not know.
 */
import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { errorTables } from './migrations/0001-errors.ts';
import { passwordLinks } from './migrations/0002-password-links.ts';
import { limits } from './migrations/0003-limits.ts';
import { savedQueries } from './migrations/0004-saved-queries.ts';
import { knownRequests } from './migrations/0005-known-requests.ts';
import { artifacts } from './migrations/0006-artifacts.ts';
import { releases } from './migrations/0007-releases.ts';
import { filters } from './migrations/0008-filters.ts';
import { workflow } from './migrations/0009-workflow.ts';
import { teams } from './migrations/0010-teams.ts';
import { teamwork } from './migrations/0011-teamwork.ts';
import { grouping } from './migrations/0012-grouping.ts';
import { impact } from './migrations/0013-impact.ts';
import { monitors } from './migrations/0014-monitors.ts';
import { imports } from './migrations/0015-imports.ts';
import { alerts } from './migrations/0016-alerts.ts';
import { channels } from './migrations/0017-channels.ts';
import { logErrors } from './migrations/0018-log-errors.ts';
import { noise } from './migrations/0019-noise.ts';
import { audit } from './migrations/0020-audit.ts';
import { leases } from './migrations/0021-leases.ts';
import { twins } from './migrations/0022-twins.ts';
import { auditDifferences } from './migrations/0023-audit-differences.ts';
import { type DialectWords, postgresWords, sqliteWords } from './migrations/words.ts';
import type { Database } from './schema.ts';

/** Name -> statements. Names are frozen once released; new ones sort after the last. */
const MIGRATIONS: Record<string, (words: DialectWords) => string[]> = {
  '0001-errors': errorTables,
  '0002-password-links': passwordLinks,
  '0003-limits': limits,
  '0004-saved-queries': savedQueries,
  '0005-known-requests': knownRequests,
  '0006-artifacts': artifacts,
  '0007-releases': releases,
  '0008-filters': filters,
  '0009-workflow': workflow,
  '0010-teams': teams,
  '0011-teamwork': teamwork,
  '0012-grouping': grouping,
  '0013-impact': impact,
  '0014-monitors': monitors,
  '0015-imports': imports,
  '0016-alerts': alerts,
  '0017-channels': channels,
  '0018-log-errors': logErrors,
  '0019-noise': noise,
  '0020-audit': audit,
  '0021-leases': leases,
  '0022-twins': twins,
  '0023-audit-differences': auditDifferences,
};

/** The schema is another program's: said to the person, who can start the right one. */
export class SchemaMismatch extends Error {}

/** Throws SchemaMismatch unless the schema is that of this program, whole. Changes nothing. */
export async function checkSchema(db: Kysely<Database>): Promise<void> {
  const applied = await appliedMigrations(db);
  refuseNewer(applied);
  if (Object.keys(MIGRATIONS).some((name) => !applied.includes(name)))
    throw new SchemaMismatch(
      'The metadata is not that of this version of Tandem yet. Start the program once, then try again.',
    );
}

export async function migrate(db: Kysely<Database>, dialect: 'sqlite' | 'postgres'): Promise<void> {
  refuseNewer(await appliedMigrations(db));
  const words = dialect === 'sqlite' ? sqliteWords : postgresWords;
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => mapValues(MIGRATIONS, (statements) => ({ up: runAll(statements(words)) })),
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  const failed = results?.find((result) => result.status === 'Error');
  if (error)
    throw new Error(`The metadata could not be migrated${failed ? ` (${failed.migrationName})` : ''}.`, {
      cause: error,
    });
}

function refuseNewer(applied: readonly string[]): void {
  const newer = applied.filter((name) => !(name in MIGRATIONS));
  if (newer.length > 0)
    throw new SchemaMismatch(
      `The metadata was written by a newer Tandem (it has ${newer.join(', ')}). Start that version, or restore a backup made before the upgrade.`,
    );
}

async function appliedMigrations(db: Kysely<Database>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map((row) => row.name);
}

function runAll(statements: string[]): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
