/** /api/v1/issues/:id/impact and /api/v1/events: whom an issue hits, and single events of all issues as a search finds them. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { EventSearch, FoundEvents } from '#contract/events.ts';
import { IssueImpact } from '#contract/impact.ts';
import { PERIODS } from '#contract/issues.ts';
import { SearchSuggestions, SuggestionQuery } from '#contract/search.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { searchEvents } from './event-queries.ts';
import { readImpact } from './issue-impact.ts';
import { findIssue, type IssueStores } from './issues.ts';
import { suggestValues } from './search-suggestions.ts';

export function impactRoutes(stores: IssueStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/issues/:id/impact',
      {
        config: { queries: true },
        schema: {
          tags: ['issues'],
          summary:
            'Users and sessions that an issue hits, of how many that are active, and its impact in parts',
          params: z.object({ id: z.string().max(150) }),
          querystring: z.object({ period: z.enum(PERIODS).default('24h') }),
          response: { 200: IssueImpact },
        },
      },
      async (request) => {
        const issue = await findIssue(stores, requireViewer(request, 'event:read'), request.params.id);
        return readImpact(stores, issue, request.query.period);
      },
    );

    app.get(
      '/api/v1/events',
      {
        config: { queries: true },
        schema: {
          tags: ['events'],
          summary: 'Events of all issues within a period, newest first, as a search finds them',
          querystring: EventSearch,
          response: { 200: FoundEvents },
        },
      },
      (request) => searchEvents(stores, requireViewer(request, 'event:read'), request.query),
    );

    app.get(
      '/api/v1/search/suggestions',
      {
        config: { queries: true },
        schema: {
          tags: ['issues'],
          summary: 'Keys of a search that are tags, or the values of one key, as lately seen',
          querystring: SuggestionQuery,
          response: { 200: SearchSuggestions },
        },
      },
      (request) => suggestValues(stores, requireViewer(request, 'event:read'), request.query),
    );
  };
}
