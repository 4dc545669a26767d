import { connect as connectSocket, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTelemetryUrl, type TelemetryAddress } from './address.ts';
import { connect } from './connection.ts';
import { prepareTelemetry } from './prepare.ts';
import type { EventRow, OutcomeRow, SessionRow } from './rows.ts';
import { startTestTelemetry, type TestTelemetry } from './start-test-telemetry.ts';
import { statementsOf } from './statements.ts';
import { createTables, replicated } from './tables.ts';
import type { TelemetryStore } from './telemetry.ts';
import { createTelemetryStore } from './telemetry-store.ts';
import { telemetryContract } from './test-contract.ts';
import { eventRow, outcomeRow, sessionRow } from './test-rows.ts';

let telemetry: TestTelemetry;

beforeAll(async () => {
  telemetry = await startTestTelemetry();
});
afterAll(() => telemetry.stop());

describe('telemetry in the embedded engine', () => {
  telemetryContract(() => telemetry);
});

describe('telemetry at an address, as of a server', () => {
  let server: Server;
  let address: TelemetryAddress;
  let store: TelemetryStore;

  beforeAll(async () => {
    // The engine behind a TCP port: the client knows no more of it than of a server.
    server = createServer((socket) => {
      const engine = connectSocket(telemetry.address.socketPath!);
      socket.pipe(engine).pipe(socket);
      socket.on('error', () => engine.destroy());
      engine.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { username, password } = telemetry.address;
    const { port } = server.address() as { port: number };
    address = parseTelemetryUrl(
      `http://${username}:${encodeURIComponent(password)}@127.0.0.1:${port}/elsewhere`,
    );
    await prepareTelemetry(address);
    store = createTelemetryStore(address);
  });
  afterAll(async () => {
    await store.close();
    server.close();
  });

  telemetryContract(() => ({ store, address }));
});

describe('the tables', () => {
  it.each([
    ['events', Object.keys(eventRow() satisfies EventRow)],
    ['sessions', Object.keys(sessionRow() satisfies SessionRow)],
    ['outcomes', Object.keys(outcomeRow() satisfies OutcomeRow)],
  ])('%s has the columns that its rows have', async (table, fields) => {
    const client = connect(telemetry.address);
    const columns = await statementsOf(client).rows<{ name: string }>(`DESCRIBE TABLE ${table}`);
    await client.close();
    expect(columns.map(({ name }) => name).toSorted()).toEqual(fields.toSorted());
  });

  it('can be made for replicas: the statements are SQL', async () => {
    const client = connect(telemetry.address);
    for (const statement of createTables(replicated)) {
      const parsed = await client.query({ query: `EXPLAIN AST ${statement}`, format: 'TabSeparated' });
      expect(await parsed.text()).toMatch(/^CreateQuery/);
      if (!statement.includes('MATERIALIZED VIEW'))
        expect(statement).toMatch(/ENGINE = Replicated\w*MergeTree\('/);
    }
    await client.close();
  });
});
