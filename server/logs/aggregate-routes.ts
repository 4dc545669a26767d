/** /api/v1/logs: the records of a search in numbers, and two periods beside each other. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  LOG_AGAINST,
  LOG_COMPARED_KEYS_MAX,
  LOG_GROUP_FIELDS_MAX,
  LOG_MEASURES,
  LogAggregate,
  LogComparison,
} from '#contract/logs.ts';
import { reject } from '#server/record/rejections.ts';
import { aggregateLogs, GROUPS_MAX, LINES_MAX } from './log-aggregate.ts';
import { compareLogs } from './log-comparison.ts';
import type { PatternStores } from './log-patterns.ts';
import { questionQuery, readQuestion } from './log-question.ts';

const tags = ['logs'];
const key = z.string().min(1).max(200);

/** A parameter that may be given several times. */
const keys = (max: number) =>
  z
    .union([key.transform((one) => [one]), z.array(key)])
    .default([])
    .transform((list) => [...new Set(list)])
    .refine((list) => list.length <= max, `at most ${max} of them`);

export function aggregateRoutes(stores: PatternStores): FastifyPluginAsync {
  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/logs/aggregate',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The log records of a search counted or measured by a field, in groups and over time',
          querystring: questionQuery.extend({
            measure: z.enum(LOG_MEASURES).default('count'),
            /** What is measured: the name of a field, as a search has it. */
            field: z.string().max(200).default(''),
            by: keys(LOG_GROUP_FIELDS_MAX),
            limit: z.coerce.number().int().min(1).max(GROUPS_MAX).default(10),
            /** `yes`: each group has a value for every step of the period. */
            steps: z.enum(['yes', 'no']).default('no'),
          }),
          response: { 200: LogAggregate },
        },
      },
      async (request) => {
        const { steps, limit, ...wanted } = request.query;
        if (steps === 'yes' && limit > LINES_MAX)
          throw reject('request_invalid', `limit: with steps at most ${LINES_MAX} groups are told`);
        const question = await readQuestion(stores, request, request.query);
        return aggregateLogs(stores, question, { ...wanted, limit, steps: steps === 'yes' });
      },
    );

    app.get(
      '/api/v1/logs/comparison',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The log records of a search in a period and in an earlier one, and what changed',
          querystring: questionQuery.extend({
            against: z.enum(LOG_AGAINST).default('previous'),
            /** Keys whose values are compared besides level, service and pattern. */
            key: keys(LOG_COMPARED_KEYS_MAX),
          }),
          response: { 200: LogComparison },
        },
      },
      async (request) => {
        const { against, key: own } = request.query;
        return compareLogs(stores, await readQuestion(stores, request, request.query), { against, own });
      },
    );
  };
}
