/** `labels`, `label/{name}/values`, `series`: what streams there are. */
import type { FastifyInstance } from 'fastify';
import { listLabels, listLabelValues } from '#server/query/logql/list-labels.ts';
import { listStreams, type StreamsRequest } from '#server/query/logql/list-streams.ts';
import type { LokiApi } from './loki-api.ts';
import { readRange } from './loki-params.ts';
import { type LokiRequest, serve } from './loki-request.ts';

export function labelRoutes(app: FastifyInstance, api: LokiApi): void {
  for (const path of ['/labels', '/label'])
    serve(app, api, path, async (request) => {
      const names = await api.gate.run(request.signal, () =>
        listLabels(api.telemetry, request.projects, streamsOf(request)),
      );
      return list(names);
    });

  serve(app, api, '/label/:name/values', async (request) => {
    const values = await api.gate.run(request.signal, () =>
      listLabelValues(api.telemetry, request.projects, request.params.name!, streamsOf(request)),
    );
    return list(values);
  });

  serve(app, api, '/series', async (request) => {
    const selectors = [...request.form.getAll('match[]'), ...request.form.getAll('match')];
    const streams = await api.gate.run(request.signal, () =>
      listStreams(api.telemetry, request.projects, { ...streamsOf(request), selectors }),
    );
    return { status: 'success', data: streams.map(({ labels }) => labels) };
  });
}

/** An empty list is left out, as Loki leaves it. */
const list = (data: string[]) => ({ status: 'success', ...(data.length > 0 && { data }) });

/** The streams that `query` names in the time of the request; without it all of them. */
export function streamsOf({ form, now, signal }: LokiRequest): StreamsRequest {
  const query = form.get('query') ?? '';
  return { ...readRange(form, now), selectors: query === '' ? [] : [query], signal };
}
