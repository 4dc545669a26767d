/**
 * Windows that late records changed after they were looked at: their ends, so that they are looked at again. Late is what
 * arrived since the last look with a time before its window.
 */

import { searchLogs } from '#server/logs/log-search.ts';
import { Deadline, readTable } from '#server/query/plan/run-plan.ts';
import { type AlertStores, idsOf } from './alerts.ts';
import type { LogRule } from './log-findings.ts';

/** Records later than this change no alert, ms. */
const LATE_MS_MAX = 6 * 3_600_000;
/** Windows of one look. */
const LATE_WINDOWS_MAX = 5;
const LOOK_MS_MAX = 5_000;
const NS_OF_MS = 1_000_000n;

/** Only of what exceeds a threshold at once: late records end an absence by themselves, at the next look. */
export const minds = ({ condition }: LogRule) =>
  condition.source.dialect === 'search' && condition.test.is === 'above' && condition.forMinutes === 0;

/** The newest of them; `lookedAt`: the end of the window of the last look. */
export async function lateWindows(
  { telemetry }: AlertStores,
  rule: LogRule,
  { lookedAt, arrivedSince }: { lookedAt: number; arrivedSince: number },
): Promise<number[]> {
  const { source, windowMinutes } = rule.condition;
  if (source.dialect !== 'search') return [];
  const windowMs = windowMinutes * 60_000;
  const to = lookedAt - windowMs;
  const from = Math.floor((to - LATE_MS_MAX) / windowMs) * windowMs;
  const { rows } = await readTable(
    { telemetry, deadline: new Deadline(LOOK_MS_MAX) },
    {
      projects: idsOf(rule),
      range: { start: BigInt(from) * NS_OF_MS, end: BigInt(to) * NS_OF_MS },
      receivedFrom: arrivedSince,
      filter: searchLogs(source.query),
    },
    {
      by: [],
      measures: [{ is: 'records' }],
      steps: { from: BigInt(from) * NS_OF_MS, length: BigInt(windowMs) * NS_OF_MS },
    },
    Math.ceil(LATE_MS_MAX / windowMs) + 2,
  );
  return rows
    .map(({ step }) => Math.min(to, from + (step + 1) * windowMs))
    .sort((a, b) => b - a)
    .slice(0, LATE_WINDOWS_MAX);
}
