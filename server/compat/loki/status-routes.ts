/** What clients ask before and beside their queries: the build, the limits, rules that we do not have, readiness. */
import type { FastifyInstance } from 'fastify';
import { LOGQL_LIMITS } from '#server/query/logql/run-logql.ts';
import { reject } from '#server/record/rejections.ts';
import type { LokiApi } from './loki-api.ts';
import { lokiRequest, serve } from './loki-request.ts';

/** The version of Loki whose API this is: clients choose by it what they ask. */
const LOKI_VERSION = '3.5.0';

export function statusRoutes(app: FastifyInstance, api: LokiApi): void {
  serve(app, api, '/status/buildinfo', () => ({
    version: LOKI_VERSION,
    revision: `tandem-${api.version}`,
    branch: 'tandem',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  }));

  serve(app, api, '/drilldown-limits', () => ({
    limits: {
      discover_log_levels: true,
      discover_service_name: ['service_name'],
      log_level_fields: ['level', 'severity'],
      max_entries_limit_per_query: LOGQL_LIMITS.entriesMax,
      max_line_size_truncate: false,
      max_query_bytes_read: '0B',
      max_query_length: '0s',
      max_query_lookback: '0s',
      max_query_range: '0s',
      max_query_series: LOGQL_LIMITS.resultSeriesMax,
      metric_aggregation_enabled: false,
      otlp_config: null,
      pattern_persistence_enabled: true,
      query_timeout: `${LOGQL_LIMITS.timeoutMs / 1_000}s`,
      retention_period: '0s',
      retention_stream: null,
      volume_enabled: true,
      volume_max_series: 10_000,
    },
    pattern_ingester_enabled: true,
    version: LOKI_VERSION,
  }));

  // Loki says it with this status when a tenant has none.
  serve(app, api, '/rules', () => {
    throw reject('not_found', 'no rule groups found');
  });
  // In Prometheus' words, below the address of the data source.
  for (const [what, name] of [
    ['rules', 'groups'],
    ['alerts', 'alerts'],
  ] as const)
    app.get(`/prometheus/api/v1/${what}`, async (request, reply) => {
      await lokiRequest(api, request, reply);
      return { status: 'success', data: { [name]: [] }, errorType: '', error: '' };
    });

  // Vector and load balancers ask whether they may send: anybody may.
  app.get('/ready', (_request, reply) => {
    const notReady = api.notReady();
    reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8');
    if (notReady.length === 0) return reply.send('ready\n');
    return reply.code(503).send(`waiting for ${notReady.join(', ')}\n`);
  });
}
