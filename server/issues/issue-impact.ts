/**
 * Whom an issue hits, in a period: how many users and sessions, of how many that were active, more or less than in the
 * same time before, and how well the releases do that it happens in. Numbers are exact where that is affordable, and say
 * so where they are not.
 */
import type { IssueImpact } from '#contract/impact.ts';
import { type Period, periodMs, trendSteps } from '#server/query/trend.ts';
import type { Active } from './active-users.ts';
import { type EventsOf, eventsOf } from './events-of.ts';
import { impactScore } from './impact-score.ts';
import { IMPACT_PERIOD } from './issue-queries.ts';
import type { FoundIssue, IssueStores } from './issues.ts';
import { ISSUE_USERS_MAX, usersExact } from './upsert.ts';

/** Events whose users are counted one by one: a million took 60 ms. */
const EVENTS_COUNTED_MAX = 1_000_000;
/** Releases whose health is told. */
const RELEASES_MAX = 5;

export async function readImpact(
  stores: IssueStores,
  issue: FoundIssue,
  period: Period,
): Promise<IssueImpact> {
  const { row } = issue;
  const now = stores.clock.now();
  const of = await eventsOf(stores, issue);
  const [counts, usersEstimated, active, activeToday, sessions, releases] = await Promise.all([
    countPeriods(stores, of, period, now),
    usersExact(row) ? null : estimateUsers(stores, of),
    stores.readActiveUsers([row.project_id], period),
    stores.readActiveUsers([row.project_id], IMPACT_PERIOD),
    countSessions(stores, of, now - periodMs(period)),
    readReleases(stores, of, row.project_id, period, now),
  ]);
  return {
    score: impactScore(row, activeToday.get(row.project_id), now),
    ...counts,
    usersEstimated,
    active: shownActive(active.get(row.project_id), counts.users.now),
    sessions,
    releases,
  };
}

/** Whom it hit was active: a count of a minute ago, or one by sessions that a service does not send, may not know them. */
const shownActive = (active: Active | undefined, hit: number) =>
  active && (active.users > 0 || active.sessions > 0)
    ? { ...active, users: Math.max(active.users, hit) }
    : null;

/** The last hour is too short for the roll-up of hours. */
const fromEvents = (period: Period) => period === '1h';

/** Events that are kept, and those that are counted and not kept. */
const COUNTED = (where: string) => `(
  SELECT timestamp, user_key FROM events WHERE ${where} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
  UNION ALL
  SELECT timestamp, user_key FROM sampled_events
    WHERE ${where} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC'))`;

/** In words that no column has: an alias would stand in its place. */
interface CountRow {
  happened: number;
  happenedBefore: number;
  affected: number;
  affectedBefore: number;
}

async function countPeriods(
  stores: IssueStores,
  { projects, where, params }: EventsOf,
  period: Period,
  now: number,
): Promise<Pick<IssueImpact, 'events' | 'users'>> {
  // The same steps as the trend of the list: both say the same number.
  const { fromSeconds, stepSeconds, steps } = trendSteps(period, now);
  const before = fromSeconds - stepSeconds * steps;
  const times = { from: before * 1000, begin: fromSeconds, before };
  const [counted] = await stores.telemetry.select<CountRow>(
    projects,
    fromEvents(period)
      ? `SELECT countIf(isNow) AS happened, countIf(NOT isNow) AS happenedBefore, uniqExactIf(user_key, isNow AND user_key != '') AS affected,
          uniqExactIf(user_key, NOT isNow AND user_key != '') AS affectedBefore
        FROM (SELECT user_key, timestamp >= toDateTime({begin:UInt32}, 'UTC') AS isNow FROM ${COUNTED(where)})`
      : `SELECT sumIf(events, isNow) AS happened, sumIf(events, NOT isNow) AS happenedBefore,
          uniqCombined64MergeIf(15)(users, isNow) AS affected, uniqCombined64MergeIf(15)(users, NOT isNow) AS affectedBefore
        FROM (SELECT events, users, hour >= toDateTime({begin:UInt32}, 'UTC') AS isNow
          FROM ${period === '24h' ? 'events_hourly' : 'events_six_hourly'}
          WHERE ${where} AND hour >= toDateTime({before:UInt32}, 'UTC'))`,
    { params: { ...params, ...times } },
  );
  const events = { now: Number(counted?.happened ?? 0), before: Number(counted?.happenedBefore ?? 0) };
  const users = { now: Number(counted?.affected ?? 0), before: Number(counted?.affectedBefore ?? 0) };
  if (fromEvents(period)) return { events, users: { ...users, exact: true } };
  if (users.now > ISSUE_USERS_MAX || events.now > EVENTS_COUNTED_MAX)
    return { events, users: { ...users, exact: false } };
  const [exact] = await stores.telemetry.select<{ users: number }>(
    projects,
    `SELECT uniqExactIf(user_key, user_key != '') AS users FROM ${COUNTED(where)}`,
    { params: { ...params, from: fromSeconds * 1000 } },
  );
  // Rows of events may be gone already of which the roll-up still has the sum.
  return { events, users: { ...users, now: Number(exact?.users ?? 0), exact: true } };
}

/** Beyond what is counted one by one: by the sketches of the roll-up, since the oldest event that is kept. */
async function estimateUsers(stores: IssueStores, { projects, where, params }: EventsOf): Promise<number> {
  const [counted] = await stores.telemetry.select<{ users: number }>(
    projects,
    `SELECT uniqCombined64Merge(15)(users) AS users FROM events_six_hourly WHERE ${where}`,
    { params },
  );
  // What was counted one by one is known for sure.
  return Math.max(ISSUE_USERS_MAX, Number(counted?.users ?? 0));
}

async function countSessions(
  stores: IssueStores,
  { projects, where, params }: EventsOf,
  from: number,
): Promise<number | null> {
  const [counted] = await stores.telemetry.select<{ sessions: number }>(
    projects,
    `SELECT uniqCombined64(15)(session_id) AS sessions FROM events
      WHERE ${where} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND session_id != ''`,
    { params: { ...params, from } },
  );
  return Number(counted?.sessions ?? 0) || null;
}

async function readReleases(
  stores: IssueStores,
  { projects, where, params }: EventsOf,
  project: number,
  period: Period,
  now: number,
): Promise<IssueImpact['releases']> {
  const rows = await stores.telemetry.select<{ version: string; events: number; users: number }>(
    projects,
    `SELECT release AS version, sum(six.events) AS events, uniqCombined64Merge(15)(six.users) AS users
      FROM events_six_hourly AS six
      WHERE ${where} AND release != '' AND hour >= toDateTime({begin:UInt32}, 'UTC')
      GROUP BY version ORDER BY events DESC, version LIMIT ${RELEASES_MAX}`,
    { params: { ...params, begin: Math.floor((now - periodMs(period)) / 21_600_000) * 21_600 } },
  );
  const health = await stores.releases.health(
    [project],
    rows.map(({ version }) => version),
    period,
  );
  return rows.map(({ version, events, users }) => {
    const of = health.get(version);
    return {
      version,
      events: Number(events),
      users: Number(users),
      crashFreeSessions: of?.crashFreeSessions ?? null,
      crashFreeUsers: of?.crashFreeUsers ?? null,
      adoption: of?.adoption ?? null,
    };
  });
}
