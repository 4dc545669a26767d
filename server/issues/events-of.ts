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
}

export async function eventsOf(stores: IssueStores, { row }: FoundIssue): Promise<EventsOf> {
  const hashes = (await hashesOf(stores, [row.id])).get(row.id)!;
  return {
    projects: [row.project_id],
    where: 'project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}',
    params: { hashes: hashes.slice(0, HASHES_MAX) },
  };
}

/** Every event of a project, whatever its issue. */
export function eventsOfProject(project: number): EventsOf {
  return { projects: [project], where: 'project_id IN {projects:Array(UInt32)}', params: {} };
}

/** The place of an event in the order. */
export interface EventPlace {
  at: number;
  event_id: string;
}

/** Timestamp as number and id: what a place is made of. */
export const PLACE = 'toUnixTimestamp64Milli(timestamp) AS at, event_id';

/** Compares an event's place with a bound one. */
export const placeIs = (operator: '<' | '>', at: string, id: string) =>
  `(timestamp, event_id) ${operator} (fromUnixTimestamp64Milli({${at}:Int64}, 'UTC'), {${id}:String})`;
