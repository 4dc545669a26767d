/** `detected_fields`, `detected_field/{name}/values`, `detected_labels`: what Logs Drilldown offers to click on. */
import type { FastifyInstance } from 'fastify';
import { type DetectedField, detectFields } from '#server/query/logql/detect-fields.ts';
import { countLabelValues } from '#server/query/logql/list-labels.ts';
import { LOGQL_LIMITS, runLogQl } from '#server/query/logql/run-logql.ts';
import { streamsOf } from './label-routes.ts';
import type { LokiApi } from './loki-api.ts';
import { badParameter, readCount, readRange } from './loki-params.ts';
import { type LokiRequest, serve } from './loki-request.ts';
import { queryOf } from './query-routes.ts';
import { printJson } from './results.ts';

/** Lines that are looked at. */
const LINES = { byDefault: 100, max: LOGQL_LIMITS.entriesMax };
const FIELDS = { byDefault: 1_000, max: 10_000 };

/** Labels that are offered though all their values are numbers or UUIDs. */
const ALWAYS_SHOWN: ReadonlySet<string> = new Set([
  'cluster',
  'namespace',
  'instance',
  'pod',
  'service_name',
]);

export function detectedRoutes(app: FastifyInstance, api: LokiApi): void {
  serve(app, api, '/detected_fields', async (request) => {
    const limit = readCount(request.form, ['limit', 'field_limit'], FIELDS);
    const fields = await fieldsOf(api, request, limit);
    return printJson({
      fields: fields.map(({ label, type, values, parsers, jsonPath }) => ({
        label,
        type,
        cardinality: values.size,
        parsers: parsers.size > 0 ? [...parsers] : null,
        ...(jsonPath && { jsonPath }),
      })),
      limit,
    });
  });

  serve(app, api, '/detected_field/:name/values', async (request) => {
    const limit = readCount(request.form, ['limit', 'field_limit'], FIELDS);
    const fields = await fieldsOf(api, request, FIELDS.max);
    const values = fields.find(({ label }) => label === request.params.name)?.values ?? [];
    return printJson({ values: [...values].sort().slice(0, limit), limit });
  });

  serve(app, api, '/detected_labels', async (request) => {
    const labels = await api.gate.run(request.signal, () =>
      countLabelValues(api.telemetry, request.projects, streamsOf(request)),
    );
    return {
      detectedLabels: labels
        .filter(({ name, areIds }) => !areIds || ALWAYS_SHOWN.has(name))
        .map(({ name, values }) => ({ label: name, cardinality: values })),
    };
  });
}

async function fieldsOf(
  api: LokiApi,
  { projects, form, now, signal }: LokiRequest,
  fieldsMax: number,
): Promise<DetectedField[]> {
  const range = readRange(form, now);
  const limit = readCount(form, ['line_limit'], LINES);
  const result = await api.gate.run(signal, () =>
    runLogQl(api.telemetry, projects, { query: queryOf(form), ...range, limit, signal }),
  );
  if (result.resultType !== 'streams') throw badParameter('only log queries are supported');
  return detectFields(result.result, fieldsMax);
}
