/**
 * Brings the tables to the newest version, in numbered steps that are written down in a table of the engine.
 * A step may be repeated after a crash, so each of its statements is idempotent. A schema newer than this
 * program is refused: it may hold what this program would destroy.
 */
import type { Statements } from './statements.ts';
import {
  createTables,
  idsOfSampledEvents,
  indexOfArrivals,
  indexOfTagValues,
  logTables,
  noiseCounts,
  rollUpBySixHours,
  sampledEvents,
  spanTables,
  streamsOfLogs,
  type TableEngine,
} from './tables.ts';

interface Migration {
  version: number;
  statements(tables: TableEngine): string[];
}

/** Append only; what was released is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, statements: createTables },
  { version: 2, statements: rollUpBySixHours },
  { version: 3, statements: indexOfTagValues },
  { version: 4, statements: logTables },
  { version: 5, statements: spanTables },
  { version: 6, statements: indexOfArrivals },
  { version: 7, statements: streamsOfLogs },
  { version: 8, statements: sampledEvents },
  { version: 9, statements: idsOfSampledEvents },
  { version: 10, statements: noiseCounts },
];

export const SCHEMA_VERSION = MIGRATIONS.at(-1)!.version;

/** The data was written by a newer program. For the operator: update, or use another data directory. */
export class SchemaTooNew extends Error {}

export async function migrate(
  engine: Statements,
  tables: TableEngine,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await engine.command(`CREATE TABLE IF NOT EXISTS schema_migrations (
    version UInt32,
    applied_at DateTime('UTC') DEFAULT now()
  ) ENGINE = ${tables.engine('')} ORDER BY version SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`);
  const [row] = await engine.rows<{ version: number }>(
    'SELECT max(version) AS version FROM schema_migrations',
  );
  const current = row?.version ?? 0;
  if (current > SCHEMA_VERSION)
    throw new SchemaTooNew(
      `The telemetry tables are of version ${current}; this program knows versions up to ${SCHEMA_VERSION}. Use the newer program.`,
    );
  for (const { version, statements } of migrations) {
    if (version <= current) continue;
    for (const statement of statements(tables)) await engine.command(statement);
    await engine.command('INSERT INTO schema_migrations (version) SELECT {version:UInt32}', { version });
  }
}
