/**
 * One record by its id, and what the same service on the same host said just before and after it. The neighbours of
 * a line are mostly seconds away.
 */
import type { LogSurroundings } from '#contract/logs.ts';
import { all, EVERYTHING, type Plan, type TextColumn } from '#server/query/plan/plan.ts';
import { type Reading, readRecords, type WholeRow } from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';
import { readingOf } from './log-queries.ts';
import { type LogStores, readLogId, toLogRecord } from './logs.ts';

export const SURROUNDING_LINES_MAX = 100;

/** What is a day away explains a record no more. */
const REACH_NS = 86_400_000_000_000n;

export async function surroundings(
  stores: LogStores,
  visible: readonly number[],
  id: string,
  lines: number,
): Promise<LogSurroundings> {
  const { project, at, tie } = readLogId(id);
  const projects = visible.filter((each) => each === project);
  if (projects.length === 0) throw reject('not_found', 'no log record has this id');
  const reading = readingOf(stores);
  const moment = { projects, range: { start: at, end: at + 1n }, filter: EVERYTHING };
  const [record] = await take(reading, moment, 1, 'forward', { time: at, tie, seen: 0 });
  if (record?.tie !== tie)
    throw reject('not_found', 'no log record has this id, or it is older than records are kept');
  const same = (column: TextColumn, value: string) =>
    ({ is: 'equal', text: { is: 'column', column }, value }) as const;
  const filter = all(same('service', record.service), same('host', record.host));
  // The record itself is the first of both.
  const self = { time: at, tie, seen: 1 };
  const [older, newer] = await Promise.all([
    take(
      reading,
      { projects, range: { start: at - REACH_NS, end: at + 1n }, filter },
      lines,
      'backward',
      self,
    ),
    take(reading, { projects, range: { start: at, end: at + REACH_NS }, filter }, lines, 'forward', self),
  ]);
  return { record: toLogRecord(record), older: older.map(toLogRecord), newer: newer.map(toLogRecord) };
}

async function take(
  reading: Reading,
  plan: Plan,
  lines: number,
  direction: 'forward' | 'backward',
  after: { time: bigint; tie: string; seen: number },
): Promise<WholeRow[]> {
  const found: WholeRow[] = [];
  if (lines === 0) return found;
  const pages = readRecords(reading, plan, { direction, after, columns: 'whole', pageRows: lines });
  for await (const { rows } of pages) {
    found.push(...rows);
    if (found.length >= lines) break;
  }
  return found.slice(0, lines);
}
