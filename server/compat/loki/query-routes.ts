/** `query`, `query_range` and `format_query`: LogQL in, as Grafana and logcli send it. */
import type { FastifyInstance } from 'fastify';
import { Rejection } from '#server/platform/rejection.ts';
import { parseLogQl } from '#server/query/logql/parse.ts';
import { printLogQl } from '#server/query/logql/print-logql.ts';
import { type LogQlRequest, runLogQl } from '#server/query/logql/run-logql.ts';
import type { LokiApi } from './loki-api.ts';
import {
  badParameter,
  readCount,
  readDirection,
  readRange,
  readSpan,
  readStep,
  readTime,
} from './loki-params.ts';
import { type LokiRequest, serve } from './loki-request.ts';
import { printResult, wantsCategories } from './results.ts';

/** Entries of a log query when nobody says how many. */
const LIMIT = 100;

export function queryRoutes(app: FastifyInstance, api: LokiApi): void {
  serve(app, api, '/query', async (request) => {
    const { form, now } = request;
    const time = readTime(form, 'time') ?? now;
    readDirection(form);
    if (parseLogQl(queryOf(form)).is === 'log')
      throw badParameter(
        'log queries are not supported as an instant query type, please change your query to a range query type',
      );
    return answer(api, request, { start: time, end: time });
  });

  serve(app, api, '/query_range', async (request) => {
    const { form, now } = request;
    const range = readRange(form, now);
    const interval = readSpan(form, 'interval') ?? 0n;
    if (interval < 0n) throw badParameter('interval must be >= 0');
    const isLog = parseLogQl(queryOf(form)).is === 'log';
    return answer(api, request, {
      ...range,
      direction: readDirection(form),
      interval,
      // More than a log query may return is refused by the query, not cut here.
      limit: readCount(form, ['limit'], { byDefault: LIMIT, max: Number.MAX_SAFE_INTEGER }),
      ...(!isLog && { step: readStep(form, range) }),
    });
  });

  serve(app, api, '/format_query', ({ form, reply }) => {
    try {
      return { status: 'success', data: printLogQl(parseLogQl(queryOf(form))) };
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      reply.code(400);
      return { status: 'invalid-query', error: error.message };
    }
  });
}

export const queryOf = (form: URLSearchParams): string => form.get('query') ?? '';

async function answer(
  api: LokiApi,
  { projects, form, headers, signal }: LokiRequest,
  asked: Omit<LogQlRequest, 'query'>,
): Promise<string> {
  const result = await api.gate.run(signal, () =>
    runLogQl(api.telemetry, projects, {
      ...asked,
      query: queryOf(form),
      signal,
      acceptsPartial: acceptsPartial(headers['x-query-tags']),
    }),
  );
  return printResult(result, { categorize: wantsCategories(headers) });
}

/** Logs Drilldown shows what there is, with the warning; a dashboard would take a part for the whole. */
function acceptsPartial(tags: string | string[] | undefined): boolean {
  return String(tags ?? '')
    .split(',')
    .some((tag) => /^source=grafana-lokiexplore-app$/i.test(tag.trim()));
}
