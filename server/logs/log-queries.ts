/**
 * Log records of a period that match a search: a page of them, and how many there were per step and level. A page
 * is looked for in growing windows from its end, since the newest hundred lines of a busy service lie in the last
 * minutes however long the period is.
 */
import type { LogHistogram, LogList } from '#contract/api.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { parseSearch } from '#server/query/search.ts';
import { reject } from '#server/record/rejections.ts';
import { logCondition } from './log-search.ts';
import { LOG_COLUMNS, type LogStores, levelOf, type StoredLog, TIE_BREAK, toLogRecord } from './logs.ts';

export interface LogQuestion {
  projects: number[];
  query: string;
  /** Milliseconds since 1970, `from` included, `to` not. */
  from: number;
  to: number;
}

export type Direction = 'backward' | 'forward';

/** Windows that are looked through one after the other; then the rest. */
const WINDOWS_MS = [5 * 60_000, 60 * 60_000, 6 * 60 * 60_000, 24 * 60 * 60_000];

export async function listLogs(
  stores: LogStores,
  question: LogQuestion,
  page: { direction: Direction; cursor: string; limit: number },
): Promise<LogList> {
  const { direction, limit } = page;
  const start = readCursor(page.cursor);
  const { condition, params } = conditionOf(question);
  const backward = direction === 'backward';
  const order = backward ? 'DESC' : 'ASC';
  const sql = `SELECT ${LOG_COLUMNS} FROM logs
    WHERE ${condition} AND timestamp >= fromUnixTimestamp64Nano({since:Int64}) AND timestamp < fromUnixTimestamp64Nano({until:Int64})
    ORDER BY timestamp ${order}, ${TIE_BREAK} ${order}
    LIMIT {limit:UInt32} OFFSET {skip:UInt32}`;
  const found: StoredLog[] = [];
  // They are all in the first window: it begins with the nanosecond of the cursor.
  let skip = start?.skip ?? 0;
  for (const [since, until] of windows(question, direction, start?.at)) {
    const rows = await stores.telemetry.select<StoredLog>(question.projects, sql, {
      params: {
        ...params,
        since: String(since),
        until: String(until),
        limit: limit + 1 - found.length,
        skip,
      },
    });
    found.push(...rows);
    skip = 0;
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  return {
    items: shown.map(toLogRecord),
    nextCursor: found.length > limit ? nextCursor(shown, start) : null,
  };
}

/** Nanoseconds, the nearest to where one looks from first. A window that begins with a cursor holds its whole nanosecond. */
function* windows(
  { from, to }: LogQuestion,
  direction: Direction,
  at: bigint | undefined,
): Generator<[since: bigint, until: bigint]> {
  const [first, last] = [BigInt(from) * 1_000_000n, BigInt(to) * 1_000_000n];
  if (direction === 'backward') {
    let until = at === undefined ? last : at + 1n;
    for (const ms of WINDOWS_MS) {
      const since = until - BigInt(ms) * 1_000_000n;
      if (since <= first) break;
      yield [since, until];
      until = since;
    }
    if (until > first) yield [first, until];
  } else {
    let since = at ?? first;
    for (const ms of WINDOWS_MS) {
      const until = since + BigInt(ms) * 1_000_000n;
      if (until >= last) break;
      yield [since, until];
      since = until;
    }
    if (since < last) yield [since, last];
  }
}

/** Bars of a histogram: as many as a screen can show. */
const BARS_MAX = 120;
const STEPS_MS = [
  1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000,
];

export async function logHistogram(stores: LogStores, question: LogQuestion): Promise<LogHistogram> {
  const length = question.to - question.from;
  const stepMs =
    STEPS_MS.find((step) => length / step <= BARS_MAX) ??
    Math.ceil(length / BARS_MAX / 86_400_000) * 86_400_000;
  const from = Math.floor(question.from / stepMs) * stepMs;
  const bars = Math.ceil((question.to - from) / stepMs);
  const { condition, params } = conditionOf(question);
  const rows = await stores.telemetry.select<{ step: number; severity_number: number; records: number }>(
    question.projects,
    `SELECT intDiv(toUnixTimestamp64Milli(timestamp) - {from:Int64}, {step:Int64}) AS step, severity_number, count() AS records
      FROM logs WHERE ${condition}
        AND timestamp >= fromUnixTimestamp64Milli({start:Int64}) AND timestamp < fromUnixTimestamp64Milli({end:Int64})
      GROUP BY step, severity_number`,
    { params: { ...params, from, step: stepMs, start: question.from, end: question.to } },
  );
  const counts = new Map<LogHistogram['levels'][number]['level'], number[]>();
  let total = 0;
  for (const { step, severity_number, records } of rows) {
    const level = levelOf(severity_number);
    const of = counts.get(level) ?? new Array<number>(bars).fill(0);
    of[step]! += records;
    counts.set(level, of);
    total += records;
  }
  return { from, stepMs, levels: [...counts].map(([level, of]) => ({ level, counts: of })), total };
}

function conditionOf({ query }: LogQuestion): { condition: string; params: Record<string, unknown> } {
  const bound = new BoundValues();
  const condition = logCondition(parseSearch(query), bound);
  return { condition: `project_id IN {projects:Array(UInt32)} AND ${condition}`, params: bound.params };
}

/** Where a page ended: its last nanosecond, and how many records of that nanosecond were shown. */
interface LogCursor {
  at: bigint;
  skip: number;
}

function nextCursor(shown: readonly StoredLog[], start: LogCursor | null): string {
  const last = shown.at(-1)!.at;
  const same = shown.filter(({ at }) => at === last).length;
  const before = start !== null && String(start.at) === last ? start.skip : 0;
  return Buffer.from(`logs ${last} ${before + same}`).toString('base64url');
}

function readCursor(text: string): LogCursor | null {
  if (text === '') return null;
  const match = /^logs (\d{1,19}) (\d{1,9})$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (!match) throw reject('cursor_invalid');
  return { at: BigInt(match[1]!), skip: Number(match[2]) };
}
