/** The pages of the issue list, as the cache keeps them: one entry for each search. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { DEFAULT_QUERY, type ListSearch } from './list-search.ts';

/** Rows a request brings: three screens full, so that scrolling rarely waits. */
export const PAGE_ROWS = 50;

export function issuesQuery({
  project = '',
  query = DEFAULT_QUERY,
  sort = 'lastSeen',
  period = '14d',
}: ListSearch) {
  return infiniteQueryOptions({
    queryKey: ['issues', { project, query, sort, period }],
    queryFn: ({ pageParam, signal }) =>
      api.issues({ project, query, sort, period, cursor: pageParam, limit: PAGE_ROWS }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // The live stream keeps rows up to date; asking again for every loaded page on each look would be costly.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}
