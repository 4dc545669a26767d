/** What the Alerts pages fetch, as the cache keeps it. Alerts change by themselves: the pages ask again. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AlertRuleDraft } from '#contract/alerts.ts';
import { ApiError, api } from '#web/client.ts';
import type { AlertsSearch, PreviewPeriod } from './alerts-search.ts';

const AGAIN_MS = 10_000;

export const rulesQuery = ({ project = '', query = '', state = undefined }: AlertsSearch) =>
  queryOptions({
    queryKey: ['alerts', 'rules', project, query, state],
    queryFn: ({ signal }) => api.alertRules({ project, query, state: state ?? '' }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'rule', id],
    queryFn: ({ signal }) => api.alertRule(id, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
    refetchInterval: AGAIN_MS,
  });

export const firingsQuery = (wanted: { rule?: string; project?: string }) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'firings', wanted],
    queryFn: ({ pageParam, signal }) => api.alertFirings({ ...wanted, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });

export const silencesQuery = queryOptions({
  queryKey: ['alerts', 'silences'],
  queryFn: ({ signal }) => api.alertSilences(signal),
  refetchInterval: AGAIN_MS,
});

/** Those who may not see channels see none. */
export const channelsQuery = queryOptions({
  queryKey: ['alerts', 'channels'],
  queryFn: ({ signal }) => api.channels(signal),
  retry: false,
});

/** Asked of the engine over days: kept for a minute. */
export const previewQuery = (rule: AlertRuleDraft, period: PreviewPeriod) =>
  queryOptions({
    queryKey: ['alerts', 'preview', period, JSON.stringify([rule.condition, rule.projects])],
    queryFn: ({ signal }) => api.previewAlert({ rule, period }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
