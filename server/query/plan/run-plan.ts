/**
 * Plans on the engine: pages of records that go on until nobody asks for more, and counts. Memory is bounded by one
 * page; time by a deadline that all statements of a query share.
 */

import { setImmediate } from 'node:timers/promises';
import type { LogRow } from '#server/store/telemetry/rows.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { cutShortBy, QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import {
  bucketsOfPoint,
  compileCounts,
  compileRows,
  compileTable,
  type PagePosition,
  type RowsPage,
} from './compile-plan.ts';
import type { Plan, PlanCounts, PlanFilter, PlanRange, PlanTable, TextColumn } from './plan.ts';

/** What makes the labels of a record. */
export type RecordIdentity = Pick<
  LogRow,
  'labels' | 'resource' | 'attributes' | 'service' | 'source' | 'scope' | 'severity_number' | 'severity_text'
> & { own_trace_id: string; own_span_id: string };

/** Where a record stands among all. */
interface RecordPlace {
  /** Nanoseconds since 1970. */
  time: string;
  /** The order of records of one moment: a UInt64. */
  tie: string;
}

export type RecordRow = RecordPlace & RecordIdentity & { body: string };

/** A record with everything that is stored of it. */
export type WholeRow = RecordPlace &
  Omit<LogRow, 'timestamp' | 'received_at' | 'sequence' | 'pattern_id'> & { pattern: string };

interface RowOf {
  identity: RecordRow;
  whole: WholeRow;
}
type Columns = RowsPage['columns'];

export interface Reading {
  telemetry: Pick<TelemetryStore, 'select'>;
  deadline: Deadline;
  signal?: AbortSignal | undefined;
}

/** The end of the time that all statements of a query have together. */
export class Deadline {
  readonly #until: number;
  constructor(ms: number) {
    this.#until = performance.now() + ms;
  }
  /** Whole milliseconds; throws QueryCutShort when there are none. */
  left(): number {
    const left = this.#until - performance.now();
    if (left <= 0) throw new QueryCutShort('time', undefined);
    return Math.ceil(left);
  }
}

/** How long rows are worked on before other requests get their turn, ms. */
const TURN_MS = 10;
/** Looking at the clock costs more than most rows. */
const ROWS_PER_LOOK = 32;

/** Lets the process breathe, and a query end in time, while rows are worked on one by one. */
export class Pace {
  readonly #reading: Pick<Reading, 'deadline' | 'signal'>;
  #began = performance.now();
  #rows = 0;

  constructor(reading: Pick<Reading, 'deadline' | 'signal'>) {
    this.#reading = reading;
  }

  /** Asked for each row, or for some at once: whether `rest` is due. */
  isDue(rows = 1): boolean {
    this.#rows += rows;
    if (this.#rows < ROWS_PER_LOOK) return false;
    this.#rows = 0;
    return performance.now() - this.#began > TURN_MS;
  }

  /** Throws QueryCutShort at the deadline, and when the caller hung up. */
  async rest(): Promise<void> {
    this.#reading.deadline.left();
    if (this.#reading.signal?.aborted) throw new QueryCutShort('aborted', undefined);
    await setImmediate();
    this.#began = performance.now();
  }
}

/** Records of one page: 7 µs each at 20,000, 9 at 5,000; with large bodies fewer fit into an answer. */
const PAGE_ROWS_MAX = 20_000;
/** Minutes around the newest records that are asked for first: most of what people look for is there. */
const FIRST_WINDOW_NS = 300n * 1_000_000_000n;
const WINDOW_GROWTH = 4;
/** Whoever wants so few at a time hopes for an early end: the window grows until it is full. */
const FEW_ROWS = 2_000;

export interface RecordPage<Row = RecordRow> {
  rows: Row[];
  /** How far in time everything was seen, nanoseconds: the end that was not reached yet. */
  seenTo: bigint;
}

export interface RecordsWanted<Of extends Columns> {
  direction: 'forward' | 'backward';
  pageRows: number;
  /** Default: identity. */
  columns?: Of;
  /** Where an earlier reading ended; within the range. */
  after?: PagePosition | undefined;
  /** All of the range is asked for in one statement: whoever knows that little is in it saves the others. */
  atOnce?: boolean;
}

/**
 * Pages of records in the order of time. The range is walked in windows that grow while they hold little and shrink
 * when they are full, so that no statement sorts more than it returns many times over.
 */
export async function* readRecords<Of extends Columns = 'identity'>(
  reading: Reading,
  plan: Plan,
  { direction, pageRows, columns = 'identity' as Of, after: start, atOnce = false }: RecordsWanted<Of>,
): AsyncGenerator<RecordPage<RowOf[Of]>> {
  let limit = Math.max(1, Math.min(pageRows, PAGE_ROWS_MAX));
  let width = atOnce || findsFew(plan.filter) ? plan.range.end - plan.range.start : FIRST_WINDOW_NS;
  let after = start;
  let window = after
    ? windowFrom(plan.range, after.time, width, direction)
    : nextWindow(plan.range, undefined, width, direction);
  while (window) {
    let rows: RowOf[Of][];
    try {
      rows = await selectRows(reading, { ...plan, range: window }, { direction, limit, after, columns });
    } catch (error) {
      // Large bodies: fewer of them fit into one answer.
      if (cutShortBy(error) !== 'rows' || limit === 1) throw error;
      limit = Math.ceil(limit / 8);
      continue;
    }
    const isFull = rows.length === limit;
    after = isFull ? positionAfter(rows, after) : undefined;
    const seenTo = after?.time ?? (direction === 'forward' ? window.end : window.start);
    yield { rows, seenTo };
    if (after) {
      // As much time again as this page covered: what a statement sorts is what it returns.
      const covered = direction === 'forward' ? after.time - window.start : window.end - after.time;
      width = latest(covered, 1n);
      window = windowFrom(plan.range, after.time, width, direction);
      continue;
    }
    if (limit <= FEW_ROWS || rows.length * WINDOW_GROWTH <= limit) width *= BigInt(WINDOW_GROWTH);
    window = nextWindow(plan.range, window, width, direction);
  }
}

/** Records with one of these are few, and an index knows where: looking everywhere at once is one statement. */
const IDS: ReadonlySet<string> = new Set([
  'trace_id',
  'span_id',
  'request_id',
  'session_id',
] satisfies TextColumn[]);

function findsFew(filter: PlanFilter): boolean {
  if (filter.is === 'all') return filter.of.some(findsFew);
  if (filter.is === 'any') return filter.of.length > 0 && filter.of.every(findsFew);
  return (
    filter.is === 'equal' && filter.value !== '' && filter.text.is === 'column' && IDS.has(filter.text.column)
  );
}

/** The moment itself is part of it: not all of its records were seen. */
function windowFrom(
  range: PlanRange,
  time: bigint,
  width: bigint,
  direction: 'forward' | 'backward',
): PlanRange {
  return direction === 'forward'
    ? { start: time, end: earliest(time + width + 1n, range.end) }
    : { start: latest(time - width, range.start), end: time + 1n };
}

function nextWindow(
  range: PlanRange,
  last: PlanRange | undefined,
  width: bigint,
  direction: 'forward' | 'backward',
): PlanRange | undefined {
  if (direction === 'forward') {
    const start = last?.end ?? range.start;
    const whole = start + width;
    const end = earliest(whole, range.end);
    return start < end ? { start, end } : undefined;
  }
  const end = last?.start ?? range.end;
  const whole = end - width;
  const start = latest(whole, range.start);
  return start < end ? { start, end } : undefined;
}

/** Behind the last row: its place, and how many of that place were seen, on earlier pages too. */
export function positionAfter(rows: readonly RecordPlace[], before: PagePosition | undefined): PagePosition {
  const { time, tie } = rows.at(-1)!;
  let seen = 0;
  for (let at = rows.length - 1; at >= 0 && rows[at]!.time === time && rows[at]!.tie === tie; at -= 1)
    seen += 1;
  const isSame = before?.time === BigInt(time) && before.tie === tie;
  return { time: BigInt(time), tie, seen: isSame ? before.seen + seen : seen };
}

async function selectRows<Of extends Columns>(
  { telemetry, deadline, signal }: Reading,
  plan: Plan,
  page: RowsPage & { columns: Of },
): Promise<RowOf[Of][]> {
  const { sql, params } = compileRows(plan, page);
  return telemetry.select<RowOf[Of]>(plan.projects, sql, {
    params,
    timeoutMs: deadline.left(),
    rowsMax: page.limit,
    signal,
  });
}

/** What a group has at each point: records and bytes of its window. */
export interface CountedGroup<Key> {
  key: Key;
  records: Float64Array;
  bytes: Float64Array;
}

/** A group by stream has its text: see record/stream.ts. */
type CountKey = RecordIdentity & { stream: string };
type CountRow = CountKey &
  Record<`key${number}`, string> & { buckets: number[]; records: number[]; bytes: number[] };

/** Groups by texts have their values as key, groups by identity the row. Throws QueryCutShort beyond `groupsMax`. */
export async function countRecords(
  { telemetry, deadline, signal }: Reading,
  plan: Plan,
  counts: PlanCounts,
  groupsMax: number,
): Promise<CountedGroup<CountKey & { values: string[] }>[]> {
  const { sql, params } = compileCounts(plan, counts);
  const rows = await telemetry.select<CountRow>(plan.projects, sql, {
    params,
    timeoutMs: deadline.left(),
    rowsMax: groupsMax,
    signal,
  });
  const keys = typeof counts.by === 'string' ? 0 : counts.by.length;
  return rows
    .filter((row) => row.buckets.length > 0)
    .map((row) => ({
      key: { ...row, values: Array.from({ length: keys }, (_, at) => row[`key${at}`]!) },
      records: windowsOf(counts, row.buckets, row.records),
      bytes: windowsOf(counts, row.buckets, row.bytes),
    }));
}

/** A group of a table; without steps, or for one of them. */
export interface TableRow {
  keys: string[];
  /** The steps since `from`; 0 without steps. */
  step: number;
  /** Null: no record has a number. */
  measures: (number | null)[];
  records: number;
}

export interface TableOfGroups {
  rows: TableRow[];
  /** Without steps: of all groups, told or not. */
  allGroups: number;
  allRecords: number;
}

/** Throws QueryCutShort beyond `rowsMax` rows. */
export async function readTable(
  { telemetry, deadline, signal }: Reading,
  plan: Plan,
  table: PlanTable,
  rowsMax: number,
): Promise<TableOfGroups> {
  const { sql, params } = compileTable(plan, table);
  const rows = await telemetry.select<
    Record<`key${number}`, string> &
      Record<`measure${number}`, number | null> & {
        records: number;
        step?: number;
        all_groups?: number;
        all_records?: number;
      }
  >(plan.projects, sql, { params, timeoutMs: deadline.left(), rowsMax, signal });
  return {
    rows: rows.map((row) => ({
      keys: table.by.map((_, at) => row[`key${at}`]!),
      step: row.step ?? 0,
      measures: table.measures.map((_, at) => row[`measure${at}`] ?? null),
      records: row.records,
    })),
    allGroups: rows[0]?.all_groups ?? 0,
    allRecords: rows[0]?.all_records ?? 0,
  };
}

/** Sums of the buckets of each window, by sums up to each bucket. */
function windowsOf(
  { steps }: PlanCounts,
  buckets: readonly number[],
  amounts: readonly number[],
): Float64Array {
  const size = bucketsOfPoint(steps, steps.count - 1).last + 2;
  const upTo = new Float64Array(size);
  buckets.forEach((bucket, at) => {
    if (bucket + 1 < size) upTo[bucket + 1]! += amounts[at]!;
  });
  for (let at = 1; at < size; at += 1) upTo[at]! += upTo[at - 1]!;
  return Float64Array.from({ length: steps.count }, (_, point) => {
    const { first, last } = bucketsOfPoint(steps, point);
    return upTo[last + 1]! - upTo[first]!;
  });
}

/** Math.min and Math.max take no bigint. */
export function earliest(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function latest(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
