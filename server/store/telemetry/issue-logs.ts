/**
 * Which log records are near an error: what retention leaves where they lie when it removes those around them. Nothing
 * is copied: the rows stay in their table and partition, so whoever reads logs finds them, and a run that was cut off and
 * repeated removes the same rows.
 *
 * A record is near an occurrence when it has its trace or request, its user or session within some minutes, or its
 * service within some seconds, to the end of that minute and of that ten seconds: equality of spans is what the engine looks up, where
 * nearness would be compared pair by pair. 2 M records of a day against 2,000 occurrences: 2 s to count, 6 s to mask.
 */
import type { RetentionPolicy } from '#server/record/retention.ts';
import type { Params } from './statements.ts';

/** Occurrences looked at of each kind of event on each day, the first and the last of the day. */
const FIRST_AND_LAST = 10;
/** Of all kinds and projects, first and last each: their users' and services' spans take some 30 MB in the engine. */
const OCCURRENCES_MAX = 10_000;
/** An occurrence of the next day's first minutes has its lines on this day. */
const SLACK_MS = 3_600_000;
const SECONDS_OF_SPAN = 10;

const at = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
const ofProject = (list: string) =>
  `transform(project_id, {valued:Array(UInt32)}, {${list}:Array(Int64)}, 0)`;

const EVENTS = `SELECT project_id, timestamp, trace_id, request_id, session_id, user_id, service FROM events
  WHERE project_id IN {valued:Array(UInt32)} AND timestamp >= ${at('nearFrom')} AND timestamp < ${at('nearTo')}`;
const firstOrLast = (order: 'ASC' | 'DESC') => `SELECT * FROM (${EVENTS}
  ORDER BY timestamp ${order}, event_id LIMIT ${FIRST_AND_LAST} BY project_id, grouping_hash LIMIT ${OCCURRENCES_MAX})`;
const OCCURRENCES = `(${firstOrLast('ASC')} UNION ALL ${firstOrLast('DESC')})`;

const same = (column: string) =>
  `(${column} != '' AND (project_id, ${column}) IN (SELECT project_id, ${column} FROM ${OCCURRENCES}))`;
/** The spans of `length` seconds around an occurrence, `reach` seconds to both sides. */
const near = (column: string, length: number, reach: string) => {
  const span = `toStartOfInterval(timestamp, INTERVAL ${length} SECOND)`;
  const spans = `arrayMap(n -> ${span} + n * ${length}, range(-toInt64(ceil(${reach} / ${length})), toInt64(ceil(${reach} / ${length})) + 1))`;
  return `(${column} != '' AND (project_id, ${column}, ${span}) IN
    (SELECT project_id, ${column}, arrayJoin(${spans}) FROM ${OCCURRENCES}))`;
};

/** SQL: true for a log record to be left. Null: no project keeps any longer than others. */
export function nearIssues(
  { projects }: RetentionPolicy,
  { start, end }: { start: number; end: number },
  before: (days: number) => number,
): { sql: string; params: Params } | null {
  const valued = projects.flatMap(({ project, issueLogs }) => (issueLogs ? [{ project, ...issueLogs }] : []));
  if (valued.length === 0) return null;
  return {
    sql: `(project_id IN {valued:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli(toInt64(${ofProject('issueLimits')}), 'UTC') AND (
      ${same('trace_id')} OR ${same('request_id')}
      OR ${near('user_id', 60, ofProject('userSeconds'))} OR ${near('session_id', 60, ofProject('userSeconds'))}
      OR ${near('service', SECONDS_OF_SPAN, ofProject('serviceSeconds'))}))`,
    params: {
      valued: valued.map(({ project }) => project),
      issueLimits: valued.map(({ days }) => before(days)),
      userSeconds: valued.map(({ minutes }) => minutes * 60),
      serviceSeconds: valued.map(({ seconds }) => seconds),
      nearFrom: start - SLACK_MS,
      nearTo: end + SLACK_MS,
    },
  };
}
