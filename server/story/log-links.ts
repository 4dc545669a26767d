/** Where a log record leads: the error it tells of, those of its span, its trace or its request, with their issues. */
import type { LogLinks } from '#contract/story.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { errorOfLog } from '#server/issues/log-error-links.ts';
import { readLogId } from '#server/logs/logs.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { scopeSql, TIE } from '#server/query/plan/compile-plan.ts';
import { reject } from '#server/record/rejections.ts';
import { rangeAround } from './collect-story.ts';
import type { ErrorRow } from './story-line.ts';
import { ERROR_COLUMNS, withIssues } from './story-records.ts';

/** As many as one looks at; a request that failed more often has one issue. */
const ERRORS_MAX = 10;
/** A request ends within it; what is further away has the same number by chance. */
const AROUND_MS = 3_600_000;
const TIMEOUT_MS = 3_000;

interface Ids {
  trace_id: string;
  span_id: string;
  request_id: string;
  user_id: string;
}

export async function readLogLinks(stores: IssueStores, viewer: Viewer, id: string): Promise<LogLinks> {
  const { project, at, tie } = readLogId(id);
  const visible = projectIds(await visibleProjects(stores, viewer));
  if (!visible.includes(project)) throw reject('not_found', 'no log record has this id');
  const bound = new BoundValues();
  const moment = scopeSql({ start: at, end: at + 1n }, bound).join(' AND ');
  const [record] = await stores.telemetry.select<Ids>(
    [project],
    `SELECT trace_id, span_id, request_id, user_id FROM logs
      WHERE ${moment} AND ${TIE} = ${bound.bind('UInt64', tie)} LIMIT 1`,
    { params: bound.params, timeoutMs: TIMEOUT_MS },
  );
  if (!record) throw reject('not_found', 'no log record has this id, or it is older than records are kept');
  const [own, tied] = await Promise.all([
    errorOfLog(stores, viewer, id),
    errorsOf(stores, visible, at, record),
  ]);
  return {
    errors: own
      ? [{ ...own, why: 'record' }, ...tied.filter(({ eventId }) => eventId !== own.eventId)]
      : tied,
    userId: record.user_id,
  };
}

async function errorsOf(
  stores: IssueStores,
  visible: readonly number[],
  at: bigint,
  { trace_id: trace, span_id: span, request_id: request }: Ids,
): Promise<LogLinks['errors']> {
  if (trace === '' && request === '') return [];
  const bound = new BoundValues();
  const scope = scopeSql(rangeAround(at, AROUND_MS), bound, 'events').join(' AND ');
  // One of them: the index knows traces, and a request has mostly no trace then.
  const tie =
    trace === ''
      ? `request_id = ${bound.bind('String', request)}`
      : `trace_id = ${bound.bind('String', trace)}`;
  const rows = await stores.telemetry.select<ErrorRow>(
    [...visible],
    `SELECT ${ERROR_COLUMNS} FROM events WHERE ${scope} AND ${tie}
      ORDER BY span_id = ${bound.bind('String', span)} DESC,
        abs(toUnixTimestamp64Milli(timestamp) - ${bound.bind('Int64', Number(at / 1_000_000n))}), event_id
      LIMIT ${ERRORS_MAX}`,
    { params: bound.params, timeoutMs: TIMEOUT_MS },
  );
  const lines = await withIssues(stores, rows);
  return lines.flatMap(({ ref, body, spanId }) =>
    ref.eventId && ref.issueId && ref.shortId
      ? [
          {
            eventId: ref.eventId,
            issue: { id: ref.issueId, shortId: ref.shortId, title: body },
            why: trace === '' ? 'request' : span !== '' && spanId === span ? 'span' : 'trace',
          } as const,
        ]
      : [],
  );
}
