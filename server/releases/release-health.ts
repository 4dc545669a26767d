/**
 * How well releases do, counted when it is asked for: sessions that crashed, people who saw it, how many use it, from the
 * rows of sessions; error events from their roll-up. A session counts once, with the last word about it. All questions
 * name projects and a period; one that reads too much is refused by the store.
 */
import type { Trend } from '#contract/issues.ts';
import type { ReleaseHealth } from '#contract/releases.ts';
import { hourlySteps, type Period, periodMs, toTrend, trendSteps } from '#server/query/trend.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

/** Releases of one answer: those of a page, and the rest together. */
const RELEASES_MAX = 10_000;

const PERIOD = `project_id IN {projects:Array(UInt32)} AND started >= fromUnixTimestamp64Milli({from:Int64})
  AND started < fromUnixTimestamp64Milli({to:Int64})`;

/** One row for each session, and those of servers, which come summed up, as they are. */
const sessionsOf = (where: string) => `
  SELECT release, started AS began, user_key AS who, status AS ended, errors AS failures, quantity AS amount
  FROM sessions WHERE ${where} AND session_id = ''
  UNION ALL
  SELECT release, min(started) AS began, any(user_key) AS who,
    argMax(status, (sequence, status = 'crashed')) AS ended, max(errors) AS failures, toUInt32(1) AS amount
  FROM sessions WHERE ${where} AND session_id != '' GROUP BY project_id, release, session_id`;

interface SessionCounts {
  release: string;
  sessions: number;
  crashed: number;
  errored: number;
  users: number;
  crashedUsers: number;
}

interface EventCounts {
  release: string;
  happened: number;
  affected: number;
}

export interface HealthQuestion {
  projects: readonly number[];
  period: Period;
  now: number;
}

/** Of each of the versions; those of which nothing was counted have zeros and no shares. */
export async function readHealth(
  telemetry: TelemetryStore,
  { projects, period, now }: HealthQuestion,
  versions: readonly string[],
): Promise<Map<string, ReleaseHealth>> {
  if (versions.length === 0) return new Map();
  const from = now - periodMs(period);
  const params = { versions, from, to: now + 1, fromSeconds: hourlySteps(period, now).fromSeconds };
  const options = { params, rowsMax: RELEASES_MAX };
  const [counted, [all], events, [allEvents]] = await Promise.all([
    telemetry.select<SessionCounts>(
      projects,
      `SELECT release, ${COUNTS} FROM (${sessionsOf(`${PERIOD} AND release IN {versions:Array(String)}`)})
        GROUP BY release`,
      options,
    ),
    telemetry.select<{ sessions: number }>(
      projects,
      `SELECT sumIf(quantity, init = 1) AS sessions FROM sessions WHERE ${PERIOD}`,
      options,
    ),
    telemetry.select<EventCounts>(
      projects,
      `SELECT release, sum(events) AS happened, uniqCombined64Merge(15)(users) AS affected FROM events_six_hourly
        WHERE ${EVENTS} AND release IN {versions:Array(String)} GROUP BY release`,
      options,
    ),
    telemetry.select<{ happened: number }>(
      projects,
      `SELECT sum(events) AS happened FROM events_six_hourly WHERE ${EVENTS}`,
      options,
    ),
  ]);
  const sessionsBy = new Map(counted.map((row) => [row.release, row]));
  const eventsBy = new Map(events.map((row) => [row.release, row]));
  return new Map(
    versions.map((version) => [
      version,
      health(sessionsBy.get(version), eventsBy.get(version), {
        sessions: Number(all?.sessions ?? 0),
        events: Number(allEvents?.happened ?? 0),
      }),
    ]),
  );
}

const COUNTS = `sum(amount) AS sessions, sumIf(amount, ended = 'crashed') AS crashed,
  sumIf(amount, ended != 'crashed' AND (failures > 0 OR ended = 'abnormal')) AS errored,
  uniqCombined64If(15)(who, who != '') AS users,
  uniqCombined64If(15)(who, who != '' AND ended = 'crashed') AS crashedUsers`;
const EVENTS = 'project_id IN {projects:Array(UInt32)} AND hour >= toDateTime({fromSeconds:UInt32})';

function health(
  sessions: SessionCounts | undefined,
  events: EventCounts | undefined,
  all: { sessions: number; events: number },
): ReleaseHealth {
  const counts = {
    sessions: Number(sessions?.sessions ?? 0),
    crashedSessions: Number(sessions?.crashed ?? 0),
    erroredSessions: Number(sessions?.errored ?? 0),
    users: Number(sessions?.users ?? 0),
    crashedUsers: Number(sessions?.crashedUsers ?? 0),
    events: Number(events?.happened ?? 0),
    eventUsers: Number(events?.affected ?? 0),
  };
  const adoptionOf = all.sessions > 0 ? ('sessions' as const) : ('events' as const);
  const share = (part: number, whole: number) => (whole > 0 ? Math.min(1, part / whole) : null);
  return {
    ...counts,
    crashFreeSessions: share(counts.sessions - counts.crashedSessions, counts.sessions),
    crashFreeUsers: share(counts.users - counts.crashedUsers, counts.users),
    adoption: share(counts[adoptionOf], all[adoptionOf]),
    adoptionOf,
  };
}

export interface ReleaseTrends {
  sessionTrend: Trend;
  crashTrend: Trend;
  eventTrend: Trend;
}

/** The course of one release over the period. */
export async function readReleaseTrends(
  telemetry: TelemetryStore,
  { projects, period, now }: HealthQuestion,
  version: string,
): Promise<ReleaseTrends> {
  const scale = trendSteps(period, now);
  const params = {
    version,
    from: scale.fromSeconds * 1000,
    to: now + 1,
    fromSeconds: scale.fromSeconds,
    step: scale.stepSeconds,
  };
  const [sessions, events] = await Promise.all([
    telemetry.select<{ step: number; sessions: number; crashed: number }>(
      projects,
      `SELECT intDiv(toUnixTimestamp(began) - {fromSeconds:UInt32}, {step:UInt32}) AS step,
          sum(amount) AS sessions, sumIf(amount, ended = 'crashed') AS crashed
        FROM (${sessionsOf(`${PERIOD} AND release = {version:String}`)}) GROUP BY step`,
      { params },
    ),
    telemetry.select<{ step: number; events: number }>(
      projects,
      `SELECT intDiv(toUnixTimestamp(timestamp) - {fromSeconds:UInt32}, {step:UInt32}) AS step, count() AS events
        FROM events WHERE project_id IN {projects:Array(UInt32)} AND release = {version:String}
          AND timestamp >= fromUnixTimestamp64Milli({from:Int64}) GROUP BY step`,
      { params },
    ),
  ]);
  return {
    sessionTrend: toTrend(
      scale,
      sessions.map(({ step, sessions: count }) => [Number(step), Number(count)] as const),
    ),
    crashTrend: toTrend(
      scale,
      sessions.map(({ step, crashed }) => [Number(step), Number(crashed)] as const),
    ),
    eventTrend: toTrend(
      scale,
      events.map(({ step, events: count }) => [Number(step), Number(count)] as const),
    ),
  };
}
