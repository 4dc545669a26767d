/** Who is signed in and what they can see: asked once, read by every screen. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '#web/client.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.session(signal),
  staleTime: 5 * 60_000,
});

/** Undefined until it has arrived. */
export const useSession = () => useQuery(sessionQuery).data;
