/**
 * How often the issues of a page happened over time, and whom they hit: one question to the hourly roll-up for
 * all of them. Only the last hour, drawn by minutes, is counted from the events themselves.
 */
import type { Trend } from '#contract/api.ts';
import { type Period, toTrend, trendSteps } from '#server/query/trend.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import type { FoundIssue } from './issues.ts';

export interface IssueTrend {
  trend: Trend;
  periodEvents: number;
  periodUsers: number;
}

/** The trends of issues by id. Issues without events in the period have a flat one. */
export async function readTrends(
  telemetry: TelemetryStore,
  issues: readonly FoundIssue[],
  hashes: ReadonlyMap<number, readonly string[]>,
  period: Period,
  now: number,
): Promise<Map<number, IssueTrend>> {
  const scale = trendSteps(period, now);
  const pointing = issues.flatMap(({ row }) => hashes.get(row.id)!.map((hash) => ({ hash, row })));
  const rows =
    pointing.length === 0
      ? []
      : await telemetry.select<{ issue: number; steps: number[]; counts: number[]; users: number }>(
          [...new Set(issues.map(({ row }) => row.project_id))],
          period === '1h' ? FROM_EVENTS : FROM_HOURS,
          {
            params: {
              hashes: pointing.map(({ hash }) => hash),
              hashProjects: pointing.map(({ row }) => row.project_id),
              hashIssues: pointing.map(({ row }) => row.id),
              from: scale.fromSeconds,
              step: scale.stepSeconds,
            },
          },
        );
  const byIssue = new Map(rows.map((row) => [Number(row.issue), row]));
  return new Map(
    issues.map(({ row }) => {
      const counted = byIssue.get(row.id);
      const trend = toTrend(
        scale,
        (counted?.steps ?? []).map((step, at) => [step, Number(counted!.counts[at])] as const),
      );
      const periodEvents = trend.counts.reduce((sum, count) => sum + count, 0);
      return [row.id, { trend, periodEvents, periodUsers: Number(counted?.users ?? 0) }];
    }),
  );
}

/** Several hashes are added up per issue; the same hash in two projects belongs to two issues. */
const perIssue = (counting: string) => `
  SELECT issue, groupArray(step) AS steps, groupArray(counted) AS counts, uniqCombined64Merge(15)(seen) AS users
  FROM (${counting} GROUP BY issue, step)
  GROUP BY issue`;

const ISSUE = `transform((project_id, grouping_hash), arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)}),
  {hashIssues:Array(UInt64)}, toUInt64(0)) AS issue`;

/** As pairs, for the primary key begins with both: each issue is one short walk. */
const OF_ISSUES = `project_id IN {projects:Array(UInt32)} AND (project_id, grouping_hash) IN (
  SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)})) AS pair))`;

const FROM_HOURS = perIssue(`
  SELECT ${ISSUE}, intDiv(toUnixTimestamp(hour) - {from:UInt32}, {step:UInt32}) AS step,
    sum(events) AS counted, uniqCombined64MergeState(15)(users) AS seen
  FROM events_hourly WHERE ${OF_ISSUES} AND hour >= toDateTime({from:UInt32}, 'UTC')`);

const FROM_EVENTS = perIssue(`
  SELECT ${ISSUE}, intDiv(toUnixTimestamp(timestamp) - {from:UInt32}, {step:UInt32}) AS step,
    count() AS counted, uniqCombined64StateIf(15)(user_key, user_key != '') AS seen
  FROM events WHERE ${OF_ISSUES} AND timestamp >= toDateTime64({from:UInt32}, 3, 'UTC')`);
