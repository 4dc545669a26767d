/** /api/v1/logs: records of a period that match a search, and their histogram. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { LogHistogram, LogList } from '#contract/api.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import { listLogs, logHistogram } from './log-queries.ts';
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
  };
}
