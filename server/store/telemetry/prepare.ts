/** Before the first use of an address: the database exists, and its tables are of this program's version. */
import type { TelemetryAddress } from './address.ts';
import { connect } from './connection.ts';
import { migrate } from './migrations.ts';
import { type Statements, statementsOf } from './statements.ts';
import { replicated, singleMachine } from './tables.ts';
import { EngineRefused } from './telemetry-errors.ts';

/** A piece of a table that the engine found damaged and put aside. Its rows are missing from every answer. */
export interface BrokenPart {
  table: string;
  part: string;
  reason: string;
  bytes: number;
}

export interface Prepared {
  /** For the operator: should be empty. */
  brokenParts: BrokenPart[];
}

const UNKNOWN_DATABASE = 81;

export async function prepareTelemetry(address: TelemetryAddress): Promise<Prepared> {
  const client = connect(address);
  const engine = statementsOf(client);
  try {
    await (address.socketPath ? createOurDatabase(address) : createDatabaseIfMissing(address, engine));
    await migrate(engine, address.replicated ? replicated : singleMachine);
    return { brokenParts: await brokenParts(engine) };
  } finally {
    await client.close();
  }
}

/** Asked for without looking first: the engine's first error would cost 17 MB, for it loads what describes it. */
function createOurDatabase(address: TelemetryAddress): Promise<void> {
  // The engine's default kind of database cannot hold materialized views.
  return createDatabase(address, 'ENGINE = Atomic');
}

/** A server's database may be there already for a user who may not create any. Its kind is the administrator's. */
async function createDatabaseIfMissing(address: TelemetryAddress, engine: Statements): Promise<void> {
  try {
    await engine.rows('SELECT 1');
  } catch (error) {
    if (!(error instanceof EngineRefused) || error.code !== UNKNOWN_DATABASE) throw error;
    await createDatabase(address, '');
  }
}

async function createDatabase(address: TelemetryAddress, kind: string): Promise<void> {
  const client = connect(address, 'default');
  try {
    await statementsOf(client).command(`CREATE DATABASE IF NOT EXISTS {name:Identifier} ${kind}`, {
      name: address.database,
    });
  } finally {
    await client.close();
  }
}

/** The engine puts damaged parts aside while it opens and says nothing: somebody has to look. */
async function brokenParts(engine: Statements): Promise<BrokenPart[]> {
  return engine.rows(
    `SELECT table, name AS part, reason, bytes_on_disk AS bytes FROM system.detached_parts
      WHERE database = currentDatabase() AND reason LIKE 'broken%' ORDER BY table, name LIMIT 1000`,
  );
}
