/**
 * A plan becomes ClickHouse SQL here, in compile-lists.ts, compile-patterns.ts and filter-sql.ts, and nowhere else. The tenant
 * filter and the time range stand in every statement; every value is bound, and what is not bound is written in these files.
 */
import { BoundValues } from '#server/query/bound-values.ts';
import { TIME_IN_KEY } from '#server/store/telemetry/tables.ts';
import { filterSql, LEVEL_NUMBER, levelName, numberSql, textSql } from './filter-sql.ts';
import type { Plan, PlanCounts, PlanMeasure, PlanRange, PlanSteps, PlanTable, PlanText } from './plan.ts';

export interface CompiledPlan {
  sql: string;
  params: Record<string, unknown>;
}

/** Where a page goes on: behind so many records of this very place. */
export interface PagePosition {
  /** Nanoseconds. */
  time: bigint;
  /** See TIE. A UInt64. */
  tie: string;
  /** Records with this time and tie which were seen. */
  seen: number;
}

export interface RowsPage {
  direction: 'forward' | 'backward';
  limit: number;
  after?: PagePosition | undefined;
  /** `identity`: the body and what makes labels; `whole`: everything there is. */
  columns: 'identity' | 'whole';
}

/**
 * Gives records of one nanosecond their order: when they came, to the millisecond, and their place in the request.
 * 41 bits of time and 20 of place.
 */
export const TIE = 'toUInt64(toUnixTimestamp64Milli(received_at)) * 1048576 + sequence % 1048576';

/** Equal only in records that came in two requests of the same millisecond: told apart without reading bodies. */
const ORDER = ['timestamp', TIE, 'project_id', 'service', 'host', 'pattern_id', 'severity_number'];

/** Columns that make the labels of a record. */
const IDENTITY = [
  'labels',
  'resource',
  'attributes',
  'service',
  'source',
  'scope',
  'severity_number',
  'severity_text',
] as const;

/**
 * Ids that may be labels are no part of an identity unless the record came by a protocol that has them as fields:
 * the columns are also filled from bodies.
 */
const ID_COLUMNS = ['trace_id', 'span_id'] as const;
const ownIds = ID_COLUMNS.map((column) => `if(source = 'loki', '', ${column}) AS own_${column}`);
export const identityColumns = [...IDENTITY, ...ownIds];

const WHOLE = `project_id, severity_number, severity_text, service, host, environment, release, scope, event_name, body,
  toString(pattern_id) AS pattern, trace_id, span_id, user_id, session_id, request_id, source, labels, resource,
  attributes, attribute_types`;

/** Records in the order of time, those of one moment in the order they came. */
export function compileRows(plan: Plan, { direction, limit, after, columns }: RowsPage): CompiledPlan {
  const bound = new BoundValues();
  const order = direction === 'forward' ? 'ASC' : 'DESC';
  const where = whereOf(plan, bound);
  if (after) {
    const [time, tie] = [timeOf(after.time, bound), bound.bind('UInt64', after.tie)];
    const beyond = direction === 'forward' ? '>' : '<';
    where.push(`timestamp ${beyond}= ${time}`, `(timestamp != ${time} OR (${TIE}) ${beyond}= ${tie})`);
  }
  return {
    sql: `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, toString(${TIE}) AS tie,
        ${columns === 'whole' ? WHOLE : `body, ${identityColumns.join(', ')}`}
      FROM logs WHERE ${where.join(' AND ')}
      ORDER BY ${ORDER.map((column) => `${column} ${order}`).join(', ')}
      LIMIT ${bound.bind('Int64', limit)} OFFSET ${bound.bind('Int64', after?.seen ?? 0)}`,
    params: bound.params,
  };
}

const RECEIVED_MS = 'toUnixTimestamp64Milli(received_at)';

/** One row: the milliseconds in which records came, and how many in each. */
export function compileArrivalCounts(plan: Plan): CompiledPlan {
  const bound = new BoundValues();
  return {
    sql: `SELECT groupArray(moment) AS moments, groupArray(records_in) AS records
      FROM (SELECT ${RECEIVED_MS} AS moment, count() AS records_in
        FROM logs WHERE ${whereOf(plan, bound).join(' AND ')} GROUP BY moment)`,
    params: bound.params,
  };
}

/** Whole records that came in some milliseconds. Of too many the newest; with a salt a sample without favour, another for each. */
export function compileArrivalSample(
  plan: Plan,
  moments: readonly number[],
  { limit, salt }: { limit: number; salt: number | undefined },
): CompiledPlan {
  const bound = new BoundValues();
  const where = [...whereOf(plan, bound), `${RECEIVED_MS} IN ${bound.bind('Array(Int64)', moments)}`];
  const order =
    salt === undefined
      ? `${TIE} DESC, timestamp DESC`
      : `sipHash64(${[bound.bind('Int64', salt), ...ORDER].join(', ')})`;
  return {
    sql: `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, toString(${TIE}) AS tie, ${WHOLE}, ${ownIds.join(', ')}
      FROM logs WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${bound.bind('Int64', limit)}`,
    params: bound.params,
  };
}

/**
 * Rows `{key0…, measure0…, records}`, and `step` with steps; without them also how many groups there are in all, and
 * how many records in those. The largest groups come first, steps in no order.
 */
export function compileTable(plan: Plan, { by, measures, steps, groupsMax }: PlanTable): CompiledPlan {
  const bound = new BoundValues();
  const keys = by.map((text, at) => ({ name: `key${at}`, ...keySql(text, bound) }));
  const names = keys.map(({ name }) => name);
  const grouped = keys.map(({ name, group }) => `${group} AS ${name}`);
  const told = keys.map(({ name, tell }) => `${tell(name)} AS ${name}`);
  const measured = measures.map((measure, at) => `${measureSql(measure, bound)} AS measure${at}`);
  const measureNames = measures.map((_, at) => `measure${at}`);
  const from = `FROM logs WHERE ${whereOf(plan, bound).join(' AND ')}`;
  const largest = `ORDER BY ${['measure0 DESC', ...names].join(', ')}`;
  const limit = groupsMax === undefined ? '' : `LIMIT ${bound.bind('Int64', groupsMax)}`;
  const list = (...parts: string[]) => parts.join(', ');
  const groupBy = (...columns: string[]) => (columns.length > 0 ? `GROUP BY ${columns.join(', ')}` : '');
  if (!steps)
    return {
      sql: `SELECT ${list(...told, ...measureNames, 'records')}, count() OVER () AS all_groups, sum(records) OVER () AS all_records
        FROM (SELECT ${list(...grouped, ...measured, 'count() AS records')} ${from} ${groupBy(...names)})
        ${largest} ${limit}`,
      params: bound.params,
    };
  const step = `intDiv(toUnixTimestamp64Nano(timestamp) - ${bound.bind('Int64', String(steps.from))}, ${bound.bind('Int64', String(steps.length))})`;
  const ofLargest =
    keys.length === 0 || groupsMax === undefined
      ? ''
      : `AND (${keys.map(({ group }) => group).join(', ')}) IN (
          SELECT ${list(...names)} FROM (
            SELECT ${list(...grouped, measured[0]!)} ${from} ${groupBy(...names)} ${largest} ${limit}))`;
  return {
    sql: `SELECT ${list(...told, 'step', ...measureNames, 'records')}
      FROM (SELECT ${list(...grouped, `${step} AS step`, ...measured, 'count() AS records')} ${from} ${ofLargest}
        ${groupBy(...names, 'step')})`,
    params: bound.params,
  };
}

/** What rows are grouped by, and how the group is told: numbers are grouped faster than their names. */
function keySql(text: PlanText, bound: BoundValues): { group: string; tell: (name: string) => string } {
  if (text.is !== 'level') return { group: textSql(text, bound), tell: (name) => name };
  return { group: LEVEL_NUMBER, tell: levelName };
}

function measureSql(measure: PlanMeasure, bound: BoundValues): string {
  switch (measure.is) {
    case 'records':
      return 'count()';
    case 'texts':
      return `countIf(${textSql(measure.of, bound)} != '')`;
    case 'distinct': {
      const text = textSql(measure.of, bound);
      return `uniqExactIf(${text}, ${text} != '')`;
    }
    case 'quantile':
      return `quantileTDigest(${bound.bind('Float64', measure.level)})(${finiteSql(measure.of, bound)})`;
    default: {
      const name = { numbers: 'count', sum: 'sum', average: 'avg', least: 'min', largest: 'max' }[measure.is];
      return `${name}(${finiteSql(measure.of, bound)})`;
    }
  }
}

/** `nan` and `inf` are texts that the engine reads as numbers; one of them would take the sum of all others with it. */
function finiteSql(text: PlanText, bound: BoundValues): string {
  const number = numberSql(text, bound);
  return `if(isFinite(${number}), ${number}, NULL)`;
}

/**
 * One row per group: the numbers of its buckets and what each holds. Two buckets make a step, cut where windows
 * begin, so that each window is made of whole buckets: see `bucketsOfPoint`.
 */
export function compileCounts(plan: Plan, { steps, by, bytes = true }: PlanCounts): CompiledPlan {
  const bound = new BoundValues();
  const { base, phase } = bucketBase(steps);
  const since = `(toUnixTimestamp64Nano(timestamp) - ${bound.bind('Int64', String(base + 1n))})`;
  const step = bound.bind('Int64', String(steps.step));
  // Nothing lies before a window that is made of whole steps.
  const inWindow = phase === 0n ? '1' : `((${since} % ${step}) >= ${bound.bind('Int64', String(phase))})`;
  // The range of a single point is its window.
  const bucket =
    steps.count === 1
      ? `toInt64(${bucketsOfPoint(steps, 0).first})`
      : `2 * intDiv(${since}, ${step}) + ${inWindow}`;
  const keys =
    by === 'identity'
      ? identityColumns
      : by === 'stream'
        ? ['stream']
        : by.map((text, at) => `${textSql(text, bound)} AS key${at}`);
  const names = keys.map((key) => key.split(' AS ').at(-1)!);
  const where = whereOf(plan, bound);
  // Between windows that do not touch nothing counts.
  if (steps.window < steps.step) where.push(inWindow);
  const comma = names.length > 0 ? `${names.join(', ')}, ` : '';
  return {
    sql: `SELECT ${comma}groupArray(bucket) AS buckets, groupArray(records_in) AS records, groupArray(bytes_in) AS bytes
      FROM (
        SELECT ${keys.length > 0 ? `${keys.join(', ')}, ` : ''}${bucket} AS bucket,
          count() AS records_in, ${bytes ? 'sum(length(body))' : '0'} AS bytes_in
        FROM logs WHERE ${where.join(' AND ')} GROUP BY ${comma}bucket
      )${names.length > 0 ? ` GROUP BY ${names.join(', ')}` : ''}`,
    params: bound.params,
  };
}

/** Buckets begin at the last whole step before all windows, and change over `phase` after each step's begin. */
function bucketBase({ start, step, window }: PlanSteps): { base: bigint; lead: bigint; phase: bigint } {
  const lead = (window + step - 1n) / step;
  return { base: start - lead * step, lead, phase: lead * step - window };
}

/** The buckets, both ends included, that make the window of a point. */
export function bucketsOfPoint(steps: PlanSteps, point: number): { first: number; last: number } {
  // The window is `lead` steps long but for `phase` at its begin, and ends with the step before the point.
  const { lead } = bucketBase(steps);
  const last = point + Number(lead) - 1;
  return { first: 2 * point + 1, last: 2 * last + 1 };
}

export const whereOf = ({ range, filter, receivedFrom, receivedTo }: Plan, bound: BoundValues) => [
  ...scopeSql(range, bound),
  ...receivedSql('>=', receivedFrom, bound),
  ...receivedSql('<=', receivedTo, bound),
  filterSql(filter, bound),
];

const receivedSql = (operator: '>=' | '<=', time: number | undefined, bound: BoundValues) =>
  time === undefined
    ? []
    : [`received_at ${operator} fromUnixTimestamp64Milli(${bound.bind('Int64', time)}, 'UTC')`];

/** What stands beside every FROM: whose rows, and of which time. */
export function scopeSql(
  range: PlanRange,
  bound: BoundValues,
  table: 'logs' | 'events' | 'spans' = 'logs',
): string[] {
  const [start, end] = [timeOf(range.start, bound), timeOf(range.end, bound)];
  const time = TIME_IN_KEY[table];
  return [
    'project_id IN {projects:Array(UInt32)}',
    `timestamp >= ${start}`,
    `timestamp < ${end}`,
    ...(time && isOfKey(range)
      ? [`indexHint(${time} >= ${timeInKey(time, start)} AND ${time} <= ${timeInKey(time, end)})`]
      : []),
  ];
}

/**
 * The engine does not see by itself that a span of time is a range of the key: it read 30 granules for one second of
 * 10 M records, and 1 with this. A hint is asked of the index alone and costs a row nothing.
 */
const timeInKey = (inKey: string, time: string) => inKey.replace('timestamp', time);

/** Rounded times of the key have 32 bits of seconds; beyond them they begin anew. */
const KEY_END_NS = 4_294_967_296n * 1_000_000_000n;
const isOfKey = ({ start, end }: PlanRange) => start >= 0n && end < KEY_END_NS;

/** The years 1900 to 2262 are what the column can hold; what is asked beyond them has no records. */
const EARLIEST_NS = -2_208_988_800_000_000_000n;
const LATEST_NS = 9_223_372_036_000_000_000n;

export function timeOf(ns: bigint, bound: BoundValues): string {
  const known = ns < EARLIEST_NS ? EARLIEST_NS : ns > LATEST_NS ? LATEST_NS : ns;
  return `fromUnixTimestamp64Nano(${bound.bind('Int64', String(known))}, 'UTC')`;
}
