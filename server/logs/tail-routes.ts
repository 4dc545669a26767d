/** GET /api/v1/logs/tail: the lines of a search as they arrive, as server-sent events. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { requireViewer } from '#server/accounts/accounts.ts';
import { type LogStores, visibleProjectIds } from './logs.ts';
import type { TailHub, TailViewer } from './tail-hub.ts';

export interface TailRoutesDeps extends LogStores {
  tails: TailHub;
  openEventStream(
    request: FastifyRequest,
    reply: FastifyReply,
  ): TailViewer & { onClose(listener: () => void): void };
}

export function tailRoutes(deps: TailRoutesDeps): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    app.get(
      '/api/v1/logs/tail',
      {
        exposeHeadRoute: false,
        schema: {
          tags: ['logs'],
          summary: 'New log records of a search as they arrive, as server-sent events',
          querystring: z.object({
            /** Slug or id; empty: all. */
            project: z.string().max(150).default(''),
            query: z.string().max(1000).default(''),
            /** The id of the last message seen. The header Last-Event-ID wins. */
            after: z.string().max(50).default(''),
          }),
        },
      },
      async (request, reply) => {
        const { project, query, after } = request.query;
        const projects = await visibleProjectIds(deps, requireViewer(request, 'event:read'), project);
        const tail = deps.tails.find({ projects, query });
        const last = request.headers['last-event-id'];
        const stream = deps.openEventStream(request, reply);
        stream.onClose(tail.watch(stream, typeof last === 'string' ? last : after));
      },
    );
    app.addHook('preClose', async () => deps.tails.close());
  };
}
