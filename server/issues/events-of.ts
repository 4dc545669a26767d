/**
 * Events in telemetry: which rows are meant, and how they are ordered. Newest first; events of
 * the same millisecond by id, so that every event has one place.
 */
import type { FoundIssue, IssueStores } from './issues.ts';
import { hashesOf } from './issues.ts';

/**
 * Grouping hashes asked for at once. An issue has one or two, a merged one dozens; this many would be 350 KB of
 * parameters.
 */
const HASHES_MAX = 10_000;

/** Some events: the projects they are in, and the condition that selects them, in `events` and `events_hourly` alike. */
export interface EventsOf {
  projects: number[];
  where: string;
  params: Record<string, unknown>;
  /** No event is older, and the newest is about as new; ms. Where looking begins and may end. */
  oldest: number;
  newest: number;
}

export async function eventsOf(stores: IssueStores, { row }: FoundIssue): Promise<EventsOf> {
  const hashes = (await hashesOf(stores, [row.id])).get(row.id)!;
  return {
    projects: [row.project_id],
    where: 'project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}',
    params: { hashes: hashes.slice(0, HASHES_MAX) },
    oldest: row.first_seen,
    newest: row.last_seen,
  };
}

/** Every event of some projects, whatever its issue. */
export function eventsOfProjects(projects: number[], now: number): EventsOf {
  const where = 'project_id IN {projects:Array(UInt32)}';
  return { projects, where, params: {}, oldest: 0, newest: now };
}

const DAY_MS = 24 * 60 * 60 * 1000;
const SPANS_MS = [DAY_MS, 14 * DAY_MS];

/**
 * Looks in growing spans of time until enough is found: what is newest is mostly found in the last day, however
 * many days of events lie before it. `look` gets the time since when to look.
 */
export async function lookBack<Row>(
  { oldest, newest }: EventsOf,
  options: { until?: number; enough: number },
  look: (since: number) => Promise<Row[]>,
): Promise<Row[]> {
  const until = options.until ?? newest;
  for (const span of SPANS_MS) {
    if (until - span <= oldest) break;
    const rows = await look(until - span);
    if (rows.length >= options.enough) return rows;
  }
  return look(Math.max(0, oldest));
}

/** The place of an event in the order. */
export interface EventPlace {
  at: number;
  event_id: string;
}

/** Timestamp as number and id: what a place is made of. */
export const PLACE = 'toUnixTimestamp64Milli(timestamp) AS at, event_id';

/** Compares an event's place with a bound one. Said of the time alone besides, which the primary key can use. */
export const placeIs = (operator: '<' | '>', at: string, id: string) => {
  const time = `fromUnixTimestamp64Milli({${at}:Int64}, 'UTC')`;
  return `timestamp ${operator}= ${time} AND (timestamp, event_id) ${operator} (${time}, {${id}:String})`;
};
