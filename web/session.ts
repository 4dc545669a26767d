/** Who is signed in and what they can see: asked once, read by every screen. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { Scope } from '#contract/people.ts';
import { api } from '#web/client.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => api.session(signal),
  staleTime: 5 * 60_000,
});

/** Undefined until it has arrived. */
export const useSession = () => useQuery(sessionQuery).data;

/** Whether the server would let the person do what needs this scope; false until that is known. */
export const useMay = (scope: Scope): boolean => useSession()?.scopes.includes(scope) ?? false;
