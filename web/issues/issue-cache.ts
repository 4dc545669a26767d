/**
 * Changes to issues the page already holds, without asking for them again: rows keep their places, so nothing
 * jumps under the pointer. Pure, over what the caches hold.
 */
import type { Issue, IssueList, IssueUpdate } from '#contract/issues.ts';

export interface Pages {
  pages: IssueList[];
  pageParams: unknown[];
}

/** Every loaded row goes through `change`; null takes it away. */
export function changeRows(
  data: Pages | undefined,
  change: (issue: IssueList['items'][number]) => IssueList['items'][number] | null,
): Pages | undefined {
  if (!data) return data;
  return {
    ...data,
    pages: data.pages.map((page) => {
      const items = page.items.map(change).filter((item) => item !== null);
      return { ...page, items, total: page.total - (page.items.length - items.length) };
    }),
  };
}

/** Newer values for rows on the page; rows that are not on it are counted, not shown. */
export function patchRows(
  data: Pages | undefined,
  fresh: IssueList['items'],
): { data: Pages | undefined; unseen: number } {
  const byId = new Map(fresh.map((issue) => [issue.id, issue]));
  const seen = new Set<string>();
  const patched = changeRows(data, (issue) => {
    seen.add(issue.id);
    return byId.get(issue.id) ?? issue;
  });
  return { data: patched, unseen: fresh.filter((issue) => !seen.has(issue.id)).length };
}

/** The same issue after a change, as far as the page can tell before the server does. */
export function withChange<
  T extends Pick<Issue, 'status' | 'substate' | 'priority' | 'resolution' | 'archival'>,
>(issue: T, { status = issue.status, priority = issue.priority, resolve, archive }: IssueUpdate): T {
  if (issue.status === status && !resolve && !archive) return { ...issue, priority };
  const substate = status === 'unresolved' ? 'ongoing' : status;
  return { ...issue, status, substate, priority, resolution: null, archival: null };
}
