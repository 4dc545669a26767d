/** /api/v1/logs: records of a period that match a search, their histogram and facets, and what is around one of them. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  LOG_PATTERN_SORTS,
  LogFacet,
  LogHistogram,
  LogList,
  LogPatterns,
  LogSurroundings,
} from '#contract/logs.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { FACET_VALUES_MAX, logFacet } from './log-facets.ts';
import { logPatterns, PATTERNS_MAX, type PatternStores, type RuleOfPattern } from './log-patterns.ts';
import { listLogs, logHistogram } from './log-queries.ts';
import { questionQuery, readQuestion } from './log-question.ts';
import { SURROUNDING_LINES_MAX, surroundings } from './log-surroundings.ts';
import { visibleProjectIds } from './logs.ts';

const tags = ['logs'];

export interface LogRouteStores extends PatternStores {
  /** The noise rules of projects; main knows where they are. */
  noiseRules(projects: readonly number[]): Promise<RuleOfPattern[]>;
}

export function logRoutes(stores: LogRouteStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/logs',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Log records of a period that match a search',
          querystring: questionQuery.extend({
            direction: z.enum(['backward', 'forward']).default('backward'),
            cursor: z.string().max(200).default(''),
            limit: z.coerce.number().int().min(1).max(1000).default(100),
          }),
          response: { 200: LogList },
        },
      },
      async (request) => listLogs(stores, await readQuestion(stores, request, request.query), request.query),
    );

    app.get(
      '/api/v1/logs/histogram',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'How many log records there were per step and level',
          querystring: questionQuery,
          response: { 200: LogHistogram },
        },
      },
      async (request) => logHistogram(stores, await readQuestion(stores, request, request.query)),
    );

    app.get(
      '/api/v1/logs/facets',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The most frequent values of a key among log records that match a search',
          querystring: questionQuery.extend({
            /** `level`, `service` … or the name of an attribute. */
            key: z.string().min(1).max(200),
            limit: z.coerce.number().int().min(1).max(FACET_VALUES_MAX).default(10),
          }),
          response: { 200: LogFacet },
        },
      },
      async (request) => logFacet(stores, await readQuestion(stores, request, request.query), request.query),
    );

    app.get(
      '/api/v1/logs/patterns',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'What the log records of a search have in common, counted',
          querystring: questionQuery.extend({
            sort: z.enum(LOG_PATTERN_SORTS).default('records'),
            limit: z.coerce.number().int().min(1).max(PATTERNS_MAX).default(100),
          }),
          response: { 200: LogPatterns },
        },
      },
      async (request) => {
        const question = await readQuestion(stores, request, request.query);
        const noiseRules = await stores.noiseRules(question.projects);
        return logPatterns(stores, question, { ...request.query, noiseRules });
      },
    );

    app.get(
      '/api/v1/logs/:id/surroundings',
      {
        config: { queries: true },
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
