/**
 * Plans on the engine: pages of records that go on until nobody asks for more, and counts. Memory is bounded by one
 * page; time by a deadline that all statements of a query share.
 */

import { setImmediate } from 'node:timers/promises';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { bucketsOfPoint, compileCounts, compileRows, type PagePosition } from './compile-plan.ts';
import type { Plan, PlanCounts, PlanRange } from './plan.ts';

/** What makes the labels of a record. */
export interface RecordIdentity {
  labels: Record<string, string>;
  resource: Record<string, string>;
  attributes: Record<string, string>;
  service: string;
  source: string;
  scope: string;
  severity_number: number;
  severity_text: string;
  own_trace_id: string;
  own_span_id: string;
}

export interface RecordRow extends RecordIdentity {
  /** Nanoseconds since 1970. */
  time: string;
  body: string;
}

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

export interface RecordPage {
  rows: RecordRow[];
  /** How far in time everything was seen, nanoseconds: the end that was not reached yet. */
  seenTo: bigint;
}

/**
 * Pages of records in the order of time. The range is walked in windows that grow while they hold little and shrink
 * when they are full, so that no statement sorts more than it returns many times over.
 */
export async function* readRecords(
  reading: Reading,
  plan: Plan,
  { direction, pageRows }: { direction: 'forward' | 'backward'; pageRows: number },
): AsyncGenerator<RecordPage> {
  let limit = Math.max(1, Math.min(pageRows, PAGE_ROWS_MAX));
  let width = FIRST_WINDOW_NS;
  let window = nextWindow(plan.range, undefined, width, direction);
  let after: PagePosition | undefined;
  while (window) {
    let rows: RecordRow[];
    try {
      rows = await selectRows(reading, { ...plan, range: window }, { direction, limit, after });
    } catch (error) {
      // Large bodies: fewer of them fit into one answer.
      if (!(error instanceof QueryCutShort) || error.by !== 'rows' || limit === 1) throw error;
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

/** Behind the last row: its time, and how many of that time were seen, on earlier pages too. */
function positionAfter(rows: readonly RecordRow[], before: PagePosition | undefined): PagePosition {
  const last = rows.at(-1)!.time;
  let seen = 0;
  for (let at = rows.length - 1; at >= 0 && rows[at]!.time === last; at -= 1) seen += 1;
  const time = BigInt(last);
  return { time, seen: before?.time === time ? before.seen + seen : seen };
}

async function selectRows(
  { telemetry, deadline, signal }: Reading,
  plan: Plan,
  page: Parameters<typeof compileRows>[1],
): Promise<RecordRow[]> {
  const { sql, params } = compileRows(plan, page);
  return telemetry.select<RecordRow>(plan.projects, sql, {
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

type CountRow = RecordIdentity &
  Record<`key${number}`, string> & { buckets: number[]; records: number[]; bytes: number[] };

/** Groups by texts have their values as key, groups by identity the row. Throws QueryCutShort beyond `groupsMax`. */
export async function countRecords(
  { telemetry, deadline, signal }: Reading,
  plan: Plan,
  counts: PlanCounts,
  groupsMax: number,
): Promise<CountedGroup<RecordIdentity & { values: string[] }>[]> {
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
function earliest(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function latest(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
