import { connect as connectSocket, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTelemetryUrl, type TelemetryAddress } from './address.ts';
import { connect } from './connection.ts';
import { MIGRATIONS, migrate } from './migrations.ts';
import { prepareTelemetry } from './prepare.ts';
import type {
  EventRow,
  LogRow,
  NoiseCountRow,
  OutcomeRow,
  SampledEventRow,
  SessionRow,
  SpanRow,
} from './rows.ts';
import { startTestTelemetry, type TestTelemetry } from './start-test-telemetry.ts';
import { statementsOf } from './statements.ts';
import { replicated, singleMachine } from './tables.ts';
import type { TelemetryStore } from './telemetry.ts';
import { createTelemetryStore } from './telemetry-store.ts';
import { telemetryContract } from './test-contract.ts';
import {
  DAY_MS,
  eventRow,
  HOUR_MS,
  jsonLines,
  logRow,
  MONDAY,
  manyEvents,
  noiseCountRow,
  outcomeRow,
  sampledEventRow,
  sessionRow,
  spanRow,
} from './test-rows.ts';

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
    ['sampled_events', Object.keys(sampledEventRow() satisfies SampledEventRow)],
    ['sessions', Object.keys(sessionRow() satisfies SessionRow)],
    ['outcomes', Object.keys(outcomeRow() satisfies OutcomeRow)],
    ['logs', Object.keys(logRow() satisfies LogRow)],
    ['noise_counts', Object.keys(noiseCountRow() satisfies NoiseCountRow)],
    ['spans', Object.keys(spanRow() satisfies SpanRow)],
  ])('%s has the columns that its rows have', async (table, fields) => {
    const client = connect(telemetry.address);
    const columns = await statementsOf(client).rows<{ name: string }>(`DESCRIBE TABLE ${table}`);
    await client.close();
    expect(columns.map(({ name }) => name).toSorted()).toEqual(fields.toSorted());
  });

  it('can be made for replicas: the statements are SQL', async () => {
    const client = connect(telemetry.address);
    for (const statement of MIGRATIONS.flatMap(({ statements }) => statements(replicated))) {
      const parsed = await client.query({ query: `EXPLAIN AST ${statement}`, format: 'TabSeparated' });
      expect(await parsed.text()).toMatch(/Query/);
      if (statement.startsWith('CREATE TABLE'))
        expect(statement).toMatch(/ENGINE = Replicated\w*MergeTree\('/);
    }
    await client.close();
  });

  it('find an event by the value of a tag through the index, and those without the tag too', async () => {
    const project = 99;
    const tagged = manyEvents(20_000, (index) => ({
      project_id: project,
      ...(index === 7 && { tags: { order: '4711' } }),
    }));
    await telemetry.store.insert('events', jsonLines(tagged), 'tagged');
    const client = connect(telemetry.address);
    const count = async (value: string, settings: string) => {
      const counted = await client.query({
        query: `SELECT count() AS events FROM events
          WHERE project_id IN {projects:Array(UInt32)} AND tags[{key:String}] = {value:String} SETTINGS ${settings}`,
        query_params: { projects: [project], key: 'order', value },
        format: 'JSONEachRow',
      });
      return Number((await counted.json<{ events: number }>())[0]!.events);
    };
    // Refused by the engine when the index cannot serve the condition; 20,000 rows are three granules.
    expect(await count('4711', "force_data_skipping_indices = 'by_tag_value', max_rows_to_read = 8192")).toBe(
      1,
    );
    expect(await count('', 'max_rows_to_read = 0')).toBe(19_999);
    await client.close();
  });

  it('of the first version get the roll-up by six hours, with what is there already, once', async () => {
    const address = { ...telemetry.address, database: 'older' };
    const client = connect(telemetry.address);
    await client.command({ query: 'CREATE DATABASE older ENGINE = Atomic' });
    await client.close();
    const older = connect(address);
    const engine = statementsOf(older);
    await migrate(engine, singleMachine, MIGRATIONS.slice(0, 1));
    const store = createTelemetryStore(address);
    const events = manyEvents(3_000, (index) => ({
      timestamp: MONDAY + (index % 30) * DAY_MS + (index % 24) * HOUR_MS,
      grouping_hash: `h${index % 7}`,
      release: `1.${index % 3}`,
    }));
    await store.insert('events', jsonLines(events), 'before');
    const counted = (table: string, time: string) =>
      store.select(
        [1],
        `SELECT grouping_hash, toUnixTimestamp(${time}) AS at, ${table === 'events' ? 'count()' : 'sum(events)'} AS events,
            ${table === 'events' ? 'uniqExact(user_key)' : 'uniqCombined64Merge(15)(users)'} AS users
          FROM ${table} WHERE project_id IN {projects:Array(UInt32)} GROUP BY 1, 2 ORDER BY 1, 2`,
      );
    const fromEvents = () => counted('events', 'toStartOfInterval(timestamp, INTERVAL 6 HOUR)');

    await prepareTelemetry(address);
    expect(await counted('events_six_hourly', 'hour')).toEqual(await fromEvents());

    // A crash before the steps were written down repeats them.
    await engine.command('DELETE FROM schema_migrations WHERE version >= 2');
    await prepareTelemetry(address);
    await store.insert('events', jsonLines([eventRow({ event_id: 'after', user_key: 'id:new' })]), 'after');
    expect(await counted('events_six_hourly', 'hour')).toEqual(await fromEvents());
    await store.close();
    await older.close();
  });
});
