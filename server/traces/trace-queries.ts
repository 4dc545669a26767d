/**
 * What is stored of a trace, in the order of time: spans, log records and errors, each as many as one answer holds. Its
 * time need not be known: the indexes of trace ids say in which few granules it lies.
 */
import type { LogRecord } from '#contract/logs.ts';
import type { Span, TraceError } from '#contract/traces.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { findIssues, type IssueStores, iso, issueOfHash, toIssue } from '#server/issues/issues.ts';
import { toLogRecord } from '#server/logs/logs.ts';
import { Deadline, readRecords, type WholeRow } from '#server/query/plan/run-plan.ts';
import type { Severity } from '#server/record/severity.ts';
import { SPAN_COLUMNS, type StoredSpan, toSpan } from './span.ts';

/** As many as a person scrolls through, and a browser lays out. */
export const SPANS_MAX = 10_000;
export const LOGS_MAX = 1_000;
export const ERRORS_MAX = 100;
/** Of the spans, and of the log records, of one answer: a single one may have 30 MB, and answers are held in memory. */
const BYTES_MAX = 8_000_000;

/** The first so many of `items`, and whether there were more. */
export interface Part<Item> {
  items: Item[];
  isCut: boolean;
}

const OF_TRACE = 'project_id IN {projects:Array(UInt32)} AND trace_id = {trace:String}';

export async function spansOfTrace(
  { telemetry }: IssueStores,
  projects: number[],
  trace: string,
): Promise<Part<Span>> {
  const params = { trace, bytes: BYTES_MAX };
  // First the small columns: a job that runs for days may make a trace of millions of spans.
  const [whole] = await telemetry.select<{ stored: number; until: string }>(
    projects,
    `SELECT count() AS stored, toString(toUnixTimestamp64Nano(groupArraySorted(${SPANS_MAX})(timestamp)[-1])) AS until
      FROM spans WHERE ${OF_TRACE}`,
    { params },
  );
  if (!whole || whole.stored === 0) return { items: [], isCut: false };
  // Exporters send again what they heard no answer to: each span once, as it was first received.
  const rows = await telemetry.select<StoredSpan & { found: number }>(
    projects,
    `SELECT * FROM (
      SELECT ${SPAN_COLUMNS}, count() OVER () AS found,
        sum(byteSize(name, resource, attributes, events, links))
          OVER (ORDER BY timestamp, span_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM (
        SELECT * FROM spans WHERE ${OF_TRACE} AND timestamp <= fromUnixTimestamp64Nano({until:Int64})
        ORDER BY timestamp, span_id, received_at LIMIT 1 BY project_id, span_id LIMIT ${SPANS_MAX}
      ) ORDER BY timestamp, span_id
    ) WHERE before <= {bytes:UInt64}`,
    { params: { ...params, until: whole.until } },
  );
  return { items: rows.map(toSpan), isCut: whole.stored > SPANS_MAX || rows.length < (rows[0]?.found ?? 0) };
}

/** For all statements about log records. */
const LOGS_TIMEOUT_MS = 10_000;

export async function logsOfTrace(
  { telemetry }: IssueStores,
  projects: number[],
  trace: string,
): Promise<Part<LogRecord>> {
  const [whole] = await telemetry.select<{ stored: number; first: string; last: string }>(
    projects,
    `SELECT count() AS stored, toString(toUnixTimestamp64Nano(min(timestamp))) AS first,
        toString(toUnixTimestamp64Nano(max(timestamp))) AS last
      FROM logs WHERE ${OF_TRACE}`,
    { params: { trace } },
  );
  if (!whole || whole.stored === 0) return { items: [], isCut: false };
  const pages = readRecords(
    { telemetry, deadline: new Deadline(LOGS_TIMEOUT_MS) },
    {
      projects,
      range: { start: BigInt(whole.first), end: BigInt(whole.last) + 1n },
      filter: { is: 'equal', text: { is: 'column', column: 'trace_id' }, value: trace },
    },
    { direction: 'forward', pageRows: LOGS_MAX, columns: 'whole' },
  );
  const shown: WholeRow[] = [];
  let bytes = 0;
  for await (const { rows } of pages) {
    for (const row of rows) {
      if (shown.length === LOGS_MAX || bytes > BYTES_MAX) break;
      shown.push(row);
      bytes += sizeOf(row);
    }
    if (shown.length === LOGS_MAX || bytes > BYTES_MAX) break;
  }
  return { items: shown.map(toLogRecord), isCut: shown.length < whole.stored };
}

/** Characters of what may be large in it. */
function sizeOf({ body, attributes }: WholeRow): number {
  return Object.values(attributes).reduce((sum, value) => sum + value.length, body.length);
}

interface StoredError {
  event_id: string;
  project_id: number;
  grouping_hash: string;
  at: number;
  title: string;
  culprit: string;
  level: string;
  service: string;
  host: string;
  release: string;
  environment: string;
  span_id: string;
  user_id: string;
}

export async function errorsOfTrace(
  stores: IssueStores,
  viewer: Viewer,
  projects: number[],
  trace: string,
): Promise<Part<TraceError>> {
  const rows = await stores.telemetry.select<StoredError>(
    projects,
    `SELECT event_id, project_id, grouping_hash, toUnixTimestamp64Milli(timestamp) AS at, title, culprit, level, service,
        host, release, environment, span_id, user_id
      FROM events WHERE ${OF_TRACE} ORDER BY timestamp, event_id LIMIT {limit:UInt32}`,
    { params: { trace, limit: ERRORS_MAX + 1 } },
  );
  const items = rows.slice(0, ERRORS_MAX);
  const issueOf = await issuesOf(stores, viewer, items);
  return {
    isCut: rows.length > ERRORS_MAX,
    items: items.map((row) => ({
      eventId: row.event_id,
      projectId: String(row.project_id),
      issue: issueOf(row),
      timestamp: iso(row.at),
      title: row.title,
      culprit: row.culprit,
      level: row.level as Severity,
      service: row.service,
      host: row.host,
      release: row.release,
      environment: row.environment,
      spanId: row.span_id,
      userId: row.user_id,
    })),
  };
}

const keyOf = ({ project_id, grouping_hash }: StoredError) => `${project_id}:${grouping_hash}`;

/** Each hash is asked for once: the errors of a trace are mostly of one or two issues. */
async function issuesOf(
  stores: IssueStores,
  viewer: Viewer,
  errors: readonly StoredError[],
): Promise<(error: StoredError) => TraceError['issue']> {
  const ids = new Map<string, number | null>();
  for (const error of errors)
    if (!ids.has(keyOf(error)))
      ids.set(keyOf(error), await issueOfHash(stores, error.project_id, error.grouping_hash));
  const found = await findIssues(
    stores,
    viewer,
    [...ids.values()].flatMap((id) => (id === null ? [] : [String(id)])),
  );
  const issues = new Map(found.map((issue) => [issue.row.id, toIssue(issue, stores.clock.now())]));
  return (error) => {
    const issue = issues.get(ids.get(keyOf(error)) ?? 0);
    return issue ? { id: issue.id, shortId: issue.shortId, status: issue.status } : null;
  };
}
