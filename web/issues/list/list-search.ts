/** What the address of the issue list says. What is as usual is left out, so that addresses stay short. */
import type { IssueListQuery } from '#contract/issues.ts';

export type IssueSort = NonNullable<IssueListQuery['sort']>;
export type Period = NonNullable<IssueListQuery['period']>;

export interface ListSearch {
  project?: string;
  query?: string;
  sort?: IssueSort;
  period?: Period;
}

export const DEFAULT_QUERY = 'is:unresolved';
export const SORTS: readonly { value: IssueSort; label: string }[] = [
  { value: 'lastSeen', label: 'Last seen' },
  { value: 'firstSeen', label: 'First seen' },
  { value: 'events', label: 'Events' },
  { value: 'users', label: 'Users' },
  { value: 'impact', label: 'Impact' },
];
export const PERIODS: readonly { value: Period; label: string }[] = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '14d', label: '14 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];

export function readListSearch(search: Record<string, unknown>): ListSearch {
  return tidySearch({
    project: typeof search.project === 'string' ? search.project : undefined,
    query: typeof search.query === 'string' ? search.query : undefined,
    sort: SORTS.find((each) => each.value === search.sort)?.value,
    period: PERIODS.find((each) => each.value === search.period)?.value,
  });
}

/** Leaves out what is as usual. An empty query is kept: it asks for all issues, not for the usual ones. */
export function tidySearch({ project, query, sort, period }: ListSearch): ListSearch {
  return {
    ...(project ? { project } : {}),
    ...(query !== undefined && query !== DEFAULT_QUERY ? { query } : {}),
    ...(sort && sort !== 'lastSeen' ? { sort } : {}),
    ...(period && period !== '14d' ? { period } : {}),
  };
}
