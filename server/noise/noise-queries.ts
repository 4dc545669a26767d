/**
 * What is counted for the report, on the engine. Records are counted exactly. Texts must be read to be measured, so
 * of many records only those in one of so many spans of five minutes are, and multiplied: 1 M records of 200 bytes took
 * 0.16 s on one core, 0.07 without looking for repeated lines.
 */
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

export interface NoiseScope {
  telemetry: TelemetryStore;
  projects: readonly number[];
  /** Milliseconds since 1970. */
  from: number;
  to: number;
}

/** Records whose texts are read for one report: a second of one core. */
const MEASURED_RECORDS_MAX = 5_000_000;
/** Patterns of one report; the costliest. */
export const PATTERNS_MAX = 200;
const SERVICES_MAX = 100;
/** Kinds of events that are looked at for the costliest issues. */
const HASHES_MAX = 1_000;
/** Events whose payloads are read for one report: 2 KB each. */
const MEASURED_EVENTS_MAX = 200_000;
/** Characters of a sample: what decides a pattern. */
const SAMPLE_CHARS = 2_000;
/** The same text of one service within so many seconds is a repetition. */
const REPEATED_SECONDS = 5;
const PRODUCTION = ['production', 'prod', 'live', 'prd'];
const TIMEOUT_MS = 15_000;

const WITHIN = `project_id IN {projects:Array(UInt32)}
  AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
const MEASURED = 'intDiv(toUnixTimestamp(timestamp), 300) % {oneIn:UInt32} = 0';

/** A stack trace or an exception in a record that does not say it is an error. */
const HOLDS_EXCEPTION = `severity_number <= 12 AND (mapContains(attributes, 'exception.type')
  OR mapContains(attributes, 'exception.stacktrace')
  OR ((position(body, '\\n') > 0 OR position(body, '\\\\n') > 0)
    AND match(substring(body, 1, 16384), {frame:String})))`;
/** As server/process/noise knows frames, in the engine's syntax. */
const FRAME =
  '(\\n|\\\\n)(\\\\t|\\s)*(at [\\w$.<\\[]|File \\\\?"|from [^\\s:]+:\\d|#\\d+ |goroutine \\d|[\\w./-]+\\.go:\\d|Caused by: )|Traceback \\(most recent call last\\)';

/** Paths that only ask whether a program is there, as server/filters has them for transactions. */
const HEALTH =
  '(/[\\w./-]*(?:health[_-]?check|heartbeat|actuator/health)[\\w./-]*|/(?:[\\w.-]+/)*(?:health(?:z|y|/live|/ready)?|live(?:z|ness)?|readyz?|readiness|ping|up)/?)(?:[?"\\s]|$)';
/** Looked for first: few lines have one of these, and a search for fixed texts costs a tenth of a pattern's. */
const IS_HEALTH_CHECK = `multiSearchAny(body, ['/health', '/live', '/ready', '/readiness', '/ping', '/up', '/heartbeat', '/actuator'])
  AND match(substring(body, 1, 1000), {health:String})`;

export interface PatternCost {
  project: number;
  pattern: string;
  records: number;
  errors: number;
  body: number;
  attributes: number;
  sample: string;
  services: string[];
  levels: Record<string, number>;
  debugInProduction: number;
  exceptions: number;
  repeated: number;
  /** Lines that only ask whether the program is there, and a path of them. */
  healthChecks: number;
  healthPath: string;
}

export async function countLogs({ telemetry, projects, from, to }: NoiseScope) {
  const [row] = await telemetry.select<{ records: number; errors: number; patterns: number }>(
    projects,
    `SELECT count() AS records, countIf(severity_number >= 17) AS errors, uniqExact(project_id, pattern_id) AS patterns
      FROM logs WHERE ${WITHIN}`,
    { params: { from, to }, timeoutMs: TIMEOUT_MS },
  );
  return row!;
}

export const measuredOneIn = (records: number) => Math.max(1, Math.ceil(records / MEASURED_RECORDS_MAX));

/**
 * The costliest patterns, and those that are named, which may cost little. Exact in records; what is read in texts is
 * multiplied by `oneIn`.
 */
export async function patternCosts(
  scope: NoiseScope,
  oneIn: number,
  named: readonly string[],
): Promise<PatternCost[]> {
  const { telemetry, projects, from, to } = scope;
  // Ids of patterns are safe integers.
  const params = {
    from,
    to,
    oneIn,
    named: named.map(Number),
    frame: FRAME,
    health: HEALTH,
    production: PRODUCTION,
  };
  const counted = `SELECT project_id AS project, pattern_id, count() AS records, countIf(severity_number >= 17) AS errors,
      arraySlice(groupUniqArray(5)(service), 1, 5) AS services,
      sumMap(map(toUInt8(ceil(severity_number / 4)), toUInt64(1))) AS levels,
      countIf(severity_number BETWEEN 1 AND 8 AND lower(environment) IN {production:Array(String)}) AS debugInProduction
    FROM logs WHERE ${WITHIN} GROUP BY project, pattern_id`;
  const measured = `SELECT project_id AS project, pattern_id, sum(length(body)) AS body_bytes, sum(byteSize(attributes)) AS attribute_bytes,
      any(substring(body, 1, ${SAMPLE_CHARS})) AS sample, countIf(${HOLDS_EXCEPTION}) AS with_exception, count() AS seen,
      countIf(${IS_HEALTH_CHECK}) AS health, anyIf(extract(body, {health:String}), ${IS_HEALTH_CHECK}) AS health_path,
      greatest(0, toInt64(count()) - toInt64(uniqCombined64(14)(service, body, toStartOfInterval(timestamp, INTERVAL ${REPEATED_SECONDS} SECOND)))) AS said_again
    FROM logs WHERE ${WITHIN} AND ${MEASURED} GROUP BY project, pattern_id`;
  return telemetry.select<PatternCost>(
    projects,
    `SELECT project, toString(pattern_id) AS pattern, records, errors, services, levels, debugInProduction,
        toUInt64(body_bytes * records / greatest(seen, 1)) AS body, toUInt64(attribute_bytes * records / greatest(seen, 1)) AS attributes,
        toUInt64(with_exception * records / greatest(seen, 1)) AS exceptions,
        toUInt64(said_again * records / greatest(seen, 1)) AS repeated,
        toUInt64(health * records / greatest(seen, 1)) AS healthChecks, health_path AS healthPath, sample
      FROM (${counted}) AS counted LEFT JOIN (${measured}) AS measured USING (project, pattern_id)
      ORDER BY has({named:Array(UInt64)}, pattern_id) DESC, body + attributes DESC, records DESC, pattern_id
      LIMIT ${PATTERNS_MAX + named.length}`,
    { params, timeoutMs: TIMEOUT_MS },
  );
}

export interface ServiceCost {
  service: string;
  records: number;
  errors: number;
  body: number;
  attributes: number;
}

export function serviceCosts({ telemetry, projects, from, to }: NoiseScope, oneIn: number) {
  const counted = `SELECT service, count() AS records, countIf(severity_number >= 17) AS errors
    FROM logs WHERE ${WITHIN} GROUP BY service`;
  const measured = `SELECT service, sum(length(body)) AS body_bytes, sum(byteSize(attributes)) AS attribute_bytes, count() AS seen
    FROM logs WHERE ${WITHIN} AND ${MEASURED} GROUP BY service`;
  return telemetry.select<ServiceCost>(
    projects,
    `SELECT service, records, errors, toUInt64(body_bytes * records / greatest(seen, 1)) AS body,
        toUInt64(attribute_bytes * records / greatest(seen, 1)) AS attributes
      FROM (${counted}) AS counted LEFT JOIN (${measured}) AS measured USING (service)
      ORDER BY body + attributes DESC, service LIMIT ${SERVICES_MAX}`,
    { params: { from, to, oneIn }, timeoutMs: TIMEOUT_MS },
  );
}

/** Of the newest record of a pattern; undefined: there is none in the period. */
export async function newestOf(
  { telemetry, projects, from, to }: NoiseScope,
  pattern: string,
): Promise<string | undefined> {
  const [row] = await telemetry.select<{ body: string }>(
    projects,
    `SELECT substring(body, 1, 16384) AS body FROM logs WHERE ${WITHIN} AND pattern_id = {pattern:UInt64}
      ORDER BY timestamp DESC LIMIT 1`,
    { params: { from, to, pattern }, timeoutMs: TIMEOUT_MS },
  );
  return row?.body;
}

const MET_WITHIN = `project_id IN {projects:Array(UInt32)}
  AND minute >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
/** Patterns and rules that are told of: 500 rules a project at most, and those that were removed. */
const MET_MAX = 10_000;

/** Records that were counted and not kept. */
export interface GonePattern {
  project: number;
  pattern: string;
  records: number;
  services: string[];
}

export function goneByPattern({ telemetry, projects, from, to }: NoiseScope): Promise<GonePattern[]> {
  return telemetry.select<GonePattern>(
    projects,
    `SELECT project_id AS project, toString(pattern_id) AS pattern, sum(noise_counts.records) AS records,
        arraySlice(groupUniqArray(5)(service), 1, 5) AS services
      FROM noise_counts WHERE ${MET_WITHIN} AND fate != 'demoted'
      GROUP BY project, pattern_id ORDER BY records DESC, project, pattern_id LIMIT ${MET_MAX}`,
    { params: { from, to }, timeoutMs: TIMEOUT_MS },
  );
}

export function goneByService({ telemetry, projects, from, to }: NoiseScope) {
  return telemetry.select<{ service: string; records: number }>(
    projects,
    `SELECT service, sum(noise_counts.records) AS records FROM noise_counts WHERE ${MET_WITHIN} AND fate != 'demoted'
      GROUP BY service ORDER BY records DESC, service LIMIT ${SERVICES_MAX}`,
    { params: { from, to }, timeoutMs: TIMEOUT_MS },
  );
}

/** What a rule met, ever: as far back as it is counted. */
export interface RuleCount {
  rule: number;
  fate: string;
  records: number;
  bytes: number;
}

export function countsOfRules(telemetry: TelemetryStore, project: number): Promise<RuleCount[]> {
  return telemetry.select<RuleCount>(
    [project],
    `SELECT rule_id AS rule, fate, sum(noise_counts.records) AS records, sum(noise_counts.bytes) AS bytes
      FROM noise_counts WHERE project_id IN {projects:Array(UInt32)}
      GROUP BY rule, fate ORDER BY rule DESC, fate LIMIT ${MET_MAX}`,
    { timeoutMs: TIMEOUT_MS },
  );
}

export interface HashCost {
  project: number;
  hash: string;
  events: number;
  bytes: number;
}

/** Kinds of events by how many there are; `bytes` of payloads, multiplied where they are too many to be read. */
export async function eventCosts({ telemetry, projects, from, to }: NoiseScope) {
  const [sum] = await telemetry.select<{ events: number }>(
    projects,
    `SELECT count() AS events FROM events WHERE ${WITHIN}`,
    { params: { from, to }, timeoutMs: TIMEOUT_MS },
  );
  const events = sum?.events ?? 0;
  const oneIn = Math.max(1, Math.ceil(events / MEASURED_EVENTS_MAX));
  const counted = `SELECT project_id AS project, grouping_hash AS hash, count() AS events
    FROM events WHERE ${WITHIN} GROUP BY project, hash`;
  const measured = `SELECT project_id AS project, grouping_hash AS hash, sum(length(payload)) AS payload_bytes, count() AS seen
    FROM events WHERE ${WITHIN} AND ${MEASURED} GROUP BY project, hash`;
  const hashes = await telemetry.select<HashCost>(
    projects,
    `SELECT project, hash, events, toUInt64(payload_bytes * events / greatest(seen, 1)) AS bytes
      FROM (${counted}) AS counted LEFT JOIN (${measured}) AS measured USING (project, hash)
      ORDER BY bytes DESC, events DESC, hash LIMIT ${HASHES_MAX}`,
    { params: { from, to, oneIn }, timeoutMs: TIMEOUT_MS },
  );
  return { events, hashes };
}

/** Ids of failures that error lines are held against. */
const FAILURES_MAX = 1_000_000;
/** An error may be told before or after its lines: a retry, a clock that is off. */
const FAILURE_SLACK_MS = 3_600_000;

export interface ErrorLines {
  project: number;
  pattern: string;
  errors: number;
  /** Those that say a trace, a request or a user. */
  linked: number;
  /** Of those, with an error event of the same. */
  failing: number;
}

/** Error lines by pattern, held against error events. Null: there are too many events for it. */
export async function errorLines(
  { telemetry, projects, from, to }: NoiseScope,
  events: number,
): Promise<ErrorLines[] | null> {
  if (events > FAILURES_MAX) return null;
  const failures = (
    column: string,
  ) => `(SELECT ${column} FROM events WHERE project_id IN {projects:Array(UInt32)}
    AND timestamp >= fromUnixTimestamp64Milli({early:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Milli({late:Int64}, 'UTC')
    AND ${column} != '')`;
  const isIn = (column: string) => `(${column} != '' AND ${column} IN ${failures(column)})`;
  return telemetry.select<ErrorLines>(
    projects,
    `SELECT project_id AS project, toString(pattern_id) AS pattern, count() AS errors,
        countIf(trace_id != '' OR request_id != '' OR user_id != '') AS linked,
        countIf(${isIn('trace_id')} OR ${isIn('request_id')} OR ${isIn('user_id')}) AS failing
      FROM logs WHERE ${WITHIN} AND severity_number >= 17
      GROUP BY project, pattern_id ORDER BY errors DESC, pattern_id LIMIT ${PATTERNS_MAX}`,
    {
      params: { from, to, early: from - FAILURE_SLACK_MS, late: to + FAILURE_SLACK_MS },
      timeoutMs: TIMEOUT_MS,
    },
  );
}
