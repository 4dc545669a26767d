/** Any query over any records: the program on the real engine answers as the plain evaluator does. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rejection } from '#server/platform/rejection.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import type { LogExpr } from './ast.ts';
import { parseLogQl } from './parse.ts';
import { runLogQl } from './run-logql.ts';
import { plainEntries, plainValue, Refused } from './test-evaluator.ts';
import { logRows, type TestLog } from './test-logs.ts';

const SEED = 20260510;
/** Worlds of records, and queries for each. */
const WORLDS = 6;
const QUERIES = 60;

const NOON = BigInt(Date.UTC(2026, 4, 10, 12)) * 1_000_000n;
const S = 1_000_000_000n;

let telemetry: TestTelemetry;
beforeAll(async () => {
  telemetry = await startTestTelemetry();
});
afterAll(() => telemetry.stop());

const level = fc.constantFrom('info', 'error', 'warn');
const status = fc.constantFrom(200, 404, 500, 1.5);
const took = fc.constantFrom('10ms', '250ms', '2s', 'slow');
const words = fc
  .array(
    fc.constantFrom(
      'GET',
      '/a',
      '/b c',
      '200',
      '500',
      '10.0.0.7',
      '192.168.0.1',
      'naïve',
      '%',
      '_',
      '\\',
      '"',
      "'",
      'a\nb',
      '💥',
      'ERROR',
    ),
    { maxLength: 5 },
  )
  .map((list) => list.join(' '));
const fields = fc.record(
  {
    level,
    status,
    dur: took,
    msg: words,
    app: fc.constantFrom('in', 'a'),
    nested: fc.record({ a: fc.constantFrom('x', 'y') }),
    list: fc.constant([1]),
  },
  { requiredKeys: [] },
);
const logfmt = fc
  .record(
    {
      level,
      status,
      dur: took,
      app: fc.constantFrom('in', ''),
      msg: fc.constantFrom('"two words"', 'one', '""'),
    },
    { requiredKeys: ['level'] },
  )
  .map((pairs) =>
    Object.entries(pairs)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
  );
const line = fc.oneof(
  fields.map((value) => JSON.stringify(value)),
  logfmt,
  words.map((text) => `GET /path ${text}`),
  words,
);

const log: fc.Arbitrary<TestLog> = fc.record({
  at: fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    // The first moment of a window that begins on a second.
    fc.integer({ min: 0, max: 300 }).map((second) => second + 1e-9),
    fc.double({ min: 0, max: 300, noNaN: true }),
  ),
  line,
  labels: fc.record(
    { app: fc.constantFrom('a', 'b'), env: fc.constantFrom('prod', 'dev', ''), level },
    { requiredKeys: ['app'] },
  ),
  metadata: fc.record(
    {
      trace: fc.constantFrom('t1', 't2'),
      'http.code': fc.constantFrom('200', '500', 'x'),
      app: fc.constantFrom('m'),
    },
    { requiredKeys: [] },
  ),
  severity: fc.constantFrom(0, 9, 17),
});

const quoted = (text: string) => JSON.stringify(text);
const needle = fc
  .constantFrom('GET', '200', 'error', '', '%', '_', '\\', '"', '💥', 'a\nb', 'naïve', '/a', 'info')
  .map(quoted);
const regex = fc
  .constantFrom('GET|ERROR', '[45]00', '^GET .*$', 'a.b', '(?:ï|💥)', '\\d+\\.\\d+', '')
  .map(quoted);
const pattern = fc.constantFrom('GET <_>', '<_>200', 'GET <_> <_>', '<_>', 'GET /path').map(quoted);
const lineFilter = fc
  .oneof(
    fc.tuple(
      fc.constantFrom('|=', '!='),
      fc.array(
        fc.oneof(
          { weight: 6, arbitrary: needle },
          { weight: 1, arbitrary: fc.constant('ip("10.0.0.0/24")') },
        ),
        { minLength: 1, maxLength: 2 },
      ),
    ),
    fc.tuple(fc.constantFrom('|~', '!~'), fc.array(regex, { minLength: 1, maxLength: 2 })),
    fc.tuple(fc.constantFrom('|>', '!>'), fc.array(pattern, { minLength: 1, maxLength: 2 })),
  )
  .map(([operator, values]) => `${operator} ${values.join(' or ')}`);
const name = fc.constantFrom(
  'level',
  'app',
  'env',
  'status',
  'http_code',
  'trace',
  'nested_a',
  'app_extracted',
  'level_extracted',
  'detected_level',
  'service_name',
  'none',
);
const oneFilter = fc.oneof(
  fc
    .tuple(
      name,
      fc.constantFrom('="error"', '!="info"', '=~"a|info|200"', '!~"5.*|t1"', '=""', '!=""', '=~".+"'),
    )
    .map((parts) => parts.join('')),
  fc
    .tuple(
      fc.constantFrom('status', 'http_code', 'none'),
      fc.constantFrom('>', '>=', '<', '==', '!='),
      fc.constantFrom('200', '404', '1.5'),
    )
    .map((parts) => parts.join(' ')),
  fc.constantFrom('dur > 100ms', 'dur <= 2s'),
);
const labelFilter = fc.oneof(
  oneFilter,
  fc.tuple(oneFilter, fc.constantFrom(' and ', ' or ', ', ', ' '), oneFilter).map((parts) => parts.join('')),
);
const stage = fc.oneof(
  { weight: 5, arbitrary: lineFilter },
  // What a filter may not be moved in front of, and what it may only be hinted at.
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '| json | level="error"',
      '| json | level="info"',
      '| logfmt | level="warn" or app="in"',
      '| logfmt | status!=""',
      '| json | nested_a="x"',
      '| json | dur="10ms" and status="500"',
      '| json lv="level" | lv="info"',
      '| json lv="level" | lv!=""',
      '| drop level | level=""',
      '| label_format level="{{.app}}" | level="a"',
      '| json | regexp "(?P<status>[a-z]+)" | status!=""',
      '| regexp "(?P<code>[0-9]+)" | code!=""',
      '| line_format "level=error" | logfmt | level_extracted="error"',
      '| keep app | level=""',
    ),
  },
  { weight: 4, arbitrary: labelFilter.map((text) => `| ${text}`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '| json',
      '| logfmt',
      '| json | logfmt',
      '| json st="status", deep="nested.a"',
      '| logfmt lv="level", none',
      '| json | __error__=""',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('| pattern "GET <path> <rest>"', '| regexp "(?P<word>[A-Z]+)"') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '| drop level, trace=~".*"',
      '| drop app="a"',
      '| keep app, level, status=~".*"',
      '| keep level=~"e.*"',
      '| drop __error_details__, __error__=~".*"',
      '| label_format lv=level',
      '| label_format both="{{.app}}-{{ .level }}"',
      '| label_format level=status',
      '| line_format "{{.level}} {{ __line__ }}"',
    ),
  },
);
const selector = fc.constantFrom(
  '{app="a"}',
  '{app=~"a|b"}',
  '{app=~".+", env!="dev"}',
  '{service_name="b"}',
  '{app=~".+", level=~"e.*|"}',
  '{level="error", none=""}',
  '{env=~"p.+"}',
);
const logQuery = fc
  .tuple(selector, fc.array(stage, { maxLength: 4 }))
  .map(([first, stages]) => [first, ...stages].join(' '));

const range = fc.constantFrom('10s', '37s', '1m', '90s', '5m');
const offset = fc.constantFrom('', '', '', ' offset 30s', ' offset -20s');
const by = fc.constantFrom(
  'by (app)',
  'by (level)',
  'by (level, env)',
  'without (level, status)',
  'by ()',
  'by (status)',
  'by (detected_level)',
  'by (http_code, app_extracted)',
  'by (service_name)',
);
const rangeQuery = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('count_over_time', 'rate', 'bytes_over_time', 'bytes_rate', 'absent_over_time'),
        logQuery,
        range,
        offset,
      )
      .map(([op, of, r, o]) => `${op}(${of} [${r}]${o})`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('sum', 'avg', 'min', 'max', 'stdvar', 'stddev', 'quantile'),
        selector,
        fc.constantFrom('| json', '| logfmt', ''),
        fc.constantFrom('status', 'duration(dur)', 'http_code'),
        fc.constantFrom('| __error__=""', '| __error__=""', ''),
        range,
        fc.oneof(fc.constant(''), by),
      )
      .map(
        ([op, of, parser, unwrap, filter, r, grouping]) =>
          `${op}_over_time(${op === 'quantile' ? '0.3, ' : ''}${of} ${parser} | unwrap ${unwrap} ${filter} [${r}]) ${op === 'sum' ? '' : grouping}`,
      ),
  },
);
const aggregated = fc
  .tuple(
    fc.constantFrom('sum', 'sum', 'sum', 'avg', 'count', 'max', 'min', 'stddev', 'topk', 'bottomk'),
    by,
    rangeQuery,
  )
  .map(([op, grouping, of]) => `${op} ${grouping} (${op.endsWith('k') ? '2, ' : ''}${of})`);
const { metric } = fc.letrec<{ metric: string }>((tie) => ({
  metric: fc.oneof(
    { maxDepth: 2 },
    { weight: 3, arbitrary: rangeQuery },
    { weight: 4, arbitrary: aggregated },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          tie('metric'),
          fc.constantFrom('+', '-', '*', '/', '%', '> bool', '<', '=='),
          fc.constantFrom('2', '0', '-1.5', 'vector(3)'),
        )
        .map((parts) => `(${parts.join(' ')})`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          aggregated,
          fc.constantFrom(
            '+',
            '/',
            'and',
            'or',
            'unless',
            '+ on(app)',
            '> on(level)',
            'and on(app)',
            '- ignoring(level)',
            'unless ignoring(app)',
          ),
          aggregated,
        )
        .map((parts) => `(${parts.join(' ')})`),
    },
  ),
}));

const worlds = fc.sample(fc.array(log, { minLength: 20, maxLength: 120 }), { seed: SEED, numRuns: WORLDS });

describe.each(worlds.map((logs, index) => [index + 1, logs] as const))('world %i', (project, logs) => {
  beforeAll(() => telemetry.store.insert('logs', logRows(project, NOON, logs), `world ${project}`));

  it('finds the same lines', async () => {
    const ask = fc.tuple(
      logQuery,
      fc.integer({ min: -1, max: 200 }),
      fc.integer({ min: 0, max: 301 }),
      fc.constantFrom('forward' as const, 'backward' as const),
      fc.constantFrom(5, 1000),
    );
    let lines = 0;
    await fc.assert(
      fc.asyncProperty(ask, async ([text, from, length, direction, limit]) => {
        const start = NOON + BigInt(from) * S;
        const end = start + BigInt(length) * S;
        const expected = plainEntries(parseLogQl(text) as LogExpr, logs, NOON, start, end);
        const result = await runLogQl(telemetry.store, [project], {
          query: text,
          start,
          end,
          direction,
          limit,
        });
        if (result.resultType !== 'streams') throw new Error('not streams');
        const found = result.result.flatMap(({ labels, entries }) =>
          entries.map((entry) => ({
            time: BigInt(entry.timestamp),
            line: entry.line,
            labels: shown({ ...labels, ...entry.structuredMetadata, ...entry.parsed }),
          })),
        );
        const wanted = expected.map((entry) => ({ ...entry, labels: shown(entry.labels) }));
        lines += found.length;
        expect(found.length).toBe(Math.min(limit, wanted.length));
        if (limit >= wanted.length) expect(sorted(found)).toEqual(sorted(wanted));
        else {
          const times = (direction === 'forward' ? wanted : [...wanted].reverse())
            .slice(0, limit)
            .map(({ time }) => time);
          expect(found.map(({ time }) => time).sort(byTime)).toEqual(times.sort(byTime));
          for (const one of found) expect(sorted(wanted)).toContainEqual(sorted([one])[0]);
        }
      }),
      { seed: SEED + project, numRuns: QUERIES },
    );
    expect(lines).toBeGreaterThan(QUERIES / 2);
  });

  it('gives the same values', async () => {
    const ask = fc.tuple(
      metric,
      fc.integer({ min: -20, max: 300 }),
      fc.constantFrom(0, 7, 20, 60),
      fc.integer({ min: 1, max: 9 }),
    );
    let values = 0;
    await fc.assert(
      fc.asyncProperty(ask, async ([text, from, step, count]) => {
        const query = parseLogQl(text);
        if (query.is === 'log') return;
        const points = Array.from(
          { length: step === 0 ? 1 : count },
          (_, at) => NOON + BigInt(from + at * step) * S,
        );
        const expected = refusedOr(() => points.map((at) => plainValue(query, logs, NOON, at)));
        const result = await runLogQl(telemetry.store, [project], {
          query: text,
          start: points[0]!,
          end: points.at(-1)!,
          ...(step > 0 ? { step: BigInt(step) * S } : {}),
        }).catch((error: unknown) => {
          if (error instanceof Rejection) return 'refused' as const;
          throw error;
        });
        if (expected === 'refused' || result === 'refused') {
          expect(result === 'refused').toBe(expected === 'refused');
          return;
        }
        const found =
          result.resultType === 'vector'
            ? result.result.map(({ metric, timeMs, value }) => sample(metric, timeMs, value))
            : result.resultType === 'matrix'
              ? result.result.flatMap(({ metric, values }) =>
                  values.map(([timeMs, value]) => sample(metric, timeMs, value)),
                )
              : [];
        const wanted = expected.flatMap((vector, at) =>
          typeof vector === 'number'
            ? []
            : [...vector.values()].map(({ labels, value }) =>
                sample(labels, Number(points[at]! / 1_000_000n), value),
              ),
        );
        values += found.length;
        expect(found.sort()).toEqual(wanted.sort());
      }),
      { seed: SEED + project, numRuns: QUERIES },
    );
    expect(values).toBeGreaterThan(QUERIES / 2);
  });
});

function refusedOr<T>(of: () => T): T | 'refused' {
  try {
    return of();
  } catch (error) {
    if (error instanceof Refused) return 'refused';
    throw error;
  }
}

/** What went wrong in words is not compared. */
const shown = ({ __error_details__, ...labels }: Record<string, string>) => labels;
const byTime = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
const sorted = (entries: { time: bigint; line: string; labels: Record<string, string> }[]) =>
  entries
    .map(({ time, line, labels }) => `${time} ${line} ${JSON.stringify(Object.entries(labels).sort())}`)
    .sort();
/** To ten digits: sums are added in another order. */
const sample = (labels: Record<string, string>, timeMs: number, value: number) =>
  `${timeMs} ${JSON.stringify(Object.entries(labels).sort())} ${Math.abs(value) < 1e-9 ? 0 : Number(value.toPrecision(10))}`;
