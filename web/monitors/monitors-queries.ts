/** What the Monitors pages fetch, as the cache keeps it. Check-ins come by the minute: the pages ask again by themselves. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, api } from '#web/client.ts';
import { type MonitorSearch, type MonitorsSearch, USUAL_PERIOD } from './monitors-search.ts';

const AGAIN_MS = 15_000;
const CHECK_INS_SHOWN = 20;

export const monitorsQuery = ({ project = '', query = '', period = USUAL_PERIOD }: MonitorsSearch) =>
  infiniteQueryOptions({
    queryKey: ['monitors', 'list', project, query, period],
    queryFn: ({ pageParam, signal }) => api.monitors({ project, query, period, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });

export const monitorQuery = (id: string, { period = USUAL_PERIOD }: MonitorSearch) =>
  queryOptions({
    queryKey: ['monitors', 'one', id, period],
    queryFn: ({ signal }) => api.monitor(id, period, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });

export const checkInsQuery = (id: string, environment = '') =>
  infiniteQueryOptions({
    queryKey: ['monitors', 'check-ins', id, environment],
    queryFn: ({ pageParam, signal }) =>
      api.checkIns(id, { environment, cursor: pageParam, limit: CHECK_INS_SHOWN }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
