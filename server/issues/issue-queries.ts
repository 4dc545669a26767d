/**
 * The issue list: search, order, page, and what goes with each row. A few questions whatever the page holds: its places,
 * its total and its rows to metadata, the trends to telemetry; a search about events adds its own. Places are found
 * before rows are read: an index knows them, and what is sorted is two numbers and not a row.
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
import { hasWildcard, type SearchFilter, searchTerms } from '#server/query/search-filter.ts';
import { periodMs } from '#server/query/trend.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Active } from './active-users.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { impactScore, pointsOfProject } from './impact-score.ts';
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
import { matchingIssues } from './matching-issues.ts';
import type { Asker } from './teamwork/people-search.ts';
import { readMarks } from './teamwork/teamwork.ts';
import { unknownTags } from './unknown-tags.ts';

type Sort = (typeof ISSUE_SORTS)[number];

const SORT_COLUMNS = {
  lastSeen: 'last_seen',
  firstSeen: 'first_seen',
  events: 'event_count',
  users: 'user_count',
  impact: 'impact',
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
  /** What the impact of the issues is measured by; see impact-score.ts. */
  active: ReadonlyMap<number, Active>;
}

/** The users that impact is a share of are those of a day: an issue that hits nobody today is nobody's today. */
export const IMPACT_PERIOD = '24h';

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
        impact: impactScore(issue.row, page.active.get(issue.row.project_id), now),
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
      active: new Map(),
    };
  const now = stores.clock.now();
  const ids = projectIds(projects);
  const notices = new Set<string>();
  const active = await stores.readActiveUsers(ids, IMPACT_PERIOD);
  const matching = await matchingIssues(stores, ids, { filter, seenSince, notices, asker });
  const { places, total, hasMore } = await findPlaces(stores.metadata.db, {
    projects: ids,
    matching,
    place: placeOf(sort, ids, active),
    // The index of another order has the time besides, or a walk along it is shorter than all of a long period.
    walks: sort !== 'lastSeen' && now - seenSince > WALKED_PERIOD_MS_MIN,
    readsTexts: readsTexts(filter),
    seenSince,
    cursor,
    limit,
  });
  const rows = await readRows(stores.metadata.db, places);
  if (total === 0)
    for (const notice of await unknownTags(stores, ids, filter, seenSince)) notices.add(notice);

  const byId = new Map(projects.map((project) => [Number(project.id), project]));
  const cursorOf = (place: Place | undefined, way: Cursor['way']): Cursor | null =>
    place ? { list: sort, way, value: place.value, id: String(place.id) } : null;
  const isBackwards = cursor?.way === 'before';
  return {
    issues: rows.map((row) => ({ row, project: byId.get(row.project_id)! })),
    total,
    hasNext: isBackwards || hasMore,
    hasPrevious: isBackwards ? hasMore : cursor !== null,
    next: cursorOf(places.at(-1), 'after') ?? cursor,
    previous: cursorOf(places[0], 'before') ?? cursor,
    notices: [...notices],
    active,
  };
}

/** Where an issue stands in the order of the list. */
interface Place {
  id: number;
  value: number;
}

interface PlaceQuery {
  projects: readonly number[];
  matching: Expression<SqlBool>;
  place: Expression<number>;
  walks: boolean;
  readsTexts: boolean;
  seenSince: number;
  cursor: Cursor | null;
  limit: number;
}

/** Shorter periods are found faster by their time, and sorted: few issues were seen in them. */
const WALKED_PERIOD_MS_MIN = 24 * 60 * 60 * 1000;

async function findPlaces(
  db: MetadataDb,
  { projects, matching, place, walks, readsTexts, seenSince, cursor, limit }: PlaceQuery,
): Promise<{ places: Place[]; total: number; hasMore: boolean }> {
  const isBackwards = cursor?.way === 'before';
  const order = isBackwards ? 'asc' : 'desc';
  // A plus keeps SQLite from the index of the time, which it takes for any comparison.
  const since = walks
    ? sql<SqlBool>`+issue.last_seen >= ${seenSince}`
    : sql<SqlBool>`issue.last_seen >= ${seenSince}`;
  const inPeriod = db.selectFrom('issue').where('project_id', 'in', projects).where(since).where(matching);
  const inOrder = inPeriod
    .select(['id', sql<number>`${place}`.as('value')])
    .orderBy('value', order)
    .orderBy('id', order);
  // To look through texts is the cost: once, for the page and for the total.
  if (readsTexts) {
    const all = await inOrder.execute();
    const isBeyond = beyondIn(cursor);
    const rest = cursor ? all.filter(isBeyond) : all;
    return { ...cutPage(rest, limit, isBackwards), total: all.length };
  }
  const [rows, { total }] = await Promise.all([
    inOrder
      .$if(cursor !== null, (page) => page.where(beyond(cursor!, place)))
      .limit(limit + 1)
      .execute(),
    inPeriod.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { ...cutPage(rows, limit, isBackwards), total };
}

function cutPage(rows: readonly Place[], limit: number, isBackwards: boolean) {
  const places = rows.slice(0, limit);
  if (isBackwards) places.reverse();
  return { places, hasMore: rows.length > limit };
}

/** The rows in the order of their places; one that was deleted meanwhile is left out. */
async function readRows(db: MetadataDb, places: readonly Place[]): Promise<IssueRow[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ id }) => id);
  const rows = await db.selectFrom('issue').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The column of the order; the impact of issues of several projects has what each project adds. */
function placeOf(
  sort: Sort,
  projects: readonly number[],
  active: ReadonlyMap<number, Active>,
): Expression<number> {
  const column = sql<number>`${sql.ref(`issue.${SORT_COLUMNS[sort]}`)}`;
  const points = projects.map((id) => ({ id, points: pointsOfProject(active.get(id)) }));
  if (sort !== 'impact' || points.every((each) => each.points === points[0]!.points)) return column;
  const added = points.map((each) => sql`when ${each.id} then ${sql.lit(each.points)}`);
  return sql<number>`(${column} + case issue.project_id ${sql.join(added, sql` `)} else 0 end)`;
}

/** Whether texts of issues or stacks are looked through. */
const readsTexts = (filter: SearchFilter) =>
  [...searchTerms(filter)].some(
    (term) => term.is === 'text' || (term.is === 'equal' && hasWildcard(term.value)),
  );

function beyond(cursor: Cursor, place: Expression<number>): Expression<SqlBool> {
  const there = sql`(${place}, issue.id)`;
  const last = sql`(${cursor.value}, ${Number(cursor.id)})`;
  return cursor.way === 'before' ? sql<SqlBool>`${there} > ${last}` : sql<SqlBool>`${there} < ${last}`;
}

function beyondIn(cursor: Cursor | null): (place: Place) => boolean {
  if (!cursor) return () => true;
  const id = Number(cursor.id);
  const after = ({ value, id: own }: Place) =>
    value === cursor.value ? Math.sign(own - id) : Math.sign(value - cursor.value);
  return (place) => (cursor.way === 'before' ? after(place) > 0 : after(place) < 0);
}
