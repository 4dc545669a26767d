/**
 * How often the issues of a page happened over time, and whom they hit: one question for all of them, to the
 * coarsest roll-up whose spans fit into the steps of the period. Only the last hour, drawn by minutes, is counted
 * from the events themselves.
 */
import type { Trend } from '#contract/issues.ts';
import { type Period, toTrend, trendSteps } from '#server/query/trend.ts';
import type { RollUp } from '#server/store/telemetry/tables.ts';
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
          QUESTIONS[period],
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

const ISSUE = `transform((project_id, grouping_hash), arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)}),
  {hashIssues:Array(UInt64)}, toUInt64(0)) AS issue`;

/** As pairs, for the primary key begins with both: each issue is one short walk. */
const OF_ISSUES = `project_id IN {projects:Array(UInt32)} AND (project_id, grouping_hash) IN (
  SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)})) AS pair))`;

/**
 * Several hashes are added up per issue; the same hash in two projects belongs to two issues. Counts go into a map
 * by step, so that an issue's users are merged once: by issue and step first took half as long again.
 */
const perIssue = (from: string, time: string, events: string, users: string) => `
  SELECT ${ISSUE}, sumMap([intDiv(toUnixTimestamp(${time}) - {from:UInt32}, {step:UInt32})], [${events}]) AS counted,
    counted.1 AS steps, counted.2 AS counts, ${users} AS users
  FROM ${from} WHERE ${OF_ISSUES} AND ${time} >= toDateTime({from:UInt32}, 'UTC')
  GROUP BY issue`;

/** With those that are counted and not kept. */
const COUNTED_EVENTS = `(
  SELECT project_id, grouping_hash, timestamp, user_key FROM events WHERE project_id IN {projects:Array(UInt32)}
    AND timestamp >= toDateTime({from:UInt32}, 'UTC')
  UNION ALL
  SELECT project_id, grouping_hash, timestamp, user_key FROM sampled_events
    WHERE project_id IN {projects:Array(UInt32)} AND timestamp >= toDateTime({from:UInt32}, 'UTC'))`;

const FROM_EVENTS = perIssue(
  COUNTED_EVENTS,
  'timestamp',
  'toUInt64(1)',
  "uniqCombined64If(15)(user_key, user_key != '')",
);
const fromRollUp = (rollUp: RollUp) => perIssue(rollUp, 'hour', 'events', 'uniqCombined64Merge(15)(users)');
const BY_SIX_HOURS = fromRollUp('events_six_hourly');

/** By period: the steps of a week and longer are whole multiples of six hours, which a test keeps true. */
const QUESTIONS: Record<Period, string> = {
  '1h': FROM_EVENTS,
  '24h': fromRollUp('events_hourly'),
  '7d': BY_SIX_HOURS,
  '14d': BY_SIX_HOURS,
  '30d': BY_SIX_HOURS,
  '90d': BY_SIX_HOURS,
};
