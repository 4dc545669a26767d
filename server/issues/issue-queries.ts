/**
 * The issue list: search, order, page, and what goes with each row. Three questions whatever the page holds: the
 * page and its total to metadata, the trends to telemetry; a search about events adds its own.
 *
 * Pages go on from the last row's place in the order (see cursor.ts). An issue that happens again while one
 * pages moves to the front: it is never listed twice, and is found there by who starts again.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import type * as z from 'zod';
import type { ISSUE_SORTS, IssueList, IssueListItem, IssueListQuery } from '#contract/issues.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { parseSearch } from '#server/query/search.ts';
import type { SearchFilter } from '#server/query/search-filter.ts';
import { periodMs } from '#server/query/trend.ts';
import { askEvents } from './ask-events.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { issueCondition } from './issue-search.ts';
import { readTrends } from './issue-trends.ts';
import {
  type FoundIssue,
  hashesOf,
  type IssueStores,
  projectIds,
  toIssue,
  visibleProjects,
} from './issues.ts';
import type { IssueRow } from './lifecycle.ts';
import type { Asker } from './teamwork/people-search.ts';
import { readMarks } from './teamwork/teamwork.ts';

type Sort = (typeof ISSUE_SORTS)[number];

const SORT_COLUMNS = {
  lastSeen: 'last_seen',
  firstSeen: 'first_seen',
  events: 'event_count',
  users: 'user_count',
} as const satisfies Record<Sort, keyof IssueRow>;

export interface IssuePageQuery {
  filter: SearchFilter;
  sort: Sort;
  /** Issues that happened after it, ms; events are searched from then on. */
  seenSince: number;
  cursor: Cursor | null;
  limit: number;
  /** Whose `me` is in the search; absent: nobody's. */
  asker?: Asker;
}

/** One page of issues as rows, for every API that lists issues. */
export interface IssuePage {
  issues: FoundIssue[];
  total: number;
  hasNext: boolean;
  hasPrevious: boolean;
  /** Where to go on in either way, whether or not there is something now. Null: from the start. */
  next: Cursor | null;
  previous: Cursor | null;
  notices: string[];
}

export async function listIssues(
  stores: IssueStores,
  viewer: Viewer,
  { query, project, period, sort, cursor, limit }: z.output<typeof IssueListQuery>,
): Promise<IssueList> {
  const now = stores.clock.now();
  const page = await issuePage(stores, await visibleProjects(stores, viewer, project), {
    filter: parseSearch(query),
    sort,
    seenSince: now - periodMs(period),
    cursor: readCursor(cursor, sort),
    limit,
    asker: viewer,
  });
  const { issues } = page;
  const ids = issues.map(({ row }) => row.id);
  const hashes = await hashesOf(stores, ids);
  const [trends, marks] = await Promise.all([
    readTrends(stores.telemetry, issues, hashes, period, now),
    readMarks(stores, viewer, ids),
  ]);
  return {
    items: issues.map(
      (issue): IssueListItem => ({
        ...toIssue(issue, now),
        ...marks.get(issue.row.id)!,
        ...trends.get(issue.row.id)!,
      }),
    ),
    total: page.total,
    nextCursor: page.hasNext && page.next ? writeCursor(page.next) : null,
    previousCursor: page.hasPrevious && page.previous ? writeCursor(page.previous) : null,
    notices: page.notices,
  };
}

export async function issuePage(
  stores: IssueStores,
  projects: readonly ProjectSummary[],
  { filter, sort, seenSince, cursor, limit, asker }: IssuePageQuery,
): Promise<IssuePage> {
  if (projects.length === 0)
    return {
      issues: [],
      total: 0,
      hasNext: false,
      hasPrevious: false,
      next: null,
      previous: null,
      notices: [],
    };
  const now = stores.clock.now();
  const notices = new Set<string>();
  const ask = askEvents(stores.telemetry, projectIds(projects), { from: seenSince, now }, notices);
  const matching = await issueCondition(filter, ask, now, asker);
  const inPeriod = stores.metadata.db
    .selectFrom('issue')
    .where('project_id', 'in', projectIds(projects))
    .where('last_seen', '>=', seenSince)
    .where(matching);

  const isBackwards = cursor?.way === 'before';
  const order = isBackwards ? 'asc' : 'desc';
  const [rows, counted] = await Promise.all([
    inPeriod
      .selectAll()
      .$if(cursor !== null, (page) => page.where(beyond(cursor!, sort)))
      .orderBy(SORT_COLUMNS[sort], order)
      .orderBy('id', order)
      .limit(limit + 1)
      .execute(),
    inPeriod.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  const hasMore = rows.length > limit;
  const shown = rows.slice(0, limit);
  if (isBackwards) shown.reverse();

  const byId = new Map(projects.map((project) => [Number(project.id), project]));
  return {
    issues: shown.map((row) => ({ row, project: byId.get(row.project_id)! })),
    total: counted.total,
    hasNext: isBackwards || hasMore,
    hasPrevious: isBackwards ? hasMore : cursor !== null,
    next: placeOf(shown.at(-1), 'after', sort) ?? cursor,
    previous: placeOf(shown[0], 'before', sort) ?? cursor,
    notices: [...notices],
  };
}

function beyond(cursor: Cursor, sort: Sort): Expression<SqlBool> {
  const place = sql`(issue.${sql.ref(SORT_COLUMNS[sort])}, issue.id)`;
  const last = sql`(${cursor.value}, ${Number(cursor.id)})`;
  return cursor.way === 'before' ? sql<SqlBool>`${place} > ${last}` : sql<SqlBool>`${place} < ${last}`;
}

function placeOf(row: IssueRow | undefined, way: Cursor['way'], sort: Sort): Cursor | null {
  return row ? { list: sort, way, value: row[SORT_COLUMNS[sort]], id: String(row.id) } : null;
}
