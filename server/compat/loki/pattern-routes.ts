/**
 * `patterns`: how often each pattern of lines was there, from the pattern every record got when it came in. The text
 * of a pattern is that of its template, made of a body that has it, and written so that `|> "…"` finds those lines.
 */
import type { FastifyInstance } from 'fastify';
import { countPatterns } from '#server/query/logql/count-patterns.ts';
import { LOGQL_LIMITS } from '#server/query/logql/run-logql.ts';
import type { LokiApi } from './loki-api.ts';
import { badParameter, readRange, readStep } from './loki-params.ts';
import { serve } from './loki-request.ts';
import { queryOf } from './query-routes.ts';
import { printJson } from './results.ts';

export function patternRoutes(app: FastifyInstance, api: LokiApi): void {
  serve(app, api, '/patterns', async (request) => {
    const { form, now, projects, signal } = request;
    const range = readRange(form, now);
    const step = readStep(form, range);
    if ((range.end - range.start) / step > BigInt(LOGQL_LIMITS.pointsMax))
      throw badParameter(
        `exceeded maximum resolution of ${LOGQL_LIMITS.pointsMax.toLocaleString('en-US')} points per time series. Try increasing the value of the step parameter`,
      );
    const patterns = await api.gate.run(signal, () =>
      countPatterns(api.telemetry, projects, {
        query: queryOf(form),
        ...range,
        step,
        signal,
        templateOf: api.templateOf,
      }),
    );
    return printJson({
      status: 'success',
      data: patterns.map(({ pattern, level, samples }) => ({ pattern, level, samples })),
    });
  });
}
