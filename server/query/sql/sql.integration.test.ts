/** SQL on the real engine: what people ask of their logs and errors, and that every name of the schema is there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logRows, type TestLog } from '#server/query/logql/test-logs.ts';
import { FUNCTIONS, functionOf } from '#server/query/plan/functions.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import { TABLE_NAMES, tableOf } from '#server/query/plan/telemetry-tables.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { runSql } from './run-sql.ts';

const NOON = BigInt(Date.UTC(2026, 4, 10, 12)) * 1_000_000n;
const HOUR = 3_600_000_000_000n;
let telemetry: TestTelemetry;

const request = (at: number, route: string, status: number, ms: number, service = 'shop'): TestLog => ({
  at,
  line: `GET ${route} ${status} in ${ms}ms`,
  service,
  severity: status >= 500 ? 17 : 9,
  metadata: {
    route,
    status: String(status),
    duration_ms: String(ms),
    ...(status >= 500 ? { 'user.id': 'u1' } : {}),
  },
});
const LOGS: TestLog[] = [
  request(1, '/cart', 200, 10),
  request(2, '/cart', 200, 30),
  request(61, '/pay', 503, 900.5),
  request(62.000000001, '/pay', 200, 100),
  request(3601, '/pay', 500, 1100, 'billing'),
  { at: 70, line: '{"order":{"id":9007199254740993,"total":12.5}}', service: 'shop' },
  { at: 71, line: "it's 100% ünïcode\nof two lines", service: '' },
];

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  await telemetry.store.insert('logs', logRows(1, NOON, LOGS), 'of-project-1');
  await telemetry.store.insert('logs', logRows(2, NOON, [request(5, '/secret', 200, 1)]), 'of-project-2');
});
afterAll(() => telemetry.stop());

const ask = (text: string, now = NOON + 2n * HOUR) =>
  runSql(
    { telemetry: telemetry.store, deadline: new Deadline(30_000) },
    { projects: [1], text, now, period: { start: NOON, end: NOON + 2n * HOUR } },
  );
const rows = async (text: string) => (await ask(text)).rows;

describe('a SELECT', () => {
  it.each<[what: string, text: string, rows: unknown[][]]>([
    [
      'counts per group',
      "SELECT attributes['route'] AS route, count(*) AS n FROM logs WHERE attributes['route'] != '' GROUP BY route ORDER BY n DESC, route",
      [
        ['/pay', 3],
        ['/cart', 2],
      ],
    ],
    [
      'takes texts of numbers as numbers where numbers are wanted',
      "SELECT attributes['route'], round(avg(attributes['duration_ms']), 1), max(toFloat64(attributes['duration_ms'])) FROM logs WHERE attributes['duration_ms'] > 20 GROUP BY 1 ORDER BY 2 DESC",
      [
        ['/pay', 700.2, 1100],
        ['/cart', 30, 30],
      ],
    ],
    [
      'says the slowest with quantiles, in both spellings',
      "SELECT quantileExact(0.5)(attributes['duration_ms']) AS a, quantileExact(attributes['duration_ms'], 0.5) b FROM logs",
      [[100, 100]],
    ],
    [
      'counts errors per service and hour',
      "SELECT toStartOfHour(timestamp) AS hour, service, countIf(level = 'error') AS errors FROM logs GROUP BY hour, service HAVING errors > 0 ORDER BY hour",
      [
        ['2026-05-10T12:00:00Z', 'shop', 1],
        ['2026-05-10T13:00:00Z', 'billing', 1],
      ],
    ],
    [
      'cuts time into steps of any length',
      'SELECT toStartOfInterval(timestamp, INTERVAL 5 MINUTE) t, count() FROM logs GROUP BY t ORDER BY t',
      [
        ['2026-05-10T12:00:00Z', 6],
        ['2026-05-10T13:00:00Z', 1],
      ],
    ],
    [
      'keeps every digit of a time',
      "SELECT timestamp FROM logs WHERE body LIKE '%/pay 200%'",
      [['2026-05-10T12:01:02.000000001Z']],
    ],
    [
      'does not lose a digit of an integer',
      "SELECT JSONExtractInt(body, 'order', 'id'), JSONExtractFloat(body, 'order', 'total') FROM logs WHERE JSONHas(body, 'order')",
      [['9007199254740993', 12.5]],
    ],
    [
      'finds parts of texts',
      `SELECT extract(body, '(\\w+) lines'), position('100%' in body), upper(substring(body from 11 for 7)), length(body) FROM logs WHERE body ILIKE 'IT''S 100\\% %'`,
      [['two', 6, 'ÜNÏCODE', 30]],
    ],
    [
      'knows what was not sent',
      "SELECT count(*), count(attributes['user.id']), count(DISTINCT attributes['user.id']), countIf(service IS NULL), any(coalesce(attributes['user.id'], 'nobody')) FILTER (WHERE service IS NULL) FROM logs",
      [[7, 2, 1, 1, 'nobody']],
    ],
    [
      'has CASE',
      "SELECT CASE WHEN attributes['status'] >= 500 THEN 'bad' WHEN attributes['status'] > 0 THEN 'good' ELSE 'other' END AS kind, count() FROM logs GROUP BY kind ORDER BY kind",
      [
        ['bad', 2],
        ['good', 3],
        ['other', 2],
      ],
    ],
    [
      'has a query in FROM',
      "SELECT count(*), sum(n) FROM (SELECT attributes['route'] AS route, count(*) AS n FROM logs GROUP BY route) AS t WHERE t.n > 1",
      [[3, 7]],
    ],
    [
      'has DISTINCT, LIMIT and OFFSET',
      'SELECT DISTINCT service FROM logs ORDER BY service LIMIT 2 OFFSET 1',
      [['billing'], ['shop']],
    ],
    ['knows the most frequent', 'SELECT topK(1)(service) FROM logs', [[['shop']]]],
    [
      'computes',
      'SELECT 7 / 2, 7 % 0, -(1 + 2) * 3, 1 / 0, round(2.345, 2) FROM logs LIMIT 1',
      [[3.5, null, -9, null, 2.35]],
    ],
    ['says no', "SELECT service FROM logs WHERE NOT (service IN ('shop', 'billing')) OR false", [['']]],
    ['groups by a constant', 'SELECT 1 FROM logs GROUP BY 1 HAVING count(*) > 3', [[1]]],
    [
      'shows maps',
      "SELECT attributes FROM logs WHERE attributes['status'] = 200 ORDER BY timestamp LIMIT 1",
      [[LOGS[0]!.metadata]],
    ],
    [
      'subtracts times',
      'SELECT max(timestamp) - min(timestamp), now() - INTERVAL 1 HOUR FROM logs',
      [[3600, '2026-05-10T13:00:00Z']],
    ],
    [
      'groups by what it calls by the name of a column, and by what is else another name of one',
      'SELECT toStartOfHour(timestamp) AS time, upper(service) AS service, count(*) FROM logs GROUP BY time, service ORDER BY time, service',
      [
        ['2026-05-10T12:00:00Z', '', 1],
        ['2026-05-10T12:00:00Z', 'SHOP', 5],
        ['2026-05-10T13:00:00Z', 'BILLING', 1],
      ],
    ],
    [
      'makes times of texts',
      "SELECT '2026-05-10T14:00+02:00'::timestamp, (body || '2026-05-10 12:00:00.5')::timestamp, CAST('2026-05-10' AS date) FROM logs WHERE body = '' OR service = 'billing'",
      [['2026-05-10T12:00:00Z', null, '2026-05-10T00:00:00Z']],
    ],
    ['tells maps apart', 'SELECT DISTINCT labels FROM logs', [[{}]]],
    [
      'has conditions of columns',
      'SELECT count(*) FROM events WHERE handled = true OR handled IS NULL OR coalesce(handled, false) IS NOT FALSE',
      [[0]],
    ],
    [
      'knows parts of times',
      'SELECT extract(hour from timestamp), toDayOfWeek(timestamp) FROM logs LIMIT 1',
      [[12, 7]],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await rows(text)).toEqual(expected);
  });

  it('sees only the projects of who asks', async () => {
    expect(await rows('SELECT count(*) FROM logs WHERE project_id = 2 OR true')).toEqual([[7]]);
    expect(await rows("SELECT body FROM logs WHERE body LIKE '%secret%'")).toEqual([]);
  });

  it('takes the period, unless the query names a time', async () => {
    const all = await ask("SELECT count(*) FROM logs WHERE timestamp >= '2026-05-10 13:00'");
    expect(all).toMatchObject({ rows: [[1]], isRangeOfQuery: true, range: { start: NOON + HOUR } });
    expect(await ask('SELECT count(*) FROM logs')).toMatchObject({
      isRangeOfQuery: false,
      range: { start: NOON },
    });
  });

  it('says when rows were left out, and does not when the query wanted no more', async () => {
    const many = Array.from({ length: 1_200 }, (_, at) => ({ at: at / 1000, line: 'x', service: 'many' }));
    await telemetry.store.insert('logs', logRows(1, NOON - 10n * HOUR, many), 'many');
    const where = "WHERE timestamp < '2026-05-10 12:00'";
    const cut = await ask(`SELECT body FROM logs ${where}`);
    expect([cut.rows.length, cut.isTruncated]).toEqual([1_000, true]);
    const limited = await ask(`SELECT body FROM logs ${where} LIMIT 10`);
    expect([limited.rows.length, limited.isTruncated]).toEqual([10, false]);
    expect((await ask(`SELECT body FROM logs ${where} LIMIT 10000`)).rows).toHaveLength(1_200);
  });
});

describe('the schema', () => {
  it.each(TABLE_NAMES)('names columns of %s that the engine has', async (table) => {
    const names = Object.keys(tableOf(table).columns);
    const { columns } = await ask(`SELECT ${names.join(', ')} FROM ${table}`);
    expect(columns.map(({ name }) => name)).toEqual(names);
  });

  it('names functions that the engine has', async () => {
    const argument = {
      text: 'body',
      number: 'severity_number',
      time: 'timestamp',
      boolean: 'true',
      any: 'body',
      same: 'body',
      pattern: "'a'",
      literal: "'a'",
    };
    const calls = Object.keys(FUNCTIONS).map((name) => {
      const { takes } = functionOf(name as keyof typeof FUNCTIONS);
      const of = name === 'round' ? ['severity_number', '1'] : takes.map((type) => argument[type]);
      return `${name}(${of.join(', ')})`;
    });
    const { columns } = await ask(`SELECT ${calls.join(', ')} FROM logs`);
    expect(columns).toHaveLength(calls.length);
    const aggregates =
      'count(), count(body), uniq(body), uniqExact(body), sum(severity_number), avg(severity_number), min(body), max(timestamp), median(severity_number), quantile(0.9)(severity_number), quantileExact(0.9)(severity_number), stddev(severity_number), any(body), topK(body), argMax(body, timestamp), argMin(body, timestamp)';
    const conditional = aggregates.replaceAll(
      /(\w+)(\([\d.]+\))?\(([^)]*)\)/g,
      (_, name, parameter = '', of) => `${name}If${parameter}(${of ? `${of}, ` : ''}level = 'error')`,
    );
    expect((await ask(`SELECT ${aggregates} FROM logs`)).rows[0]).not.toContain(undefined);
    expect((await ask(`SELECT ${conditional} FROM logs`)).rows[0]).not.toContain(undefined);
  });
});
