/** Any SELECT of conditions, groups and aggregates: the engine answers as plain functions over the same rows do. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logRows, type TestLog, timeOfLog } from '#server/query/logql/test-logs.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { runSql } from './run-sql.ts';

const SEED = 20260510;
const WORLDS = 4;
const QUERIES = 60;
const NOON = BigInt(Date.UTC(2026, 4, 10, 12)) * 1_000_000n;
const HOUR = 3_600_000_000_000n;

let telemetry: TestTelemetry;
beforeAll(async () => {
  telemetry = await startTestTelemetry();
});
afterAll(() => telemetry.stop());

const PIECES = ['a', 'B', '%', '_', '\\', "'", '"', 'ü', '💥', '12', '\n', '--', '/*', ';', '{p:String}'];
const word = fc.array(fc.constantFrom(...PIECES), { maxLength: 3 }).map((list) => list.join(''));
const number = fc.constantFrom('', '0', '1', '-2', '2.5', '1000', 'x', '1e2');
const log: fc.Arbitrary<TestLog> = fc.record({
  at: fc.integer({ min: 0, max: 7_000 }),
  line: word,
  service: fc.constantFrom('', 'web', 'Web', 'db'),
  severity: fc.constantFrom(0, 9, 13, 17),
  metadata: fc.record({ n: number, m: number, 'odd key': word }, { requiredKeys: [] }),
});

/** A piece of SQL and what it is of a row. Null as in SQL: unknown. */
interface Term<T> {
  sql: string;
  of(row: TestLog): T | null;
}
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const literal = (text: string): Term<string> => ({ sql: quoted(text), of: () => text });
const LEVELS: Record<number, string> = { 0: '', 9: 'info', 13: 'warn', 17: 'error' };

/** What the engine takes as a number. */
function numberOf(text: string): number | null {
  return /^-?\d+(\.\d+)?(e\d+)?$/.test(text) ? Number(text) : null;
}
const lift =
  <A, B>(run: (a: A, b: A) => B) =>
  (a: A | null, b: A | null): B | null =>
    a === null || b === null ? null : run(a, b);

const { text, num, condition } = fc.letrec<{
  text: Term<string>;
  num: Term<number>;
  condition: Term<boolean>;
}>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Term<string>>(
      { sql: 'service', of: (row) => row.service ?? '' },
      { sql: 'body', of: (row) => row.line },
      { sql: 'logs.level', of: (row) => LEVELS[row.severity ?? 0]! },
      { sql: "attributes['odd key']", of: (row) => row.metadata?.['odd key'] ?? '' },
      { sql: "attributes->>'n'", of: (row) => row.metadata?.n ?? '' },
    ),
    word.map(literal),
    tie('text').map(({ sql, of }) => ({
      sql: `lower(${sql})`,
      of: (row: TestLog) => of(row)?.toLowerCase() ?? null,
    })),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => ({
      sql: `(${a.sql} || ${b.sql})`,
      of: (row: TestLog) => lift<string, string>((x, y) => x + y)(a.of(row), b.of(row)),
    })),
    fc.tuple(tie('condition'), tie('text'), tie('text')).map(([when, a, b]) => ({
      sql: `CASE WHEN ${when.sql} THEN ${a.sql} ELSE ${b.sql} END`,
      of: (row: TestLog) => (when.of(row) ? a.of(row) : b.of(row)),
    })),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => ({
      sql: `coalesce(${a.sql}, ${b.sql})`,
      of: (row: TestLog) => a.of(row) || b.of(row) || null,
    })),
  ),
  num: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Term<number>>(
      { sql: 'severity_number', of: (row) => row.severity ?? 0 },
      { sql: "toFloat64(attributes['n'])", of: (row) => numberOf(row.metadata?.n ?? '') },
      { sql: "attributes['m']::float", of: (row) => numberOf(row.metadata?.m ?? '') },
    ),
    fc.integer({ min: -20, max: 20 }).map((value) => ({ sql: String(value), of: () => value })),
    tie('text').map(({ sql, of }) => ({
      sql: `length(${sql})`,
      of: (row: TestLog) => {
        const value = of(row);
        return value === null ? null : [...value].length;
      },
    })),
    fc.tuple(tie('num'), fc.constantFrom('+', '-', '*', '/'), tie('num')).map(([a, operator, b]) => ({
      sql: `(${a.sql} ${operator} ${b.sql})`,
      of: (row: TestLog) =>
        lift<number, number | null>((x, y) =>
          operator === '+'
            ? x + y
            : operator === '-'
              ? x - y
              : operator === '*'
                ? x * y
                : y === 0
                  ? null
                  : x / y,
        )(a.of(row), b.of(row)),
    })),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(tie('text'), fc.constantFrom('=', '!=', '<>'), tie('text')).map(([a, operator, b]) => ({
      sql: `${a.sql} ${operator} ${b.sql}`,
      of: (row: TestLog) =>
        lift<string, boolean>((x, y) => (x === y) === (operator === '='))(a.of(row), b.of(row)),
    })),
    fc.tuple(tie('num'), fc.constantFrom('=', '<', '>='), tie('num')).map(([a, operator, b]) => ({
      sql: `${a.sql} ${operator} ${b.sql}`,
      of: (row: TestLog) =>
        lift<number, boolean>((x, y) => (operator === '=' ? x === y : operator === '<' ? x < y : x >= y))(
          a.of(row),
          b.of(row),
        ),
    })),
    fc.tuple(tie('text'), word).map(([a, part]) => ({
      sql: `${a.sql} LIKE ${quoted(`%${part.replaceAll(/[\\%_]/g, '\\$&')}%`)}`,
      of: (row: TestLog) => a.of(row)?.includes(part) ?? null,
    })),
    fc
      .tuple(tie('text'), fc.boolean(), fc.array(word, { minLength: 1, maxLength: 3 }))
      .map(([a, negated, values]) => ({
        sql: `${a.sql} ${negated ? 'NOT ' : ''}IN (${values.map(quoted).join(', ')})`,
        of: (row: TestLog) => {
          const value = a.of(row);
          return value === null ? null : values.includes(value) !== negated;
        },
      })),
    fc.tuple(tie('num'), tie('num'), tie('num')).map(([a, low, high]) => ({
      sql: `(${a.sql} BETWEEN ${low.sql} AND ${high.sql})`,
      of: (row: TestLog) =>
        and(
          lift<number, boolean>((x, y) => x >= y)(a.of(row), low.of(row)),
          lift<number, boolean>((x, y) => x <= y)(a.of(row), high.of(row)),
        ),
    })),
    tie('text').map((a) => ({ sql: `${a.sql} IS NULL`, of: (row: TestLog) => !a.of(row) })),
    tie('num').map((a) => ({ sql: `${a.sql} IS NOT NULL`, of: (row: TestLog) => a.of(row) !== null })),
    tie('condition').map((a) => ({ sql: `NOT (${a.sql})`, of: (row: TestLog) => no(a.of(row)) })),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => ({
      sql: `(${a.sql}) AND (${b.sql})`,
      of: (row: TestLog) => and(a.of(row), b.of(row)),
    })),
    fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => ({
      sql: `((${a.sql}) OR (${b.sql}))`,
      of: (row: TestLog) => no(and(no(a.of(row)), no(b.of(row)))),
    })),
  ),
}));

const no = (value: boolean | null) => (value === null ? null : !value);
function and(a: boolean | null, b: boolean | null): boolean | null {
  if (a === false || b === false) return false;
  return a === null || b === null ? null : true;
}

interface Group {
  sql: string;
  of(rows: readonly TestLog[]): unknown;
}
const close = (value: number) => Number(value.toPrecision(9));
const present = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
const aggregate = fc.oneof<fc.Arbitrary<Group>[]>(
  fc.constant<Group>({ sql: 'count(*)', of: (rows) => rows.length }),
  condition.map(({ sql, of }) => ({ sql: `countIf(${sql})`, of: (rows) => rows.filter(of).length })),
  condition.map(({ sql, of }) => ({
    sql: `count() FILTER (WHERE ${sql})`,
    of: (rows) => rows.filter(of).length,
  })),
  text.map(({ sql, of }) => ({ sql: `count(${sql})`, of: (rows) => rows.filter((row) => of(row)).length })),
  text.map(({ sql, of }) => ({
    sql: `count(DISTINCT ${sql})`,
    of: (rows) => new Set(rows.map(of).filter(Boolean)).size,
  })),
  fc.tuple(num, fc.constantFrom('min', 'max')).map(([{ sql, of }, name]) => ({
    sql: `${name}(${sql})`,
    of: (rows) => {
      const values = present(rows.map(of));
      return values.length === 0 ? null : close(name === 'min' ? Math.min(...values) : Math.max(...values));
    },
  })),
  num.map(({ sql, of }) => ({
    sql: `avg(${sql})`,
    of: (rows) => {
      const values = present(rows.map(of));
      return values.length === 0
        ? null
        : close(values.reduce((sum, value) => sum + value, 0) / values.length);
    },
  })),
);

async function ask(sql: string, project: number) {
  const { rows } = await runSql(
    { telemetry: telemetry.store, deadline: new Deadline(30_000) },
    { projects: [project], text: sql, now: NOON, period: { start: NOON, end: NOON + 2n * HOUR } },
  );
  return rows.map((row) => row.map((cell) => (typeof cell === 'number' ? close(cell) : cell)));
}

const sorted = (rows: readonly unknown[][]) => rows.map((row) => JSON.stringify(row)).toSorted();

it('filters rows as they are', async () => {
  const worlds = fc.sample(fc.array(log, { minLength: 1, maxLength: 12 }), { seed: SEED, numRuns: WORLDS });
  for (const [at, world] of worlds.entries()) {
    await telemetry.store.insert('logs', logRows(at + 1, NOON, world), `filters ${at}`);
    await fc.assert(
      fc.asyncProperty(condition, text, num, async (where, told, counted) => {
        const sql = `SELECT ${told.sql}, ${counted.sql} FROM logs WHERE ${where.sql}`;
        fc.pre(sql.length < 3_000);
        const expected = world.filter(where.of).map((row) => {
          const value = counted.of(row);
          return [told.of(row), value === null ? null : close(value)];
        });
        expect(sorted(await ask(sql, at + 1)), sql).toEqual(sorted(expected));
      }),
      { seed: SEED + at, numRuns: QUERIES },
    );
  }
});

it('groups rows as they are', async () => {
  const worlds = fc.sample(fc.array(log, { minLength: 1, maxLength: 12 }), {
    seed: SEED + 1,
    numRuns: WORLDS,
  });
  for (const [at, world] of worlds.entries()) {
    const project = at + 101;
    await telemetry.store.insert('logs', logRows(project, NOON, world), `groups ${at}`);
    await fc.assert(
      fc.asyncProperty(
        text,
        condition,
        fc.array(aggregate, { minLength: 1, maxLength: 3 }),
        async (key, where, told) => {
          const names = told.map(({ sql }, n) => `${sql} AS g${n}`).join(', ');
          const sql = `SELECT ${key.sql} AS k, toStartOfHour(timestamp) AS h, ${names} FROM logs WHERE ${where.sql} GROUP BY k, h HAVING count(*) < 9 ORDER BY h`;
          fc.pre(sql.length < 4_000);
          const groups = Map.groupBy(world.filter(where.of), (row) =>
            JSON.stringify([key.of(row), hourOf(row)]),
          );
          const expected = [...groups]
            .filter(([, rows]) => rows.length < 9)
            .map(([name, rows]) => [...(JSON.parse(name) as unknown[]), ...told.map(({ of }) => of(rows))]);
          expect(sorted(await ask(sql, project)), sql).toEqual(sorted(expected));
        },
      ),
      { seed: SEED + at, numRuns: QUERIES },
    );
  }
});

function hourOf(row: TestLog): string {
  const hour = timeOfLog(row, NOON) / HOUR;
  return `${new Date(Number(hour * 3_600_000n)).toISOString().slice(0, -5)}Z`;
}
