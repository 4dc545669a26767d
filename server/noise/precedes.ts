/**
 * Which issues a pattern goes before: those with occurrences that have a record of it in the same trace or request
 * before them, of the same user within five minutes, or of the same service within a minute. Asked before a rule
 * takes such records away, since they may be what explains the next occurrence.
 */
import type { NoiseCheck } from '#contract/noise.ts';
import { shortId } from '#server/issues/short-id.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

const DAYS = 7;
const DAY_MS = 86_400_000;
/** Occurrences looked at of each kind of event, the newest, and of all kinds together. */
const OCCURRENCES_OF_HASH = 20;
const OCCURRENCES_MAX = 5_000;
const SAME_USER_SECONDS = 300;
const SAME_SERVICE_SECONDS = 60;
/** A clock of one machine may be behind that of another, and an error is often told before its last line is written. */
const CLOCKS_MS = 1_000;
const ISSUES_SHOWN = 20;
const TIMEOUT_MS = 15_000;

/** Records of a pattern, or those of them that have a text. */
export interface RecordsOf {
  pattern: string;
  contains: string;
}

interface Preceded {
  hash: string;
  occurrences: number;
  preceded: number;
  trace: number;
  request: number;
  user: number;
  service: number;
}

export async function precededIssues(
  { db, telemetry }: { db: MetadataDb; telemetry: TelemetryStore },
  project: { id: number; slug: string },
  what: RecordsOf,
  now: number,
): Promise<NoiseCheck> {
  const params = { ...what, from: now - DAYS * DAY_MS };
  const rows = await telemetry.select<Preceded>([project.id], PRECEDED, {
    params,
    timeoutMs: TIMEOUT_MS,
    rowsMax: OCCURRENCES_MAX,
  });
  const events = rows.reduce((sum, { occurrences }) => sum + occurrences, 0);
  const issues = await asIssues(
    db,
    project,
    rows.filter(({ preceded }) => preceded > 0),
  );
  const minutesShare = issues.some(({ ties }) => ties.service > 0)
    ? await shareOfMinutes(telemetry, project.id, params)
    : null;
  return {
    events,
    days: DAYS,
    issuesInAll: issues.length,
    issues: issues.slice(0, ISSUES_SHOWN),
    minutesShare,
  };
}

const SINCE = "timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')";
const OURS = `project_id IN {projects:Array(UInt32)} AND ${SINCE}`;
const OCCURRENCES = `SELECT grouping_hash, event_id, timestamp, trace_id, request_id, user_id, service FROM events
  WHERE ${OURS} ORDER BY timestamp DESC LIMIT ${OCCURRENCES_OF_HASH} BY grouping_hash LIMIT ${OCCURRENCES_MAX}`;
const IS_OF_PATTERN =
  "pattern_id = {pattern:UInt64} AND ({contains:String} = '' OR position(body, {contains:String}) > 0)";
const OF_PATTERN = `${OURS} AND ${IS_OF_PATTERN}`;

/** When records with an id were first there: of a trace any time before counts. */
const firstOf = (column: string) => `SELECT ${column}, min(timestamp) AS first FROM logs
  WHERE ${OF_PATTERN} AND ${column} != '' AND ${column} IN (SELECT ${column} FROM occurrences) GROUP BY ${column}`;
/** When they were there, to the second. */
const secondsOf = (column: string) => `SELECT DISTINCT ${column}, toDateTime(timestamp, 'UTC') AS at FROM logs
  WHERE ${OF_PATTERN} AND ${column} != '' AND ${column} IN (SELECT ${column} FROM occurrences)`;

/** Those of one service are looked at around its occurrences only: a pattern may have millions. */
const SECONDS_OF_SERVICE = `SELECT DISTINCT service, toDateTime(timestamp, 'UTC') AS at FROM logs
  WHERE ${OF_PATTERN} AND (service, toStartOfMinute(timestamp)) IN (
    SELECT service, arrayJoin([toStartOfMinute(timestamp), toStartOfMinute(timestamp) - INTERVAL 1 MINUTE, toStartOfMinute(timestamp) + INTERVAL 1 MINUTE])
    FROM occurrences WHERE service != '')`;

const PRECEDED = `WITH occurrences AS (${OCCURRENCES})
  SELECT grouping_hash AS hash, count() AS occurrences, countIf(in_trace OR in_request OR of_user OR of_service) AS preceded,
    countIf(in_trace) AS trace, countIf(in_request) AS request, countIf(of_user) AS user, countIf(of_service) AS service
  FROM (
    SELECT o.grouping_hash AS grouping_hash,
      t.first > toDateTime64(0, 9, 'UTC') AND t.first <= o.timestamp + INTERVAL ${CLOCKS_MS} MILLISECOND AS in_trace,
      r.first > toDateTime64(0, 9, 'UTC') AND r.first <= o.timestamp + INTERVAL ${CLOCKS_MS} MILLISECOND AS in_request,
      u.at > toDateTime(0, 'UTC') AND dateDiff('second', u.at, o.seconds) <= ${SAME_USER_SECONDS} AS of_user,
      s.at > toDateTime(0, 'UTC') AND dateDiff('second', s.at, o.seconds) <= ${SAME_SERVICE_SECONDS} AS of_service
    FROM (SELECT *, toDateTime(timestamp + INTERVAL ${CLOCKS_MS} MILLISECOND, 'UTC') AS seconds FROM occurrences) AS o
    LEFT JOIN (${firstOf('trace_id')}) AS t ON t.trace_id = o.trace_id
    LEFT JOIN (${firstOf('request_id')}) AS r ON r.request_id = o.request_id
    ASOF LEFT JOIN (${secondsOf('user_id')}) AS u ON u.user_id = o.user_id AND u.at <= o.seconds
    ASOF LEFT JOIN (${SECONDS_OF_SERVICE}) AS s ON s.service = o.service AND s.at <= o.seconds
  )
  GROUP BY hash`;

/** Issues own hashes; what belongs to none any more is left out. */
async function asIssues(
  db: MetadataDb,
  project: { id: number; slug: string },
  rows: readonly Preceded[],
): Promise<NoiseCheck['issues']> {
  const found = new Map<number, NoiseCheck['issues'][number]>();
  const rowOf = new Map(rows.map((row) => [row.hash, row]));
  for (const hashes of statementParts([...rowOf.keys()], 1)) {
    const owners = await db
      .selectFrom('issue_hash')
      .innerJoin('issue', 'issue.id', 'issue_hash.issue_id')
      .select(['issue_hash.hash', 'issue.id', 'issue.number', 'issue.title'])
      .where('issue_hash.project_id', '=', project.id)
      .where('issue_hash.hash', 'in', hashes)
      .execute();
    for (const { hash, id, number, title } of owners) {
      const { occurrences, preceded, trace, request, user, service } = rowOf.get(hash)!;
      const issue = found.get(id) ?? {
        ...{ id: String(id), shortId: shortId(project.slug, number), title, occurrences: 0, preceded: 0 },
        ties: { trace: 0, request: 0, user: 0, service: 0 },
      };
      issue.occurrences += occurrences;
      issue.preceded += preceded;
      issue.ties.trace += trace;
      issue.ties.request += request;
      issue.ties.user += user;
      issue.ties.service += service;
      found.set(id, issue);
    }
  }
  const sureness = ({ ties }: NoiseCheck['issues'][number]) => ties.trace + ties.request;
  return [...found.values()].sort((a, b) => sureness(b) - sureness(a) || b.preceded - a.preceded);
}

async function shareOfMinutes(
  telemetry: TelemetryStore,
  project: number,
  params: Record<string, unknown>,
): Promise<number | null> {
  const minutes = '(service, toStartOfMinute(timestamp))';
  const [row] = await telemetry.select<{ withPattern: number; all: number }>(
    [project],
    `SELECT uniqIf(${minutes}, ${IS_OF_PATTERN}) AS withPattern, uniq(${minutes}) AS all FROM logs
      WHERE ${OURS} AND service IN (SELECT DISTINCT service FROM logs WHERE ${OF_PATTERN})`,
    { params, timeoutMs: TIMEOUT_MS },
  );
  return row && row.all > 0 ? Math.min(1, row.withPattern / row.all) : null;
}
