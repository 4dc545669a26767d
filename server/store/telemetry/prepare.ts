/** Before the first use of an address: the database exists and its tables are of this program's version. */
import type { TelemetryAddress } from './address.ts';
import { connect, explain } from './connection.ts';
import { migrate, SchemaTooNew } from './migrations.ts';
import { singleMachine, type TableEngine } from './tables.ts';

export async function prepareTelemetry(
  address: TelemetryAddress,
  tables: TableEngine = singleMachine,
): Promise<void> {
  const server = connect(address, 'default');
  const client = connect(address);
  try {
    await server.command({
      query: 'CREATE DATABASE IF NOT EXISTS {name:Identifier} ENGINE = Atomic',
      query_params: { name: address.database },
    });
    await migrate(
      {
        command: async (query) => void (await client.command({ query })),
        rows: async <Row>(query: string) =>
          (await client.query({ query, format: 'JSONEachRow' })).json<Row>(),
      },
      tables,
    );
  } catch (error) {
    throw error instanceof SchemaTooNew ? error : explain(error, 'write');
  } finally {
    await Promise.all([server.close(), client.close()]);
  }
}
