/** Log records of a period that match a search: a page of them, and how many there were per step and level. */
import type { LogHistogram, LogLevel, LogList } from '#contract/logs.ts';
import type { PagePosition } from '#server/query/plan/compile-plan.ts';
import type { Plan } from '#server/query/plan/plan.ts';
import {
  Deadline,
  positionAfter,
  type Reading,
  readRecords,
  readTable,
  type WholeRow,
} from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';
import { searchLogs } from './log-search.ts';
import { type LogStores, toLogRecord } from './logs.ts';
import { recordsNotKept } from './not-kept.ts';

export interface LogQuestion {
  projects: number[];
  query: string;
  /** Milliseconds since 1970, `from` included, `to` not. */
  from: number;
  to: number;
}

export type Direction = 'backward' | 'forward';

/** For all statements of one answer. */
const TIMEOUT_MS = 10_000;

export const readingOf = ({ telemetry }: LogStores): Reading => ({
  telemetry,
  deadline: new Deadline(TIMEOUT_MS),
});

const NS_OF_MS = 1_000_000n;

export function planOf({ projects, query, from, to }: LogQuestion): Plan {
  return {
    projects,
    range: { start: BigInt(from) * NS_OF_MS, end: BigInt(to) * NS_OF_MS },
    filter: searchLogs(query),
  };
}

export async function listLogs(
  stores: LogStores,
  question: LogQuestion,
  { direction, cursor, limit }: { direction: Direction; cursor: string; limit: number },
): Promise<LogList> {
  const plan = planOf(question);
  const after = readCursor(cursor, plan);
  const found: WholeRow[] = [];
  const pages = readRecords(readingOf(stores), plan, {
    direction,
    after,
    columns: 'whole',
    // One more than is shown tells whether there is more.
    pageRows: limit + 1,
  });
  for await (const { rows } of pages) {
    found.push(...rows);
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  return {
    items: shown.map(toLogRecord),
    nextCursor: found.length > limit ? writeCursor(positionAfter(shown, after)) : null,
  };
}

/** Bars of a histogram: as many as a screen can show. */
const BARS_MAX = 120;
const STEPS_MS = [
  1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000, 3_600_000,
  10_800_000, 21_600_000, 43_200_000, 86_400_000,
];
/** Seven levels in each bar. */
const BAR_ROWS_MAX = 7 * (BARS_MAX + 1);

export interface LogSteps {
  /** Milliseconds since 1970: where the first step begins, a multiple of its length. */
  from: number;
  stepMs: number;
  count: number;
}

/** The steps of a chart over a period. */
export function stepsOf({ from, to }: Pick<LogQuestion, 'from' | 'to'>, barsMax = BARS_MAX): LogSteps {
  const length = to - from;
  const stepMs =
    STEPS_MS.find((step) => length / step <= barsMax) ??
    Math.ceil(length / barsMax / 86_400_000) * 86_400_000;
  const first = Math.floor(from / stepMs) * stepMs;
  return { from: first, stepMs, count: Math.ceil((to - first) / stepMs) };
}

export async function logHistogram(stores: LogStores, question: LogQuestion): Promise<LogHistogram> {
  const { from, stepMs, count } = stepsOf(question);
  const plan = planOf(question);
  const [{ rows }, notKept] = await Promise.all([
    readTable(
      readingOf(stores),
      plan,
      {
        by: [{ is: 'level' }],
        measures: [{ is: 'records' }],
        steps: { from: BigInt(from) * NS_OF_MS, length: BigInt(stepMs) * NS_OF_MS },
      },
      BAR_ROWS_MAX,
    ),
    recordsNotKept(stores.telemetry, { ...question, filter: plan.filter }),
  ]);
  const levels = new Map<LogLevel, number[]>();
  let total = 0;
  for (const { keys, step, records } of rows) {
    const level = (keys[0] || 'unknown') as LogLevel;
    const counts = levels.get(level) ?? new Array<number>(count).fill(0);
    counts[step]! += records;
    levels.set(level, counts);
    total += records;
  }
  const series = [...levels].map(([level, counts]) => ({ level, counts }));
  return { from, stepMs, levels: series, total, notKept: notKept.told };
}

function writeCursor({ time, tie, seen }: PagePosition): string {
  return Buffer.from(`logs ${time} ${tie} ${seen}`).toString('base64url');
}

function readCursor(text: string, { range }: Plan): PagePosition | undefined {
  if (text === '') return undefined;
  const [, time, tie, seen] =
    /^logs (\d{1,19}) (\d{1,19}) (\d{1,9})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (seen === undefined) throw reject('cursor_invalid');
  const position = { time: BigInt(time!), tie: tie!, seen: Number(seen) };
  // Of another period: it has nothing behind it here, or everything.
  if (position.time < range.start || position.time >= range.end) throw reject('cursor_invalid');
  return position;
}
