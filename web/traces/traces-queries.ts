/** What the pages of traces fetch, as the cache keeps it. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Trace } from '#contract/traces.ts';
import { ApiError, api } from '#web/client.ts';
import { periodMs, type TracesSearch } from './trace-search.ts';

/** A trace whose newest part is younger than this may not be over. */
const GROWING_MS = 60_000;
const ASK_AGAIN_MS = 5_000;

export const traceQuery = (traceId: string) =>
  queryOptions({
    queryKey: ['traces', 'one', traceId],
    queryFn: ({ signal }) => api.trace(traceId, signal),
    staleTime: 60_000,
    // What is not there is the answer, not a failure to get one.
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
    refetchInterval: ({ state }) => (state.data && isGrowing(state.data) ? ASK_AGAIN_MS : false),
  });

function isGrowing({ spans, logs, errors }: Trace): boolean {
  const newest = Math.max(
    ...[spans.at(-1)?.timestamp, logs.at(-1)?.timestamp].map((time) => Number(time ?? 0) / 1e6),
    Date.parse(errors.at(-1)?.timestamp ?? '') || 0,
  );
  return Date.now() - newest < GROWING_MS;
}

const TRACES_SHOWN = 100;

export const tracesQuery = (search: TracesSearch) =>
  queryOptions({
    queryKey: ['traces', 'list', search],
    queryFn: ({ signal }) => {
      const now = Date.now();
      return api.traces(
        {
          project: search.project ?? '',
          from: now + 1 - periodMs(search),
          to: now + 1,
          service: search.service ?? '',
          name: search.name ?? '',
          minDurationMs: search.min ?? 0,
          status: search.only ? 'error' : 'any',
          sort: search.sort ?? 'newest',
          limit: TRACES_SHOWN,
        },
        signal,
      );
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
