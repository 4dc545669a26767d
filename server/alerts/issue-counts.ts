/**
 * How often issues happened in the last minutes or days and to how many, in windows that end now: one question for many
 * issues and all the windows of a rule. With the events that are counted and not kept.
 */
import type { IssueCount } from '#contract/alerts.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

/** An issue and the hashes that its events have. */
export interface CountedIssue {
  id: number;
  project: number;
  hashes: readonly string[];
}

export interface WindowCount {
  events: number;
  users: number;
}

/** Issues of one question. */
export const COUNTED_ISSUES_MAX = 200;
const QUESTION_MS_MAX = 10_000;

const OF_ISSUES = `project_id IN {projects:Array(UInt32)} AND (project_id, grouping_hash) IN (
  SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)})) AS pair))`;
const ISSUE = `transform((project_id, grouping_hash), arrayZip({hashProjects:Array(UInt32)}, {hashes:Array(String)}),
  {hashIssues:Array(UInt64)}, toUInt64(0))`;

/** Of each issue by its id, a count for each window. Events of the future count in none. */
export async function countInWindows(
  telemetry: TelemetryStore,
  issues: readonly CountedIssue[],
  { windowsMs, environment, now }: { windowsMs: readonly number[]; environment: string; now: number },
): Promise<Map<number, WindowCount[]>> {
  const pairs = issues.flatMap(({ id, project, hashes }) => hashes.map((hash) => ({ id, project, hash })));
  if (pairs.length === 0 || windowsMs.length === 0) return new Map();
  const projects = [...new Set(issues.map(({ project }) => project))];
  const since = (at: number) => `timestamp >= fromUnixTimestamp64Milli({since${at}:Int64}, 'UTC')`;
  const columns = windowsMs.flatMap((_, at) => [
    `countIf(${since(at)})`,
    `uniqCombined64If(15)(user_key, user_key != '' AND ${since(at)})`,
  ]);
  const from = (
    table: string,
  ) => `SELECT ${ISSUE} AS issue, user_key, timestamp FROM ${table} WHERE ${OF_ISSUES}
    AND timestamp >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC')
    AND timestamp <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')
    AND ({environment:String} = '' OR environment = {environment:String})`;
  const rows = await telemetry.select<{ issue: number; counts: number[] }>(
    projects,
    `SELECT issue, [${columns.join(', ')}] AS counts
      FROM (${from('events')} UNION ALL ${from('sampled_events')}) GROUP BY issue`,
    {
      params: {
        hashes: pairs.map(({ hash }) => hash),
        hashProjects: pairs.map(({ project }) => project),
        hashIssues: pairs.map(({ id }) => id),
        oldest: now - Math.max(...windowsMs),
        ...{ now: now + CLOCKS_DIFFER_MS, environment },
        ...Object.fromEntries(windowsMs.map((ms, at) => [`since${at}`, now - ms])),
      },
      timeoutMs: QUESTION_MS_MAX,
    },
  );
  return new Map(
    rows.map(({ issue, counts }) => [
      Number(issue),
      windowsMs.map((_, at) => ({ events: Number(counts[2 * at]), users: Number(counts[2 * at + 1]) })),
    ]),
  );
}

/** A sender's clock may be ahead of ours, ms. */
const CLOCKS_DIFFER_MS = 60_000;

/** Sessions that began in the window, by project. */
export async function sessionsInWindow(
  telemetry: TelemetryStore,
  projects: readonly number[],
  { windowMs, environment, now }: { windowMs: number; environment: string; now: number },
): Promise<Map<number, number>> {
  const rows = await telemetry.select<{ project_id: number; sessions: number }>(
    projects,
    `SELECT project_id, sumIf(quantity, init = 1) AS sessions FROM sessions
      WHERE project_id IN {projects:Array(UInt32)} AND started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND ({environment:String} = '' OR environment = {environment:String}) GROUP BY project_id`,
    { params: { from: now - windowMs, environment }, timeoutMs: QUESTION_MS_MAX },
  );
  return new Map(rows.map(({ project_id, sessions }) => [Number(project_id), Number(sessions)]));
}

/** Sessions without which a share of them says nothing; Sentry has the same. */
export const SESSIONS_MIN = 50;

/** Where the events of an issue came from lately, the most frequent first. */
export async function environmentsOf(
  telemetry: TelemetryStore,
  { project, hashes }: CountedIssue,
  since: number,
): Promise<string[]> {
  const rows = await telemetry.select<{ environment: string }>(
    [project],
    `SELECT environment FROM events WHERE project_id IN {projects:Array(UInt32)}
        AND grouping_hash IN {hashes:Array(String)} AND timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
        AND environment != '' GROUP BY environment ORDER BY count() DESC, environment LIMIT 3`,
    { params: { hashes, since }, timeoutMs: QUESTION_MS_MAX, rowsMax: 3 },
  );
  return rows.map(({ environment }) => environment);
}

export const countOf = (count: IssueCount, seen: WindowCount | undefined, sessions: number): number => {
  if (!seen) return 0;
  if (count.of !== 'sessions') return seen[count.of];
  return sessions < SESSIONS_MIN ? 0 : (100 * seen.events) / sessions;
};

/** Rows of one answer: 200 issues in two weeks of windows of ten minutes, were all of them full. */
const STEPS_MAX = 400_000;

/** Of each issue by its id what it came to in each window since `from` that has events, by the number of the window. */
export async function countsOverTime(
  telemetry: TelemetryStore,
  issues: readonly CountedIssue[],
  { from, to, windowMs, environment }: { from: number; to: number; windowMs: number; environment: string },
): Promise<Map<number, Map<number, WindowCount>>> {
  const pairs = issues.flatMap(({ id, project, hashes }) => hashes.map((hash) => ({ id, project, hash })));
  if (pairs.length === 0) return new Map();
  const projects = [...new Set(issues.map(({ project }) => project))];
  const rowsOf = (table: string) => `SELECT ${ISSUE} AS issue, user_key,
    intDiv(toUnixTimestamp64Milli(timestamp) - {from:Int64}, {windowMs:Int64}) AS step FROM ${table} WHERE ${OF_ISSUES}
    AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
    AND ({environment:String} = '' OR environment = {environment:String})`;
  const rows = await telemetry.select<{ issue: number; step: number; events: number; users: number }>(
    projects,
    `SELECT issue, step, count() AS events, uniqCombined64If(15)(user_key, user_key != '') AS users
      FROM (${rowsOf('events')} UNION ALL ${rowsOf('sampled_events')}) GROUP BY issue, step`,
    {
      params: {
        hashes: pairs.map(({ hash }) => hash),
        hashProjects: pairs.map(({ project }) => project),
        hashIssues: pairs.map(({ id }) => id),
        ...{ from, to, windowMs, environment },
      },
      timeoutMs: QUESTION_MS_MAX,
      rowsMax: STEPS_MAX,
    },
  );
  const found = new Map<number, Map<number, WindowCount>>();
  for (const { issue, step, events, users } of rows) {
    const steps = found.get(Number(issue)) ?? new Map<number, WindowCount>();
    found.set(Number(issue), steps.set(Number(step), { events: Number(events), users: Number(users) }));
  }
  return found;
}
