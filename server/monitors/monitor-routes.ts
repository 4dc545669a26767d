/** /api/v1/monitors: what the Monitors screens read, and what people do to monitors. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  CheckInList,
  MONITOR_PERIODS,
  Monitor,
  MonitorDetail,
  MonitorList,
  MonitorListQuery,
  MonitorUpdate,
} from '#contract/monitors.ts';
import type { Scope } from '#contract/people.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { changeMonitor, deleteEnvironment, deleteMonitor } from './monitor-changes.ts';
import { listMonitors, readCheckIns, readMonitor } from './monitor-queries.ts';
import { environmentsOf, findMonitor, type MonitorStores, toMonitor } from './monitors.ts';

const tags = ['monitors'];
const params = z.object({ id: z.string().max(20) });

export function monitorRoutes(stores: MonitorStores): FastifyPluginAsync {
  const named = (request: FastifyRequest<{ Params: { id: string } }>, scope: Scope) =>
    findMonitor(stores, requireViewer(request, scope), request.params.id);

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/monitors',
      {
        schema: {
          tags,
          summary: 'Cron monitors by name, with their check-ins over time',
          querystring: MonitorListQuery,
          response: { 200: MonitorList },
        },
      },
      (request) => listMonitors(stores, requireViewer(request, 'event:read'), request.query),
    );

    app.get(
      '/api/v1/monitors/:id',
      {
        schema: {
          tags,
          summary: 'One monitor: what it expects, its environments over time, its incidents',
          params,
          querystring: z.object({ period: z.enum(MONITOR_PERIODS).default('24h') }),
          response: { 200: MonitorDetail },
        },
      },
      async (request) => readMonitor(stores, await named(request, 'event:read'), request.query.period),
    );

    app.get(
      '/api/v1/monitors/:id/check-ins',
      {
        schema: {
          tags,
          summary: 'The check-ins of a monitor, newest first',
          params,
          querystring: z.object({
            environment: z.string().max(64).default(''),
            cursor: z.string().max(200).default(''),
            limit: z.coerce.number().int().min(1).max(100).default(50),
          }),
          response: { 200: CheckInList },
        },
      },
      async (request) => readCheckIns(stores, await named(request, 'event:read'), request.query),
    );

    app.patch(
      '/api/v1/monitors/:id',
      {
        schema: {
          tags,
          summary: 'Pause or mute a monitor, or change what it expects; what is left out stays as it is',
          params,
          body: MonitorUpdate,
          response: { 200: Monitor },
        },
      },
      async (request) => {
        const monitor = await named(request, 'event:write');
        await changeMonitor(stores, monitor, request.body);
        const changed = await named(request, 'event:write');
        const environments = await environmentsOf(stores.metadata.db, [changed.row.id]);
        return toMonitor(changed, environments.get(changed.row.id) ?? [], stores.clock.now());
      },
    );

    app.delete(
      '/api/v1/monitors/:id',
      { schema: { tags, summary: 'Delete a monitor with its check-ins; its issues stay', params } },
      async (request, reply) => {
        await deleteMonitor(stores, await named(request, 'event:admin'));
        return reply.code(204).send();
      },
    );

    app.delete(
      '/api/v1/monitors/:id/environments/:environment',
      {
        schema: {
          tags,
          summary: 'Delete one environment of a monitor with its check-ins',
          params: params.extend({ environment: z.string().max(200) }),
        },
      },
      async (request, reply) => {
        await deleteEnvironment(stores, await named(request, 'event:admin'), request.params.environment);
        return reply.code(204).send();
      },
    );
  };
}
