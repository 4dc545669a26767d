/** /api/v1/traces: one trace with all that is stored of it. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { Trace } from '#contract/api.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { IssueStores } from '#server/issues/issues.ts';
import { readTrace } from './traces.ts';

export function traceRoutes(stores: IssueStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/traces/:traceId',
      {
        schema: {
          tags: ['traces'],
          summary: 'The spans, log records and errors of a trace',
          params: z.object({ traceId: z.string().min(1).max(64) }),
          response: { 200: Trace },
        },
      },
      async (request) => readTrace(stores, requireViewer(request, 'event:read'), request.params.traceId),
    );
  };
}
