/** /api/v1/traces: the traces of a period, and one trace with all that is stored of it. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { TRACE_SORTS, Trace, TraceList } from '#contract/traces.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { listTraces, TRACES_MAX } from './trace-list.ts';
import { readTrace } from './traces.ts';

const tags = ['traces'];

/** Milliseconds since 1970. */
const instant = z.coerce.number().int().min(0).max(253_402_300_799_999);
const PERIOD_MS = 3_600_000;
/** A hundred days: as long as a duration is exact. */
const DURATION_MS_MAX = 8_640_000_000;

export function traceRoutes(stores: IssueStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/traces',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The traces of a period, by the span they came in with',
          querystring: z.object({
            /** Slug or id; empty: all. */
            project: z.string().max(150).default(''),
            from: instant.optional(),
            to: instant.optional(),
            service: z.string().max(200).default(''),
            name: z.string().max(200).default(''),
            minDurationMs: z.coerce.number().int().min(0).max(DURATION_MS_MAX).default(0),
            status: z.enum(['any', 'error']).default('any'),
            sort: z.enum(TRACE_SORTS).default('newest'),
            limit: z.coerce.number().int().min(1).max(TRACES_MAX).default(50),
          }),
          response: { 200: TraceList },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { project, from, to, status, ...question } = request.query;
        const end = to ?? stores.clock.now() + 1;
        const start = from ?? end - PERIOD_MS;
        if (start >= end) throw reject('request_invalid', 'from must be before to');
        return listTraces(stores, {
          ...question,
          projects: projectIds(await visibleProjects(stores, viewer, project)),
          visible: projectIds(await visibleProjects(stores, viewer)),
          from: start,
          to: end,
          onlyErrors: status === 'error',
        });
      },
    );

    app.get(
      '/api/v1/traces/:traceId',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The spans, log records and errors of a trace',
          params: z.object({ traceId: z.string().min(1).max(64) }),
          response: { 200: Trace },
        },
      },
      async (request) => readTrace(stores, requireViewer(request, 'event:read'), request.params.traceId),
    );
  };
}
