/** What the Feedback page and the page of an issue fetch, as the cache keeps it. */
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import type { FeedbackSearch } from './feedback-search.ts';

const STALE_MS = 30_000;

/** `issue`: only what is about it. */
export const feedbackQuery = ({ project = '', query = '', status }: FeedbackSearch, issue = '') =>
  infiniteQueryOptions({
    queryKey: ['feedback', project, issue, query, status ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api.feedback({ project, issue, query, status: status ?? '', cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });
