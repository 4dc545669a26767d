/**
 * The issue list: search, order, page, and what goes with each row. Three questions whatever the page holds: the
 * page and its total to metadata, the trends to telemetry; a search about events adds its own.
 *
 * Pages go on from the last row's place in the order (see cursor.ts). An issue that happens again while one
 * pages moves to the front: it is never listed twice, and is found there by who starts again.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import type * as z from 'zod';
import type { ISSUE_SORTS, IssueList, IssueListItem, IssueListQuery, ProjectSummary } from '#contract/api.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { parseSearch } from '#server/query/search.ts';
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

type Sort = (typeof ISSUE_SORTS)[number];

const SORT_COLUMNS = {
  lastSeen: 'last_seen',
  firstSeen: 'first_seen',
  events: 'event_count',
  users: 'user_count',
} as const satisfies Record<Sort, keyof IssueRow>;

/** One page of issues as rows, for every API that lists issues. */
export interface IssuePage {
  issues: FoundIssue[];
  total: number;
  nextCursor: string | null;
  previousCursor: string | null;
  notices: string[];
}

export async function listIssues(
  stores: IssueStores,
  viewer: Viewer,
  query: z.output<typeof IssueListQuery>,
): Promise<IssueList> {
  const now = stores.clock.now();
  const { issues, ...page } = await issuePage(
    stores,
    await visibleProjects(stores, viewer, query.project),
    query,
  );
  const hashes = await hashesOf(
    stores,
    issues.map(({ row }) => row.id),
  );
  const trends = await readTrends(stores.telemetry, issues, hashes, query.period, now);
  const items = issues.map(
    (issue): IssueListItem => ({ ...toIssue(issue, now), ...trends.get(issue.row.id)! }),
  );
  return { items, ...page };
}

export async function issuePage(
  stores: IssueStores,
  projects: readonly ProjectSummary[],
  { query, sort, period, cursor, limit }: Omit<z.output<typeof IssueListQuery>, 'project'>,
): Promise<IssuePage> {
  const filter = parseSearch(query);
  const from = readCursor(cursor, sort);
  if (projects.length === 0)
    return { issues: [], total: 0, nextCursor: null, previousCursor: null, notices: [] };

  const now = stores.clock.now();
  const seenSince = now - periodMs(period);
  const notices = new Set<string>();
  const ask = askEvents(stores.telemetry, projectIds(projects), { from: seenSince, now }, notices);
  const matching = await issueCondition(filter, ask, now);
  const inPeriod = stores.metadata.db
    .selectFrom('issue')
    .where('project_id', 'in', projectIds(projects))
    .where('last_seen', '>=', seenSince)
    .where(matching);

  const [rows, counted] = await Promise.all([
    inPeriod
      .selectAll()
      .$if(from !== null, (page) => page.where(beyond(from!, sort)))
      .orderBy(SORT_COLUMNS[sort], from?.way === 'before' ? 'asc' : 'desc')
      .orderBy('id', from?.way === 'before' ? 'asc' : 'desc')
      .limit(limit + 1)
      .execute(),
    inPeriod.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  const hasMore = rows.length > limit;
  const shown = rows.slice(0, limit);
  if (from?.way === 'before') shown.reverse();

  const byId = new Map(projects.map((project) => [Number(project.id), project]));
  const hasNext = from?.way === 'before' || hasMore;
  const hasPrevious = from?.way === 'before' ? hasMore : from !== null;
  return {
    issues: shown.map((row) => ({ row, project: byId.get(row.project_id)! })),
    total: counted.total,
    nextCursor: hasNext ? cursorAt(shown.at(-1), 'after', sort) : null,
    previousCursor: hasPrevious ? cursorAt(shown[0], 'before', sort) : null,
    notices: [...notices],
  };
}

function beyond(cursor: Cursor, sort: Sort): Expression<SqlBool> {
  const place = sql`(issue.${sql.ref(SORT_COLUMNS[sort])}, issue.id)`;
  const last = sql`(${cursor.value}, ${Number(cursor.id)})`;
  return cursor.way === 'before' ? sql<SqlBool>`${place} > ${last}` : sql<SqlBool>`${place} < ${last}`;
}

function cursorAt(row: IssueRow | undefined, way: Cursor['way'], sort: Sort): string | null {
  return row ? writeCursor({ list: sort, way, value: row[SORT_COLUMNS[sort]], id: String(row.id) }) : null;
}
