/** What the page of an issue asks for first: both at once, while its script is still on its way. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '#web/client.ts';

export const issueQuery = (issueId: string) =>
  queryOptions({
    queryKey: ['issue', issueId],
    queryFn: ({ signal }) => api.issue(issueId, signal),
  });

/** An occurrence never changes; which one is the latest does, but not under the reader's eyes. */
export const eventQuery = (issueId: string, eventId: string) =>
  queryOptions({
    queryKey: ['issue', issueId, 'event', eventId],
    queryFn: ({ signal }) => api.event(issueId, eventId, signal),
    staleTime: eventId === 'latest' ? 20_000 : Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** What the frames of an occurrence lead to: changes when somebody says where the code lies. */
export const eventCodeQuery = (issueId: string, eventId: string) =>
  queryOptions({
    queryKey: ['issue', issueId, 'code', eventId],
    queryFn: ({ signal }) => api.eventCode(issueId, eventId, signal),
    staleTime: 60_000,
    retry: false,
  });
