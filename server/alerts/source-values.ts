/**
 * The value of a log query at one time, for each of its groups: whatever its dialect. A query is parsed into the plan
 * and reads the projects of its rule only. Throws the refusal that says what is wrong with it.
 */
import type { AlertSource } from '#contract/alerts.ts';
import { aggregateLogs } from '#server/logs/log-aggregate.ts';
import { searchLogs } from '#server/logs/log-search.ts';
import { parseLogQl } from '#server/query/logql/parse.ts';
import { runLogQl } from '#server/query/logql/run-logql.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import type { Cell } from '#server/query/plan/run-select.ts';
import { parseSql } from '#server/query/sql/parse-sql.ts';
import { runSql } from '#server/query/sql/run-sql.ts';
import { reject } from '#server/record/rejections.ts';
import type { AlertStores } from './alerts.ts';
import { cutText, type Labels } from './measured.ts';

/** For one value, ms: a rule that reads more is too costly to be evaluated again and again. */
const VALUE_MS_MAX = 10_000;
const NS_OF_MS = 1_000_000n;

export interface SourceValue {
  labels: Labels;
  /** Null: no record has a number. */
  value: number | null;
}
export interface SourceValues {
  values: SourceValue[];
  groupsLeftOut: number;
}

export interface SourceQuestion {
  projects: number[];
  windowMs: number;
  groupsMax: number;
}

/** Of the window that ends at `at`, which is not included. */
export function valuesAt(
  stores: AlertStores,
  source: AlertSource,
  question: SourceQuestion,
  at: number,
): Promise<SourceValues> {
  switch (source.dialect) {
    case 'search':
      return searchValues(stores, source, question, at);
    case 'logql':
      return logQlValues(stores, source.query, question, at);
    case 'sql':
      return sqlValues(stores, source.query, question, at);
  }
}

type SearchSource = Extract<AlertSource, { dialect: 'search' }>;

async function searchValues(
  stores: AlertStores,
  { query, measure, field, by }: SearchSource,
  { projects, windowMs, groupsMax }: SourceQuestion,
  at: number,
): Promise<SourceValues> {
  const found = await aggregateLogs(
    stores,
    { projects, query, from: at - windowMs, to: at },
    { measure, field, by, limit: groupsMax, steps: false },
  );
  if (by.length === 0) return { values: [{ labels: {}, value: found.all.value }], groupsLeftOut: 0 };
  return {
    values: found.groups.map(({ keys, value }) => ({
      labels: Object.fromEntries(by.map((name, index) => [name, cutText(keys[index]!)])),
      value,
    })),
    groupsLeftOut: Math.max(0, found.allGroups - found.groups.length),
  };
}

async function logQlValues(
  { telemetry }: AlertStores,
  query: string,
  { projects, groupsMax }: SourceQuestion,
  at: number,
): Promise<SourceValues> {
  const time = BigInt(at) * NS_OF_MS;
  const result = await runLogQl(telemetry, projects, {
    query,
    start: time,
    end: time,
    limits: { timeoutMs: VALUE_MS_MAX },
  });
  if (result.resultType === 'scalar')
    return { values: [{ labels: {}, value: finite(result.result.value) }], groupsLeftOut: 0 };
  if (result.resultType !== 'vector') throw notANumber('LogQL');
  const sorted = result.result.toSorted((a, b) => b.value - a.value);
  return {
    values: sorted.slice(0, groupsMax).map(({ metric, value }) => ({
      labels: Object.fromEntries(Object.entries(metric).map(([name, text]) => [name, cutText(text)])),
      value: finite(value),
    })),
    groupsLeftOut: Math.max(0, sorted.length - groupsMax),
  };
}

async function sqlValues(
  { telemetry }: AlertStores,
  text: string,
  { projects, windowMs, groupsMax }: SourceQuestion,
  at: number,
): Promise<SourceValues> {
  const { columns, rows, hasMore } = await runSql(
    { telemetry, deadline: new Deadline(VALUE_MS_MAX) },
    {
      projects,
      text,
      now: BigInt(at) * NS_OF_MS,
      period: { start: BigInt(at - windowMs) * NS_OF_MS, end: BigInt(at) * NS_OF_MS },
    },
  );
  const valueAt = columns.findLastIndex(({ type }) => type === 'number' || type === 'integer');
  if (valueAt < 0) throw notANumber('SQL');
  const labelOf = (cell: Cell) => cutText(typeof cell === 'object' ? JSON.stringify(cell) : String(cell));
  const values = rows.slice(0, groupsMax).map((row) => ({
    labels: Object.fromEntries(
      columns.flatMap(({ name }, index) => (index === valueAt ? [] : [[name, labelOf(row[index]!)]])),
    ),
    value: row[valueAt] === null ? null : finite(Number(row[valueAt])),
  }));
  return { values, groupsLeftOut: Math.max(0, rows.length - groupsMax) + (hasMore ? 1 : 0) };
}

const finite = (value: number) => (Number.isFinite(value) ? value : null);

const notANumber = (dialect: string) =>
  reject('query_invalid', `an alert needs a ${dialect} query that gives a number, such as a count`);

/** Throws the refusal of a query that can never be evaluated, without asking the engine. */
export function checkSource(source: AlertSource): void {
  switch (source.dialect) {
    case 'search':
      searchLogs(source.query);
      if (source.field === '' && source.measure !== 'count' && source.measure !== 'rate')
        throw reject('request_invalid', `field: ${source.measure} needs the name of a field`);
      return;
    case 'logql':
      if (parseLogQl(source.query).is === 'log') throw notANumber('LogQL');
      return;
    case 'sql':
      parseSql(source.query);
  }
}
