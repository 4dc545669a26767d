/** How often archived issues happened since, and before: one question to telemetry for many of them. */
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { ESCALATION_WINDOW_MS, USUAL_SPAN_MS } from './escalation.ts';
import type { IssueRow } from './lifecycle.ts';

/** An archived issue with its hashes. */
export interface Watched {
  row: IssueRow;
  hashes: readonly string[];
}

/** How long a question may take, ms: nobody waits for it. */
const QUESTION_MS_MAX = 10_000;
const HOUR_MS = 3_600_000;

const OF_ISSUES = `project_id IN {projects:Array(UInt32)} AND (project_id, grouping_hash) IN (
  SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)})) AS pair))`;
const issueOf = `transform((project_id, grouping_hash), arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)}),
  {hashIssues:Array(UInt64)}, toUInt64(0))`;
const timeOf = (name: string) =>
  `fromUnixTimestamp64Milli(transform(issue, {issues:Array(UInt64)}, {${name}:Array(Int64)}, toInt64(0)), 'UTC')`;

function paramsOf(watched: readonly Watched[]) {
  const pairs = watched.flatMap(({ row, hashes }) => hashes.map((hash) => ({ hash, row })));
  return {
    hashes: pairs.map(({ hash }) => hash),
    hashProjects: pairs.map(({ row }) => row.project_id),
    hashIssues: pairs.map(({ row }) => row.id),
    issues: watched.map(({ row }) => row.id),
  };
}

/** Events and distinct users since each issue's own time, by issue. With events that are counted and not kept. */
export async function countSince(
  telemetry: TelemetryStore,
  projects: readonly number[],
  watched: readonly (Watched & { since: number })[],
): Promise<Map<number, { events: number; users: number }>> {
  const since = watched.map((one) => one.since);
  const from = (table: string) => `SELECT ${issueOf} AS issue, user_key FROM ${table} WHERE ${OF_ISSUES}
    AND timestamp >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') AND timestamp > ${timeOf('since')}`;
  const rows = await telemetry.select<{ issue: number; events: number; users: number }>(
    projects,
    `SELECT issue, count() AS events, uniqCombined64If(15)(user_key, user_key != '') AS users
      FROM (${from('events')} UNION ALL ${from('sampled_events')}) GROUP BY issue`,
    {
      params: { ...paramsOf(watched), since, oldest: Math.min(...since) },
      timeoutMs: QUESTION_MS_MAX,
    },
  );
  return new Map(
    rows.map(({ issue, events, users }) => [Number(issue), { events: Number(events), users: Number(users) }]),
  );
}

/** The busiest hour of each issue in the week before the hour under way, or up to the hour it was archived in. */
export async function usualCounts(
  telemetry: TelemetryStore,
  projects: readonly number[],
  watched: readonly Watched[],
  now: number,
): Promise<Map<number, number>> {
  const hourOf = (time: number) => Math.floor(time / HOUR_MS) * HOUR_MS;
  const windowFrom = hourOf(now - ESCALATION_WINDOW_MS);
  const rows = await telemetry.select<{ issue: number; usual: number }>(
    projects,
    `SELECT issue, max(in_hour) AS usual FROM (
      SELECT ${issueOf} AS issue, hour, sum(events) AS in_hour FROM events_hourly WHERE ${OF_ISSUES}
        AND hour >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') AND hour < ${timeOf('until')}
      GROUP BY issue, hour) GROUP BY issue`,
    {
      params: {
        ...paramsOf(watched),
        until: watched.map(({ row }) => Math.max(windowFrom, hourOf(row.substate_at) + HOUR_MS)),
        oldest: windowFrom - USUAL_SPAN_MS,
      },
      timeoutMs: QUESTION_MS_MAX,
    },
  );
  return new Map(rows.map(({ issue, usual }) => [Number(issue), Number(usual)]));
}
