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
    await engine.rows('SELECT 1').catch(async (error) => {
      if (error instanceof EngineRefused && error.code === UNKNOWN_DATABASE) await createDatabase(address);
      else throw error;
    });
    await migrate(engine, address.replicated ? replicated : singleMachine);
    return { brokenParts: await brokenParts(engine) };
  } finally {
    await client.close();
  }
}

async function createDatabase(address: TelemetryAddress): Promise<void> {
  const client = connect(address, 'default');
  try {
    // The embedded engine's own choice cannot hold materialized views; a server's choice is its administrator's.
    const kind = address.socketPath ? 'ENGINE = Atomic' : '';
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
