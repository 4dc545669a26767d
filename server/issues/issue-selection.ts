/**
 * Which issues a change is meant for: those named, or all that a search finds. Ids in slices, each of which is one
 * transaction; by ascending id, so that what a slice changed does not move the ones after it.
 */
import type * as z from 'zod';
import { ISSUES_OF_CHANGE_MAX } from '#contract/change-bounds.ts';
import type { IssueBulkUpdate } from '#contract/issues.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { parseSearch } from '#server/query/search.ts';
import { periodMs } from '#server/query/trend.ts';
import { reject } from '#server/record/rejections.ts';
import type { IssuePageQuery } from './issue-queries.ts';
import { findIssues, type IssueStores, projectIds, visibleProjects } from './issues.ts';
import { matchingIssues } from './matching-issues.ts';

/** Issues of one transaction: others wait for it some 20 ms. */
const SLICE = 200;

export interface IssueSlices {
  slices: AsyncIterable<readonly number[]>;
  /** Beyond the bound of one request. */
  left: number;
}

/** Issues that were found already. */
export function slicesOf(issues: readonly { row: { id: number } }[]): IssueSlices {
  async function* slices() {
    const ids = issues.map(({ row }) => row.id);
    for (let at = 0; at < ids.length; at += SLICE) yield ids.slice(at, at + SLICE);
  }
  return { slices: slices(), left: 0 };
}

/** What a request means: exactly one of the two. */
export async function selectIssues(
  stores: IssueStores,
  viewer: Viewer,
  { ids, matching }: Pick<z.output<typeof IssueBulkUpdate>, 'ids' | 'matching'>,
): Promise<IssueSlices> {
  if ((ids === undefined) === (matching === undefined))
    throw reject('request_invalid', 'name either ids, or what they are matching');
  if (ids) return slicesOf(await findIssues(stores, viewer, ids));
  const { project, query, period } = matching!;
  return slicesMatching(stores, await visibleProjects(stores, viewer, project), {
    filter: parseSearch(query),
    seenSince: stores.clock.now() - periodMs(period),
    asker: viewer,
  });
}

/** Throws the refusal query_too_costly when the search cannot be answered in full: it would mean others than it says. */
export async function slicesMatching(
  stores: Pick<IssueStores, 'metadata' | 'telemetry' | 'releases' | 'clock'>,
  projects: readonly ProjectSummary[],
  { filter, seenSince, asker }: Pick<IssuePageQuery, 'filter' | 'seenSince' | 'asker'>,
): Promise<IssueSlices> {
  if (projects.length === 0) return slicesOf([]);
  const notices = new Set<string>();
  const ids = projectIds(projects);
  const matching = await matchingIssues(stores, ids, { filter, seenSince, notices, asker });
  if (notices.size > 0) throw reject('query_too_costly', [...notices].join(' '));
  const found = stores.metadata.db
    .selectFrom('issue')
    .where('project_id', 'in', ids)
    .where('last_seen', '>=', seenSince)
    .where(matching);
  const { total } = await found
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();

  async function* slices() {
    let taken = 0;
    for (let last = 0; taken < ISSUES_OF_CHANGE_MAX; ) {
      const rows = await found
        .select('id')
        .where('id', '>', last)
        .orderBy('id')
        .limit(Math.min(SLICE, ISSUES_OF_CHANGE_MAX - taken))
        .execute();
      if (rows.length === 0) return;
      last = rows.at(-1)!.id;
      taken += rows.length;
      yield rows.map(({ id }) => id);
    }
  }
  return { slices: slices(), left: Math.max(0, total - ISSUES_OF_CHANGE_MAX) };
}
