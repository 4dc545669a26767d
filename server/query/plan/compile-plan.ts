/**
 * A plan becomes ClickHouse SQL here and nowhere else. The tenant filter and the time range stand in every
 * statement; every value is bound, and what is not bound is written in this file.
 */
import { BoundValues } from '#server/query/bound-values.ts';
import { likeAnywhere } from '#server/query/like.ts';
import { LOG_LEVELS } from '#server/record/log.ts';
import type { AttributeKey, Plan, PlanCounts, PlanFilter, PlanSteps, PlanText } from './plan.ts';

export interface CompiledPlan {
  sql: string;
  params: Record<string, unknown>;
}

/** Where a page goes on: behind so many records of this very time. */
export interface PagePosition {
  /** Nanoseconds. */
  time: bigint;
  /** Records of that time which were seen. */
  seen: number;
}

export interface RowsPage {
  direction: 'forward' | 'backward';
  limit: number;
  after?: PagePosition;
}

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

/** Columns that make the labels of its stream. */
const STREAM = ['labels', 'resource', 'service'] as const;

/**
 * Ids that may be labels are no part of an identity unless the record came by a protocol that has them as fields:
 * the columns are also filled from bodies.
 */
const ID_COLUMNS = ['trace_id', 'span_id'] as const;
const identityColumns = [
  ...IDENTITY,
  ...ID_COLUMNS.map((column) => `if(source = 'loki', '', ${column}) AS own_${column}`),
];

/** Records in the order of time; of one time in an order that depends on nothing but what they say. */
export function compileRows(plan: Plan, { direction, limit, after }: RowsPage): CompiledPlan {
  const bound = new BoundValues();
  const order = direction === 'forward' ? 'ASC' : 'DESC';
  const where = whereOf(plan, bound);
  if (after) where.push(`timestamp ${direction === 'forward' ? '>=' : '<='} ${timeOf(after.time, bound)}`);
  return {
    sql: `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, body, ${identityColumns.join(', ')}
      FROM logs WHERE ${where.join(' AND ')}
      ORDER BY timestamp ${order}, cityHash64(service, body, toString(labels), toString(attributes)) ${order}, received_at ${order}
      LIMIT ${bound.bind('Int64', limit)} OFFSET ${bound.bind('Int64', after?.seen ?? 0)}`,
    params: bound.params,
  };
}

/**
 * One row per group: the numbers of its buckets and what each holds. Two buckets make a step, cut where windows
 * begin, so that each window is made of whole buckets: see `bucketsOfPoint`.
 */
export function compileCounts(plan: Plan, { steps, by }: PlanCounts): CompiledPlan {
  const bound = new BoundValues();
  const { base, phase } = bucketBase(steps);
  const since = `(toUnixTimestamp64Nano(timestamp) - ${bound.bind('Int64', String(base + 1n))})`;
  const step = bound.bind('Int64', String(steps.step));
  const inWindow = `((${since} % ${step}) >= ${bound.bind('Int64', String(phase))})`;
  const keys =
    by === 'identity'
      ? identityColumns
      : by === 'stream'
        ? STREAM
        : by.map((text, at) => `${textSql(text, bound)} AS key${at}`);
  const names = keys.map((key) => key.split(' AS ').at(-1)!);
  const where = whereOf(plan, bound);
  // Between windows that do not touch nothing counts.
  if (steps.window < steps.step) where.push(inWindow);
  const comma = names.length > 0 ? `${names.join(', ')}, ` : '';
  return {
    sql: `SELECT ${comma}groupArray(bucket) AS buckets, groupArray(records_in) AS records, groupArray(bytes_in) AS bytes
      FROM (
        SELECT ${keys.length > 0 ? `${keys.join(', ')}, ` : ''}2 * intDiv(${since}, ${step}) + ${inWindow} AS bucket,
          count() AS records_in, sum(length(body)) AS bytes_in
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

function whereOf({ range, filter }: Plan, bound: BoundValues): string[] {
  return [
    'project_id IN {projects:Array(UInt32)}',
    `timestamp >= ${timeOf(range.start, bound)}`,
    `timestamp < ${timeOf(range.end, bound)}`,
    filterSql(filter, bound),
  ];
}

/** The years 1900 to 2262 are what the column can hold; what is asked beyond them has no records. */
const EARLIEST_NS = -2_208_988_800_000_000_000n;
const LATEST_NS = 9_223_372_036_000_000_000n;

function timeOf(ns: bigint, bound: BoundValues): string {
  const known = ns < EARLIEST_NS ? EARLIEST_NS : ns > LATEST_NS ? LATEST_NS : ns;
  return `fromUnixTimestamp64Nano(${bound.bind('Int64', String(known))}, 'UTC')`;
}

function filterSql(filter: PlanFilter, bound: BoundValues): string {
  switch (filter.is) {
    case 'all':
    case 'any': {
      if (filter.of.length === 0) return filter.is === 'all' ? '1' : '0';
      const parts = filter.of.map((part) => filterSql(part, bound));
      return `(${parts.join(filter.is === 'all' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return `NOT ${filterSql(filter.of, bound)}`;
    case 'has':
      return hasSql(filter.key, bound);
    case 'equal':
      return `(${textSql(filter.text, bound)} = ${bound.bind('String', filter.value)})`;
    case 'lower-in':
      return `(lower(${textSql(filter.text, bound)}) IN (${filter.values.map((value) => bound.bind('String', value)).join(', ')}))`;
    case 'contains':
      return `(${textSql(filter.text, bound)} LIKE ${bound.bind('String', likeAnywhere([filter.value]))})`;
    case 'matches':
      // The engine lets the dot match line breaks unless it is told not to.
      return `match(${textSql(filter.text, bound)}, ${bound.bind('String', `(?-s:${filter.pattern})`)})`;
  }
}

function textSql(text: PlanText, bound: BoundValues): string {
  switch (text.is) {
    case 'column':
      return text.column;
    case 'attribute':
      return attributeSql(text.key, bound);
    case 'level':
      return `transform(toUInt8(ceil(severity_number / 4)), [1, 2, 3, 4, 5, 6], [${LOG_LEVELS.map((level) => `'${level}'`).join(', ')}], '')`;
    case 'severity_number':
      return `if(severity_number = 0, '', toString(severity_number))`;
    case 'constant':
      return bound.bind('String', text.value);
    case 'if':
      return `if(${filterSql(text.condition, bound)}, ${textSql(text.value, bound)}, ${textSql(text.otherwise, bound)})`;
  }
}

const isSpelledOddly = ({ asLabel, name }: AttributeKey) => asLabel === true && name.includes('_');

function hasSql(key: AttributeKey, bound: BoundValues): string {
  const name = bound.bind('String', key.name);
  const exactly = `mapContains(${key.of}, ${name})`;
  return isSpelledOddly(key) ? `(${exactly} OR ${oddKeySql(key, name)} != '')` : exactly;
}

function attributeSql(key: AttributeKey, bound: BoundValues): string {
  const name = bound.bind('String', key.name);
  const exactly = `${key.of}[${name}]`;
  return isSpelledOddly(key)
    ? `if(mapContains(${key.of}, ${name}), ${exactly}, ${key.of}[${oddKeySql(key, name)}])`
    : exactly;
}

/** The first key that becomes this label; empty when there is none. A key that is empty is no label. */
const oddKeySql = ({ of }: AttributeKey, name: string) =>
  `arrayFirst(key -> concat(if(match(key, '^[0-9]'), '_', ''), replaceRegexpAll(key, '[^a-zA-Z0-9_]', '_')) = ${name}, mapKeys(${of}))`;
