/** /api/v1/issues/:id/differences: what was different when an issue happened. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { DifferencesQuery, IssueDifferences } from '#contract/differences.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { findIssue, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { type DifferenceStores, readDifferences } from './differences.ts';

export function differenceRoutes(stores: DifferenceStores): FastifyPluginAsync {
  return async (scope) => {
    scope.withTypeProvider<ZodTypeProvider>().get(
      '/api/v1/issues/:id/differences',
      {
        config: { queries: true },
        schema: {
          tags: ['issues'],
          summary:
            'What the occurrences of an issue have more often than healthy traffic, with its significance',
          params: z.object({ id: z.string().max(150) }),
          querystring: DifferencesQuery,
          response: { 200: IssueDifferences },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const issue = await findIssue(stores, viewer, request.params.id);
        const visible = projectIds(await visibleProjects(stores, viewer));
        return readDifferences(stores, issue, visible, request.query);
      },
    );
  };
}
