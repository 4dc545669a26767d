/** Saved searches of a page, as the cache keeps them. */
import { queryOptions } from '@tanstack/react-query';
import type { SavedQueryScreen } from '#contract/saved-queries.ts';
import { api } from '#web/client.ts';

export const savedQueriesQuery = (screen: SavedQueryScreen) =>
  queryOptions({
    queryKey: ['saved-queries', screen],
    queryFn: ({ signal }) => api.savedQueries(screen, signal),
    staleTime: 60_000,
  });
