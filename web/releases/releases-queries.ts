/** What the Releases pages fetch, as the cache keeps it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiError, api } from '#web/client.ts';
import { LIST_PERIOD, PAGE_PERIOD, type ReleasesSearch } from './releases-search.ts';

/** Health moves by the minute; the rest when somebody deploys. */
const STALE_MS = 30_000;

export const releasesQuery = ({ project = '', query = '', period = LIST_PERIOD }: ReleasesSearch) =>
  infiniteQueryOptions({
    queryKey: ['releases', 'list', project, query, period],
    queryFn: ({ pageParam, signal }) => api.releases({ project, query, period, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });

export const releaseQuery = (version: string, { project = '', period = PAGE_PERIOD }: ReleasesSearch) =>
  queryOptions({
    queryKey: ['releases', 'one', version, project, period],
    queryFn: ({ signal }) => api.release(version, { project, period }, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
    placeholderData: keepPreviousData,
    staleTime: STALE_MS,
  });

export const releaseIssuesQuery = (version: string, project = '') =>
  queryOptions({
    queryKey: ['releases', 'issues', version, project],
    queryFn: ({ signal }) => api.releaseIssues(version, project, signal),
    staleTime: STALE_MS,
  });

export const releaseCommitsQuery = (version: string) =>
  queryOptions({
    queryKey: ['releases', 'commits', version],
    queryFn: ({ signal }) => api.releaseCommits(version, signal),
    staleTime: STALE_MS,
  });

export const releasePatternsQuery = (version: string, project = '') =>
  queryOptions({
    queryKey: ['releases', 'patterns', version, project],
    queryFn: ({ signal }) => api.releasePatterns(version, project, signal),
    staleTime: STALE_MS,
    retry: false,
  });
