/**
 * How Sentry's clients ask for issues, as our issue page is asked: query, environments and projects become one
 * filter, a sort by their name one of ours, a period in their spelling a time.
 */
import type { ProjectSummary } from '#contract/people.ts';
import type { IssuePageQuery } from '#server/issues/issue-queries.ts';
import { visibleProjects } from '#server/issues/issues.ts';
import { parseShortId } from '#server/issues/short-id.ts';
import { parseSearch } from '#server/query/search.ts';
import { combine, type SearchFilter } from '#server/query/search-filter.ts';
import { searchTime } from '#server/query/search-values.ts';
import { reject } from '#server/record/rejections.ts';
import type { SentryApi } from './sentry-api.ts';
import { pageCursor, pageLimit, projectOf, type SentryRequest } from './sentry-request.ts';

const SORTS: ReadonlyMap<string, IssuePageQuery['sort']> = new Map([
  ['date', 'lastSeen'],
  ['new', 'firstSeen'],
  ['freq', 'events'],
  ['user', 'users'],
  // Orders of their own, which say what matters most; ours is another one.
  ['trends', 'impact'],
  ['priority', 'impact'],
  ['recommended', 'impact'],
  ['inbox', 'lastSeen'],
]);

/** How far back Sentry looks for issues when no period is named, ms. */
const LOOK_BACK_MS = 90 * 24 * 60 * 60 * 1000;

/** An issue list without a query shows what is open. */
const DEFAULT_QUERY = 'is:unresolved';

export function issuePageQuery(query: URLSearchParams, now: number): IssuePageQuery {
  const sort = SORTS.get(query.get('sort') || 'date');
  if (!sort) throw reject('request_invalid', `sort must be one of ${[...SORTS.keys()].join(', ')}`);
  return {
    filter: combine('all', [searchOf(query), ...environmentsOf(query)]),
    sort,
    seenSince: seenSince(query, now),
    cursor: pageCursor(query, sort),
    limit: pageLimit(query),
  };
}

/** The projects of the address; on an organization's list those of `?project=`, by id or slug. */
export async function projectsAskedFor(api: SentryApi, request: SentryRequest): Promise<ProjectSummary[]> {
  if (request.params.project !== undefined) return [await projectOf(api, request)];
  const named = [...request.query.getAll('project'), ...request.query.getAll('projectSlug')].filter(
    (project) => project !== '' && project !== '-1',
  );
  if (named.length === 0) return visibleProjects(api, request.viewer);
  return (
    await Promise.all([...new Set(named)].map((project) => visibleProjects(api, request.viewer, project)))
  ).flat();
}

function searchOf(query: URLSearchParams): SearchFilter {
  const text = query.get('query') ?? DEFAULT_QUERY;
  // The search bar of Sentry jumps to an issue whose short id is typed.
  if (parseShortId(text.trim()) && isOn(query.get('shortIdLookup')))
    return { is: 'equal', key: 'issue', value: [text.trim()], column: 1 };
  return parseSearch(text);
}

export const isOn = (value: string | null) => value === '1' || value === 'true';

function environmentsOf(query: URLSearchParams): SearchFilter[] {
  const names = query.getAll('environment').filter((name) => name !== '');
  if (names.length === 0) return [];
  return [
    combine(
      'any',
      names.map((name): SearchFilter => ({ is: 'equal', key: 'environment', value: [name], column: 1 })),
    ),
  ];
}

/** `statsPeriod=14d`, or `start=2026-05-01T00:00:00`; an end in the past cannot be asked for. */
export function seenSince(query: URLSearchParams, now: number): number {
  const stated = query.get('statsPeriod') || query.get('start');
  if (!stated) return now - LOOK_BACK_MS;
  try {
    return searchTime({ value: stated, column: 1 }, now).from ?? now - LOOK_BACK_MS;
  } catch (cause) {
    throw reject('request_invalid', 'statsPeriod must be a time such as 24h or 14d, start an ISO 8601 time', {
      cause,
    });
  }
}
