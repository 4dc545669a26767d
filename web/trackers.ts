/** The trackers of the organization, as the settings and the links of an issue ask for them. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '#web/client.ts';

export const trackersQuery = queryOptions({
  queryKey: ['trackers'],
  queryFn: ({ signal }) => api.trackers(signal),
  staleTime: 60_000,
});
