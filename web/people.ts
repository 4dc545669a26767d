/** Members and teams, as menus and boxes offer them: asked for when one opens, good for a minute. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '#web/client.ts';

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => api.members(signal),
  staleTime: 60_000,
});

export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: ({ signal }) => api.teams(signal),
  staleTime: 60_000,
});
