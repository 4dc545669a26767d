/** /api/v1/logs: records of a period that match a search, their histogram and facets, and what is around one of them. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { LogFacet, LogHistogram, LogList, LogSurroundings } from '#contract/api.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import { FACET_VALUES_MAX, logFacet } from './log-facets.ts';
import { listLogs, logHistogram } from './log-queries.ts';
import { SURROUNDING_LINES_MAX, surroundings } from './log-surroundings.ts';
import { type LogStores, visibleProjectIds } from './logs.ts';

const tags = ['logs'];

/** Milliseconds since 1970. */
const instant = z.coerce.number().int().min(0).max(253_402_300_799_999);
const question = z.object({
  /** Slug or id; empty: all. */
  project: z.string().max(150).default(''),
  query: z.string().max(1000).default(''),
  from: instant.optional(),
  to: instant.optional(),
});

const PERIOD_MS = 3_600_000;

export function logRoutes(stores: LogStores): FastifyPluginAsync {
  const asked = async (
    request: Parameters<typeof requireViewer>[0],
    { project, query, from, to }: z.infer<typeof question>,
  ) => {
    const projects = await visibleProjectIds(stores, requireViewer(request, 'event:read'), project);
    const end = to ?? stores.clock.now() + 1;
    const start = from ?? end - PERIOD_MS;
    if (start >= end) throw reject('request_invalid', 'from must be before to');
    return { projects, query, from: start, to: end };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/logs',
      {
        schema: {
          tags,
          summary: 'Log records of a period that match a search',
          querystring: question.extend({
            direction: z.enum(['backward', 'forward']).default('backward'),
            cursor: z.string().max(200).default(''),
            limit: z.coerce.number().int().min(1).max(1000).default(100),
          }),
          response: { 200: LogList },
        },
      },
      async (request) => listLogs(stores, await asked(request, request.query), request.query),
    );

    app.get(
      '/api/v1/logs/histogram',
      {
        schema: {
          tags,
          summary: 'How many log records there were per step and level',
          querystring: question,
          response: { 200: LogHistogram },
        },
      },
      async (request) => logHistogram(stores, await asked(request, request.query)),
    );

    app.get(
      '/api/v1/logs/facets',
      {
        schema: {
          tags,
          summary: 'The most frequent values of a key among log records that match a search',
          querystring: question.extend({
            /** `level`, `service` … or the name of an attribute. */
            key: z.string().min(1).max(200),
            limit: z.coerce.number().int().min(1).max(FACET_VALUES_MAX).default(10),
          }),
          response: { 200: LogFacet },
        },
      },
      async (request) => logFacet(stores, await asked(request, request.query), request.query),
    );

    app.get(
      '/api/v1/logs/:id/surroundings',
      {
        schema: {
          tags,
          summary: 'A log record, and what its service and host said before and after it',
          params: z.object({ id: z.string().max(100) }),
          querystring: z.object({
            lines: z.coerce.number().int().min(0).max(SURROUNDING_LINES_MAX).default(10),
          }),
          response: { 200: LogSurroundings },
        },
      },
      async (request) => {
        const projects = await visibleProjectIds(stores, requireViewer(request, 'event:read'), '');
        return surroundings(stores, projects, request.params.id, request.query.lines);
      },
    );
  };
}
