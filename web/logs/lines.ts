/** The lines of the table: pages from the server and what arrived since, as one list without doubles. */
import type { LogRecord } from '#contract/logs.ts';

export interface Line {
  /** The id, and which of its twins: records of one nanosecond and one text are all shown. */
  key: string;
  record: LogRecord;
}

/** Newest first in, newest first out. */
export function toLines(records: readonly LogRecord[]): Line[] {
  const seen = new Map<string, number>();
  return records.map((record) => {
    const twin = seen.get(record.id) ?? 0;
    seen.set(record.id, twin + 1);
    return { key: twin === 0 ? record.id : `${record.id}+${twin}`, record };
  });
}

/** What is followed on top, then what was loaded; a line that is in both is there once. */
export function aboveLoaded(followed: readonly Line[], loaded: readonly Line[]): Line[] {
  if (followed.length === 0) return [...loaded];
  const known = new Set(followed.map(({ key }) => key));
  return [...followed, ...loaded.filter(({ key }) => !known.has(key))];
}
