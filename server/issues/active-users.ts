/**
 * How many users a project has who did anything lately: what the users of an issue are a share of. Sessions of release
 * health know everybody; without them it is those whom events and log records name; and where there are too many log
 * records to be read in time, those whom events name. Which of them it was is told.
 */
import type { ActiveUsers } from '#contract/impact.ts';
import type { Clock } from '#server/platform/clock.ts';
import { RecentMap } from '#server/platform/recent-map.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { type Period, periodMs } from '#server/query/trend.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

export type Active = ActiveUsers;

/** How long a count is good for: so many times as long as it took. A large project's is a yardstick, a small one's is news. */
const KEPT_TIMES = 100;
const KEPT_MS_MAX = 10 * 60_000;
/** Projects and periods that are remembered. */
const REMEMBERED = 1_000;
/** Until it is counted without the log records, ms. */
const COUNT_MS_MAX = 3_000;
const HOUR_MS = 3_600_000;

export type ReadActiveUsers = (projects: readonly number[], period: Period) => Promise<Map<number, Active>>;

interface Stores {
  telemetry: TelemetryStore;
  clock: Clock;
}

/** Counts, and remembers what was counted. Projects without a known user are left out of the answer. */
export function openActiveUsers(stores: Stores): ReadActiveUsers {
  const remembered = new RecentMap<string, { at: number; until: number; active: Active }>(REMEMBERED);
  return async (projects, period) => {
    const now = stores.clock.now();
    const keyOf = (project: number) => `${project}:${period}`;
    const missing = projects.filter((project) => {
      const known = remembered.get(keyOf(project));
      return known === undefined || known.until <= now || known.at > now;
    });
    if (missing.length > 0) {
      const started = performance.now();
      const counted = await count(stores, missing, now - periodMs(period));
      const until = now + Math.min(KEPT_MS_MAX, KEPT_TIMES * (performance.now() - started));
      for (const project of missing)
        remembered.set(keyOf(project), { at: now, until, active: counted.get(project) ?? NOBODY });
    }
    return new Map(
      projects.flatMap((project) => {
        const active = remembered.get(keyOf(project))!.active;
        return active.users > 0 || active.sessions > 0 ? [[project, active] as const] : [];
      }),
    );
  };
}

const NOBODY: Active = { users: 0, from: 'events', sessions: 0 };

interface CountRow {
  project_id: number;
  users: number;
  sessions: number;
}

async function count(
  { telemetry }: Stores,
  projects: readonly number[],
  from: number,
): Promise<Map<number, Active>> {
  const params = { from, hour: Math.floor(from / HOUR_MS) * (HOUR_MS / 1000) };
  const select = (sql: string) =>
    telemetry.select<CountRow>(projects, sql, { params, timeoutMs: COUNT_MS_MAX });
  const bySession = await select(
    `SELECT project_id, ${USERS_OF_ROWS} AS users, sumIf(quantity, init = 1) AS sessions
      FROM sessions WHERE project_id IN {projects:Array(UInt32)} AND started >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      GROUP BY project_id`,
  );
  const counted = new Map<number, Active>();
  for (const { project_id, users, sessions } of bySession)
    counted.set(project_id, { users: Number(users), from: 'sessions', sessions: Number(sessions) });
  if (projects.every((project) => (counted.get(project)?.users ?? 0) > 0)) return counted;

  const { rows, known } = await namedUsers(select);
  for (const { project_id, users } of rows) {
    const before = counted.get(project_id);
    if (before && before.users > 0) continue;
    counted.set(project_id, { users: Number(users), from: known, sessions: before?.sessions ?? 0 });
  }
  return counted;
}

const USERS_OF_ROWS = "uniqCombined64If(15)(user_key, user_key != '')";
const OF_EVENTS = `SELECT project_id, users FROM events_hourly
  WHERE project_id IN {projects:Array(UInt32)} AND hour >= toDateTime({hour:UInt32}, 'UTC')`;
/** In the spelling of an event's user with an id. */
const OF_LOGS = `SELECT project_id, uniqCombined64State(15)(concat('id:', user_id)) AS users FROM logs
  WHERE project_id IN {projects:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
    AND user_id != '' GROUP BY project_id`;
const merged = (of: string) =>
  `SELECT project_id, uniqCombined64Merge(15)(users) AS users, 0 AS sessions FROM (${of}) GROUP BY project_id`;

async function namedUsers(
  select: (sql: string) => Promise<CountRow[]>,
): Promise<{ rows: CountRow[]; known: Active['from'] }> {
  try {
    return { rows: await select(merged(`${OF_EVENTS} UNION ALL ${OF_LOGS}`)), known: 'records' };
  } catch (error) {
    if (!(error instanceof Rejection && error.code === 'query_too_costly')) throw error;
    return { rows: await select(merged(OF_EVENTS)), known: 'events' };
  }
}
