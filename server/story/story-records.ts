/** What the engine is asked for a story: log records, spans and errors within a time, of which so many as one reads. */
import { type IssueStores, issueOfHash } from '#server/issues/issues.ts';
import { shortId } from '#server/issues/short-id.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { scopeSql, TIE, timeOf } from '#server/query/plan/compile-plan.ts';
import type { PlanFilter, PlanRange } from '#server/query/plan/plan.ts';
import { type Deadline, readRecords, type WholeRow } from '#server/query/plan/run-plan.ts';
import { SPAN_COLUMNS, type StoredSpan, toSpan } from '#server/traces/span.ts';
import type { Gaps } from './gaps.ts';
import { type ErrorRow, lineOfError, lineOfLog, lineOfSpan, type StoryLine } from './story-line.ts';
import type { IdReason } from './ties.ts';

/** Lines of one reason: a thousand is what a person scrolls through, and most requests have dozens. */
export const LOGS_MAX = 1_000;
/** Of the host: only what is nearest may have to do with it. */
export const PROCESS_LOGS_MAX = 200;
const SPANS_MAX = 500;
const ERRORS_MAX = 100;
/** Of one reason: answers are held in memory, and a single record may have 30 MB. */
const BYTES_MAX = 8_000_000;

export interface Sources {
  stores: IssueStores;
  projects: readonly number[];
  deadline: Deadline;
  gaps: Gaps;
}

export interface LogsWanted {
  /** As a gap calls them: `log lines of the user`. */
  what: string;
  filter: PlanFilter;
  range: PlanRange;
  /** Where lines matter most. */
  middle: bigint;
  limit?: number;
}

/** In the order of time. Of too many those nearest to the middle, twice as many before it as after. */
export function storyLogs(sources: Sources, wanted: LogsWanted): Promise<StoryLine[]> {
  return sources.gaps.part(wanted.what, readLogs(sources, wanted), []);
}

async function readLogs(
  sources: Sources,
  { what, filter, range, middle, limit = LOGS_MAX }: LogsWanted,
): Promise<StoryLine[]> {
  const all = await take(sources, filter, range, 'forward', limit);
  let rows = all.rows;
  if (all.isCut) {
    const older = Math.ceil((limit * 2) / 3);
    const [before, after] = await Promise.all([
      take(sources, filter, { start: range.start, end: middle }, 'backward', older),
      take(sources, filter, { start: middle, end: range.end }, 'forward', limit - older),
    ]);
    rows = [...before.rows.reverse(), ...after.rows];
    sources.gaps.add(
      what,
      all.isCut,
      all.isCut === 'bytes'
        ? `The ${what} are large: only the ${rows.length} nearest to the error are here.`
        : `There are more ${what}: only the ${rows.length} nearest to the error are here.`,
    );
  }
  return rows.map(lineOfLog);
}

async function take(
  { stores: { telemetry }, projects, deadline }: Sources,
  filter: PlanFilter,
  range: PlanRange,
  direction: 'forward' | 'backward',
  limit: number,
): Promise<{ rows: WholeRow[]; isCut: '' | 'limit' | 'bytes' }> {
  const rows: WholeRow[] = [];
  let bytes = 0;
  if (range.start >= range.end) return { rows, isCut: '' };
  const pages = readRecords(
    { telemetry, deadline },
    { projects, range, filter },
    { direction, pageRows: limit + 1, columns: 'whole', atOnce: true },
  );
  for await (const page of pages)
    for (const row of page.rows) {
      if (rows.length === limit) return { rows, isCut: 'limit' };
      bytes += row.body.length + Object.values(row.attributes).reduce((sum, { length }) => sum + length, 0);
      if (bytes > BYTES_MAX && rows.length > 0) return { rows, isCut: 'bytes' };
      rows.push(row);
    }
  return { rows, isCut: '' };
}

/** Kinds of lines that broke just then, anywhere: more are an outage of everything. */
const BROKE_MAX = 40;
/** A line of each is enough to tell what it is about. */
const BROKE_CHARS = 4_000;

/** Of each kind of warning and worse, whatever its service, the last line; without attributes, which cost most of the reading. */
export async function whatBroke(sources: Sources, range: PlanRange): Promise<StoryLine[]> {
  const bound = new BoundValues();
  const where = scopeSql(range, bound).join(' AND ');
  const rows = await sources.gaps.part(
    'lines of other services at the same time',
    sources.stores.telemetry.select<WholeRow>(
      [...sources.projects],
      `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS time, toString(${TIE}) AS tie, project_id, severity_number,
          severity_text, service, host, environment, release, scope, event_name,
          substringUTF8(body, 1, ${BROKE_CHARS}) AS body, toString(pattern_id) AS pattern, trace_id, span_id, user_id,
          session_id, request_id, source, map() AS labels, map() AS resource, map() AS attributes, map() AS attribute_types
        FROM logs WHERE ${where} AND severity_number >= 13
        ORDER BY timestamp DESC LIMIT 1 BY project_id, service, pattern_id, intDiv(severity_number + 3, 4)
        LIMIT ${BROKE_MAX}`,
      { params: bound.params, timeoutMs: sources.deadline.left() },
    ),
    [],
  );
  return rows.map((row) => ({ ...lineOfLog(row), why: 'time' }));
}

export interface SpansWanted {
  what: string;
  /** Of any of these columns one of the values. */
  of: readonly (readonly [column: `${IdReason}_id`, values: readonly string[]])[];
  range: PlanRange;
  middle: bigint;
}

/** Of too many those that failed, then those nearest to the middle. */
export async function storySpans(
  sources: Sources,
  { what, of, range, middle }: SpansWanted,
): Promise<StoryLine[]> {
  const asked = of.filter(([, values]) => values.length > 0);
  if (asked.length === 0) return [];
  const bound = new BoundValues();
  const scope = scopeSql(range, bound, 'spans').join(' AND ');
  const any = asked.map(([column, values]) => `${column} IN ${bound.bind('Array(String)', values)}`);
  const where = `${scope} AND (${any.join(' OR ')})`;
  const at = timeOf(middle, bound);
  // First the small columns: a job may make a trace of millions of spans, each of them large.
  const rows = await sources.gaps.part(
    what,
    sources.stores.telemetry.select<StoredSpan>(
      [...sources.projects],
      `SELECT ${SPAN_COLUMNS} FROM spans WHERE ${where} AND span_id IN (
          SELECT span_id FROM spans WHERE ${where}
          GROUP BY span_id
          ORDER BY max(status = 'error') DESC, min(abs(timestamp - ${at})), span_id LIMIT ${SPANS_MAX + 1})
        ORDER BY timestamp, span_id, received_at LIMIT 1 BY project_id, span_id LIMIT ${SPANS_MAX + 1}`,
      { params: bound.params, timeoutMs: sources.deadline.left() },
    ),
    [],
  );
  if (rows.length > SPANS_MAX)
    sources.gaps.add(
      what,
      'limit',
      `There are more ${what}: ${SPANS_MAX} are here, those that failed first.`,
    );
  return rows.slice(0, SPANS_MAX).map((row) => lineOfSpan(toSpan(row)));
}

export const ERROR_COLUMNS = `project_id, event_id, grouping_hash, toUnixTimestamp64Milli(timestamp) AS at, title, culprit,
  level, service, host, trace_id, span_id, request_id, session_id, user_id, user_key`;

export interface ErrorsWanted {
  /** As a gap calls them. */
  what: string;
  traces: { values: readonly string[]; range: PlanRange };
  /** As events name users, `id:42`. */
  userKeys: { values: readonly string[]; range: PlanRange };
}

/** Errors of these traces or users, whatever their issue. */
export async function storyErrors(
  sources: Sources,
  { what, traces, userKeys }: ErrorsWanted,
): Promise<StoryLine[]> {
  const bound = new BoundValues();
  const asked = [
    { column: 'trace_id', ...traces },
    { column: 'user_key', ...userKeys },
  ].filter(({ values }) => values.length > 0);
  if (asked.length === 0) return [];
  const any = asked.map(({ column, values, range }) =>
    [
      ...scopeSql(range, bound, 'events').slice(1),
      `${column} IN ${bound.bind('Array(String)', values)}`,
    ].join(' AND '),
  );
  const rows = await sources.gaps.part(
    what,
    sources.stores.telemetry.select<ErrorRow>(
      [...sources.projects],
      `SELECT ${ERROR_COLUMNS} FROM events WHERE project_id IN {projects:Array(UInt32)} AND ((${any.join(') OR (')}))
        ORDER BY timestamp DESC, event_id LIMIT ${ERRORS_MAX + 1}`,
      { params: bound.params, timeoutMs: sources.deadline.left() },
    ),
    [],
  );
  if (rows.length > ERRORS_MAX)
    sources.gaps.add(what, 'limit', `There are more ${what}: the ${ERRORS_MAX} newest are here.`);
  return withIssues(sources.stores, rows.slice(0, ERRORS_MAX));
}

/** Each hash is asked for once: the errors of one story are mostly of one or two issues. */
export async function withIssues(stores: IssueStores, rows: readonly ErrorRow[]): Promise<StoryLine[]> {
  const keyOf = ({ project_id, grouping_hash }: ErrorRow) => `${project_id}:${grouping_hash}`;
  const owners = new Map<string, number | null>();
  for (const row of rows)
    if (!owners.has(keyOf(row)))
      owners.set(keyOf(row), await issueOfHash(stores, row.project_id, row.grouping_hash));
  const ids = [...new Set([...owners.values()].filter((id) => id !== null))];
  const names = new Map<number, { id: string; shortId: string }>();
  if (ids.length > 0)
    for (const { id, number, slug } of await stores.metadata.db
      .selectFrom('issue')
      .innerJoin('project', 'project.id', 'issue.project_id')
      .select(['issue.id', 'issue.number', 'project.slug'])
      .where('issue.id', 'in', ids)
      .execute())
      names.set(id, { id: String(id), shortId: shortId(slug, number) });
  return rows.map((row) => lineOfError(row, names.get(owners.get(keyOf(row)) ?? -1) ?? null));
}
