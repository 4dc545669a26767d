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
  const pointing = issues.flatMap(({ row }) =>
    hashes.get(row.id)!.map((hash) => ({ hash, key: `${row.project_id}:${hash}`, issue: row.id })),
  );
  const rows =
    pointing.length === 0
      ? []
      : await telemetry.select<{ issue: number; steps: number[]; counts: number[]; users: number }>(
          [...new Set(issues.map(({ row }) => row.project_id))],
          period === '1h' ? FROM_EVENTS : FROM_HOURS,
          {
            params: {
              hashes: [...new Set(pointing.map(({ hash }) => hash))],
              keys: pointing.map(({ key }) => key),
              issues: pointing.map(({ issue }) => issue),
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

/** Several hashes, and the same hash in several projects, are told apart by key before they are added up per issue. */
const perIssue = (counting: string) => `
  SELECT issue, groupArray(step) AS steps, groupArray(counted) AS counts, uniqCombined64Merge(15)(seen) AS users
  FROM (${counting})
  WHERE issue != 0
  GROUP BY issue`;

const ISSUE = `transform(concat(toString(project_id), ':', grouping_hash), {keys:Array(String)}, {issues:Array(UInt64)}, toUInt64(0)) AS issue`;

const FROM_HOURS = perIssue(`
  SELECT ${ISSUE}, intDiv(toUnixTimestamp(hour) - {from:UInt32}, {step:UInt32}) AS step,
    sum(events) AS counted, uniqCombined64MergeState(15)(users) AS seen
  FROM events_hourly
  WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)} AND hour >= toDateTime({from:UInt32}, 'UTC')
  GROUP BY issue, step`);

const FROM_EVENTS = perIssue(`
  SELECT ${ISSUE}, intDiv(toUnixTimestamp(timestamp) - {from:UInt32}, {step:UInt32}) AS step,
    count() AS counted, uniqCombined64StateIf(15)(user_key, user_key != '') AS seen
  FROM events
  WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}
    AND timestamp >= toDateTime64({from:UInt32}, 3, 'UTC')
  GROUP BY issue, step`);
