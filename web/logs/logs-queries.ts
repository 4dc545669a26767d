/** What the pages of logs fetch, as the cache keeps it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { LogAgainst, LogMeasure, LogPatternSort } from '#contract/logs.ts';
import { api, type LogQuestion } from '#web/client.ts';

/** Lines a request brings: three screens full, so that scrolling rarely waits. */
const PAGE_LINES = 150;
/** Lines a page holds in memory; nobody reads further without narrowing down. */
export const LINES_MAX = 10_000;
/** A range of time that is over stays as it is; for what is not one asks again. */
const NEVER = Number.POSITIVE_INFINITY;

const isMovedOn = (before: LogQuestion, now: LogQuestion) =>
  before.project === now.project &&
  before.query === now.query &&
  before.to - before.from === now.to - now.from;

export const linesQuery = (question: LogQuestion) =>
  infiniteQueryOptions({
    queryKey: ['logs', 'lines', question] as const,
    queryFn: ({ pageParam, signal }) =>
      api.logs({ ...question, cursor: pageParam, limit: PAGE_LINES }, signal),
    initialPageParam: '',
    getNextPageParam: (last, pages) =>
      pages.length * PAGE_LINES < LINES_MAX ? (last.nextCursor ?? undefined) : undefined,
    staleTime: NEVER,
    gcTime: 60_000,
    // The same question a moment later: what is there stays until the answer is.
    placeholderData: (old, before) => (before && isMovedOn(before.queryKey[2], question) ? old : undefined),
  });

export const histogramQuery = (question: LogQuestion) =>
  queryOptions({
    queryKey: ['logs', 'histogram', question],
    queryFn: ({ signal }) => api.logHistogram(question, signal),
    staleTime: NEVER,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const facetQuery = (question: LogQuestion, key: string, limit: number) =>
  queryOptions({
    queryKey: ['logs', 'facet', key, limit, question],
    queryFn: ({ signal }) => api.logFacet({ ...question, key, limit }, signal),
    staleTime: NEVER,
    gcTime: 60_000,
    placeholderData: (old, query) => (query?.queryKey[2] === key ? old : undefined),
  });

/** Patterns a page asks for; the rarest of more are few lines each, and a search finds those. */
const PATTERNS_MAX = 100;

export const patternsQuery = (question: LogQuestion, sort: LogPatternSort) =>
  queryOptions({
    queryKey: ['logs', 'patterns', sort, question],
    queryFn: ({ signal }) => api.logPatterns({ ...question, sort, limit: PATTERNS_MAX }, signal),
    staleTime: NEVER,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });

export interface AggregateAsked {
  measure: LogMeasure;
  field: string;
  by: readonly string[];
  limit: number;
  steps: 'yes' | 'no';
}

export const aggregateQuery = (question: LogQuestion, asked: AggregateAsked) =>
  queryOptions({
    queryKey: ['logs', 'aggregate', asked, question],
    queryFn: ({ signal }) => api.logAggregate({ ...question, ...asked }, signal),
    staleTime: NEVER,
    gcTime: 60_000,
    // Another measure's figures under this one's name would be lies.
    placeholderData: (old, query) =>
      JSON.stringify(query?.queryKey[2]) === JSON.stringify(asked) ? old : undefined,
  });

export const comparisonQuery = (question: LogQuestion, against: LogAgainst, key: readonly string[]) =>
  queryOptions({
    queryKey: ['logs', 'comparison', against, key, question],
    queryFn: ({ signal }) => api.logComparison({ ...question, against, key }, signal),
    staleTime: NEVER,
    gcTime: 60_000,
  });

export const surroundingsQuery = (id: string, lines: number) =>
  queryOptions({
    queryKey: ['logs', 'surroundings', id, lines],
    queryFn: ({ signal }) => api.logSurroundings(id, lines, signal),
    staleTime: 60_000,
  });

/** The newest record of all times, to tell a project without logs from a quiet hour. */
export const newestQuery = (project: string) =>
  queryOptions({
    queryKey: ['logs', 'newest', project],
    queryFn: async ({ signal }) => {
      const { items } = await api.logs({ project, query: '', from: 0, to: Date.now() + 1, limit: 1 }, signal);
      return items[0] ?? null;
    },
    gcTime: 0,
  });
