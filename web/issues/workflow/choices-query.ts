/** What an issue can be resolved in, as the cache keeps it. */
import { api } from '#web/client.ts';

export const choicesQuery = (issueId: string) => ({
  queryKey: ['issue', issueId, 'releases'],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.resolveChoices(issueId, signal),
  staleTime: 30_000,
});
