/** Whom an issue hits, as the page asks for it. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import type { Period } from '#web/issues/list/list-search.ts';

export const impactQuery = (issueId: string, period: Period) =>
  queryOptions({
    queryKey: ['issue', issueId, 'impact', period],
    queryFn: ({ signal }) => api.issueImpact(issueId, period, signal),
    staleTime: 60_000,
  });
