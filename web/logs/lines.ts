/** The lines of the table: pages from the server and what arrived since, as one list without doubles. */
import type { LogRecord } from '#contract/api.ts';

export interface Line {
  /** The id, and which of its twins: records of one nanosecond and one text are all shown. */
  key: string;
  record: LogRecord;
}

/** Lines that were followed are kept up to this many; then the oldest go. */
export const FOLLOWED_MAX = 2000;

/** Newest first in, newest first out. */
export function toLines(records: readonly LogRecord[]): Line[] {
  const seen = new Map<string, number>();
  return records.map((record) => {
    const twin = seen.get(record.id) ?? 0;
    seen.set(record.id, twin + 1);
    return { key: twin === 0 ? record.id : `${record.id}+${twin}`, record };
  });
}

/** Text of decimal digits as numbers: all times of our age have nineteen. */
const compare = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Both lists newest first; a line that is in both is there once. */
export function mergeLines(a: readonly Line[], b: readonly Line[]): Line[] {
  if (a.length === 0) return [...b];
  const known = new Set(a.map(({ key }) => key));
  const merged = [...a, ...b.filter(({ key }) => !known.has(key))];
  return merged.sort((x, y) => compare(y.record.timestamp, x.record.timestamp));
}

export interface Followed {
  lines: Line[];
  /** Lines come faster than they are asked for: what is shown is a sample. */
  sampled: boolean;
  /** It was one at some time, so that lines are missing between those that are shown. */
  gaps: boolean;
  /** Old ones had to go, so that what is below them does not follow on. */
  cut: boolean;
}

export const NOTHING_FOLLOWED: Followed = { lines: [], sampled: false, gaps: false, cut: false };

/** `more`: the server had more lines since the last time than it was asked for. */
export function follow(
  { lines, gaps, cut }: Followed,
  arrived: readonly LogRecord[],
  more: boolean,
): Followed {
  const merged = mergeLines(toLines(arrived), lines);
  return {
    lines: merged.slice(0, FOLLOWED_MAX),
    sampled: more,
    gaps: gaps || more,
    cut: cut || merged.length > FOLLOWED_MAX,
  };
}
