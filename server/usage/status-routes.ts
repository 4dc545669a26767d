/** GET /api/v1/status: is the program well; screens show a banner when it is not. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { Status } from '#contract/live.ts';
import { requireViewer } from '#server/accounts/accounts.ts';

export function statusRoutes(read: () => Status): FastifyPluginAsync {
  return async (app) => {
    app
      .withTypeProvider<ZodTypeProvider>()
      .get('/api/v1/status', { schema: { response: { 200: Status } } }, async (request) => {
        requireViewer(request, 'event:read');
        return read();
      });
  };
}
