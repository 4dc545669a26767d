/** One lane per service: when it said something, and how bad. The picture of a trace that has no spans. */

import type { LogLevel } from '#contract/logs.ts';
import type { Range } from '#web/durations.ts';
import { LEVELS } from '#web/log-levels.ts';
import { serviceOf, type TraceRecord } from './trace-model.ts';

/** Marks of a lane: as many as can be told apart and touched on a wide screen. */
const PLACES = 160;

export interface LaneMark {
  /** In percent of the range. */
  place: number;
  /** Of the worst. */
  level: LogLevel;
  /** By time; the worst of them is what one looks at. */
  records: TraceRecord[];
  worst: TraceRecord;
}
export interface Lane {
  service: string;
  records: number;
  marks: LaneMark[];
}

/** Lanes by their first record, of what lies in the range. */
export function toLanes(records: readonly TraceRecord[], { from, to }: Range): Lane[] {
  const lanes = new Map<string, Map<number, TraceRecord[]>>();
  for (const record of records) {
    const places = lanes.get(serviceOf(record)) ?? new Map<number, TraceRecord[]>();
    lanes.set(serviceOf(record), places);
    if (record.at < from || record.at > to) continue;
    const place = Math.min(PLACES - 1, Math.floor(((record.at - from) / (to - from)) * PLACES));
    const there = places.get(place);
    if (there) there.push(record);
    else places.set(place, [record]);
  }
  return [...lanes].map(([service, places]) => ({
    service,
    records: [...places.values()].reduce((sum, each) => sum + each.length, 0),
    marks: [...places].map(([place, there]) => {
      const worst = there.reduce((bad, each) => (rank(each) < rank(bad) ? each : bad));
      return { place: ((place + 0.5) / PLACES) * 100, level: levelOf(worst), records: there, worst };
    }),
  }));
}

/** An issue's warning is a log's warn. */
export function levelOf(record: TraceRecord): LogLevel {
  if (record.kind === 'log') return record.log.level;
  return record.error.level === 'warning' ? 'warn' : record.error.level;
}

/** Errors that make issues come before lines of the same level. */
const rank = (record: TraceRecord) => LEVELS.indexOf(levelOf(record)) * 2 + (record.kind === 'log' ? 1 : 0);
