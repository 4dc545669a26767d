import { request } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '#server/store/telemetry/connection.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';

let telemetry: TestTelemetry;
let client: ClickHouseClient;

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  client = connect(telemetry.address);
});
afterAll(async () => {
  await client.close();
  await telemetry.stop();
});

const rows = async <Row>(query: string, settings = {}) =>
  (await client.query({ query, format: 'JSONEachRow', clickhouse_settings: settings })).json<Row>();
const insert = async (table: string, format: string, body: Uint8Array) =>
  text(
    (
      await client.exec({
        query: `INSERT INTO ${table} FORMAT ${format}`,
        values: Readable.from([body], { objectMode: false }),
      })
    ).stream,
  );

/** What a client of another kind would send. */
function send(
  path: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; code: string | undefined; body: string }> {
  const { socketPath, username, password } = telemetry.address;
  return new Promise((resolve, reject) => {
    request(
      { socketPath, path, method: 'POST', auth: `${username}:${password}`, ...options },
      async (response) => {
        const code = response.headers['x-clickhouse-exception-code'] as string | undefined;
        resolve({ status: response.statusCode!, code, body: await text(response) });
      },
    )
      .on('error', reject)
      .end(options.body);
  });
}

describe('rows in a body', () => {
  it('are bytes of their format, never SQL', async () => {
    await client.command({
      query: 'CREATE TABLE bytes (n UInt16, text String) ENGINE = MergeTree ORDER BY n',
    });
    await client.command({ query: 'CREATE TABLE victim (n UInt16) ENGINE = MergeTree ORDER BY n' });
    // 0x0A0A is an empty line, which ends rows that stand in SQL.
    await insert('bytes', 'RowBinary', Buffer.from([0x0a, 0x0a, 2, 0x0a, 0x0a, 0xff, 0xff, 1, 0x2d]));
    await insert('bytes', 'JSONEachRow', Buffer.from('{"n":3,"text":"x"}\n\nDROP TABLE victim;\n')).catch(
      () => null,
    );
    await insert('bytes', 'CSV', Buffer.from('-- { retry 5 }\n4,"b"\n')).catch(() => null);
    await insert('bytes', 'TSV', Buffer.from('5\t/* c */ a\n'));
    expect(
      await rows('SELECT n, hex(text) AS text FROM bytes WHERE n IN (2570, 65535, 5) ORDER BY n'),
    ).toEqual([
      { n: 5, text: Buffer.from('/* c */ a').toString('hex').toUpperCase() },
      { n: 2570, text: '0A0A' },
      { n: 65535, text: '2D' },
    ]);
    expect(await rows('EXISTS TABLE victim')).toEqual([{ result: 1 }]);
  });

  it.each([
    'INSERT INTO bytes SELECT 1',
    'INSERT INTO bytes FORMAT TSV; DROP TABLE victim',
    "INSERT INTO bytes FROM INFILE '/etc/passwd' FORMAT TSV",
    'SELECT 1',
  ])('belong to a plain INSERT and to nothing else: %s', async (query) => {
    expect(await send(`/?query=${encodeURIComponent(query)}`, { body: '1\tx\n' })).toMatchObject({
      status: 400,
      code: '36',
    });
  });

  it('give room to defaults and to columns in another order', async () => {
    await client.command({
      query:
        "CREATE TABLE defaults (a UInt8, b String DEFAULT 'none', c UInt8 MATERIALIZED a + 1) ENGINE = Memory",
    });
    await insert('defaults', 'JSONEachRow', Buffer.from('{"a":1}\n{"b":"x","a":2}\n'));
    expect(await rows('SELECT a, b, c FROM defaults ORDER BY a')).toEqual([
      { a: 1, b: 'none', c: 2 },
      { a: 2, b: 'x', c: 3 },
    ]);
  });
});

describe('answers', () => {
  it('stream while the query runs', async () => {
    const result = await client.query({
      query: 'SELECT number FROM numbers(3000000)',
      format: 'JSONEachRow',
    });
    let count = 0;
    let last = '';
    for await (const chunk of result.stream()) {
      count += chunk.length;
      last = chunk.at(-1)!.text;
    }
    expect([count, last]).toEqual([3_000_000, '{"number":2999999}']);
  });

  it('end with the error when a query fails after its first rows', async () => {
    const result = await client.query({
      query: 'SELECT throwIf(number = 2000000) FROM numbers(3000000)',
      format: 'JSONEachRow',
    });
    const reading = (async () => {
      for await (const _ of result.stream()) {
        // Only the end matters.
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: '395', type: 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO' });
  });

  it('free the engine when their reader goes away', async () => {
    const result = await client.query({
      query: 'SELECT number FROM numbers(100000000000)',
      format: 'JSONEachRow',
    });
    result.close();
    const running = async () =>
      (
        await rows(
          "SELECT 1 FROM system.processes WHERE query LIKE '%100000000000%' AND query NOT LIKE '%system.processes%'",
        )
      ).length;
    await expect.poll(running).toBe(0);
  });

  it('carry codes and words of the engine', async () => {
    await expect(client.command({ query: 'SELEKT 1' })).rejects.toMatchObject({
      code: '62',
      type: 'SYNTAX_ERROR',
    });
    await expect(rows('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
    await expect(rows('SELECT 1', { no_such_setting: 1 })).rejects.toMatchObject({
      code: '115',
      type: 'UNKNOWN_SETTING',
    });
    await expect(rows('SELECT {missing:UInt8}')).rejects.toMatchObject({ code: '456' });
  });

  it('tell what a statement cost', async () => {
    const { summary } = await client.command({ query: 'CREATE TABLE cost (n UInt8) ENGINE = Memory' });
    expect(summary).toMatchObject({
      read_rows: expect.stringMatching(/^\d+$/),
      elapsed_ns: expect.stringMatching(/^\d+$/),
    });
  });
});

describe('statements', () => {
  it('leave no settings and no parameters to the next', async () => {
    const asked = "SELECT getSetting('max_threads') AS threads, getSetting('max_block_size') AS size";
    const before = await rows(asked);
    await rows(asked, { max_threads: 7, max_block_size: '77' });
    for (let index = 0; index < 10; index += 1) expect(await rows(asked)).toEqual(before);
    await client.query({ query: 'SELECT {p:String}', query_params: { p: 'x' }, format: 'JSONEachRow' });
    await expect(rows('SELECT {p:String}')).rejects.toMatchObject({ code: '456' });
  });

  it('come one at a time', async () => {
    await expect(
      client.command({ query: 'CREATE TABLE two (a UInt8) ENGINE = Memory; DROP TABLE victim' }),
    ).rejects.toMatchObject({ code: '62' });
    await expect(rows('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: '62' });
    expect(await rows('EXISTS TABLE victim')).toEqual([{ result: 1 }]);
  });

  it('wait for each other without holding up a ping', async () => {
    const slow = Array.from({ length: 10 }, () =>
      rows('SELECT sum(sipHash64(number)) AS sum FROM numbers(10000000)'),
    );
    for (let index = 0; index < 5; index += 1) expect((await client.ping()).success).toBe(true);
    await Promise.all(slow);
  });
});

describe('callers', () => {
  it.each([
    ['nothing', {}],
    ['another password', { authorization: `Basic ${Buffer.from('tandem:guess').toString('base64')}` }],
    ['something else', { authorization: 'Bearer x' }],
  ])('that show %s are refused', async (_name, headers) => {
    const { socketPath } = telemetry.address;
    const answer = await new Promise<{ status: number; code: unknown }>((resolve, reject) => {
      request({ socketPath, path: '/', method: 'POST', headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode!, code: response.headers['x-clickhouse-exception-code'] });
      })
        .on('error', reject)
        .end('SELECT 1');
    });
    expect(answer).toEqual({ status: 403, code: '516' });
  });

  it('with names that are no names are refused', async () => {
    expect(await send("/?max_threads=1&x'%20=1", { body: 'SELECT 1' })).toMatchObject({
      status: 400,
      code: '36',
    });
    expect(await send('/?database=a`b\\', { body: 'SELECT 1' })).toMatchObject({ status: 404, code: '81' });
  });
});
