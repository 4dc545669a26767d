/** `index/stats`, `index/volume`, `index/volume_range`, `index/shards`: how much there is, and of what. */
import type { FastifyInstance } from 'fastify';
import { printLabels } from '#server/query/logql/evaluate-range.ts';
import { countLabels, countTotals, type LabelVolume, listLabels } from '#server/query/logql/list-labels.ts';
import { parseLogQl } from '#server/query/logql/parse.ts';
import { LOGQL_LIMITS } from '#server/query/logql/run-logql.ts';
import type { PlanSteps } from '#server/query/plan/plan.ts';
import { streamsOf } from './label-routes.ts';
import type { LokiApi } from './loki-api.ts';
import { badParameter, readCount, readStep, type TimeRange } from './loki-params.ts';
import { type LokiRequest, serve } from './loki-request.ts';
import { printPoint } from './results.ts';

const VOLUMES = { byDefault: 100, max: 10_000 };
/** Labels that volumes are counted by together. */
const TARGETS_MAX = 20;

export function volumeRoutes(app: FastifyInstance, api: LokiApi): void {
  serve(app, api, '/index/stats', async (request) => {
    const { streams, records, bytes } = await totalsOf(api, request);
    return { streams, chunks: streams, bytes, entries: records };
  });

  serve(app, api, '/index/shards', async (request) => {
    const { streams, records, bytes } = await totalsOf(api, request);
    // Written by hand: the bound of all 64 bits is more than a number can hold.
    return `{"shards":[{"bounds":{"min":0,"max":18446744073709551615},"stats":{"streams":${streams},"chunks":${streams},"bytes":${bytes},"entries":${records}}}],"statistics":{}}\n`;
  });

  serve(app, api, '/index/volume', async (request) => {
    const range = streamsOf(request);
    const whole = range.end - range.start || 1n;
    const volumes = await volumesOf(api, request, {
      start: range.end - 1n,
      step: whole,
      count: 1,
      window: whole,
    });
    const endMs = Number(range.end / 1_000_000n);
    return {
      status: 'success',
      data: {
        resultType: 'vector',
        result: volumes.map(({ metric, bytes }) => ({ metric, value: printPoint(endMs, bytes[0]!) })),
        stats: {},
      },
    };
  });

  serve(app, api, '/index/volume_range', async (request) => {
    const steps = stepsOf(streamsOf(request), request);
    const volumes = await volumesOf(api, request, steps);
    const endMs = (at: number) => Number((steps.start + 1n + steps.step * BigInt(at)) / 1_000_000n);
    return {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: volumes.map(({ metric, bytes }) => ({
          metric,
          values: Array.from(bytes, (value, at) => ({ value, at }))
            .filter(({ value }) => value > 0)
            .map(({ value, at }) => printPoint(endMs(at), value)),
        })),
        stats: {},
      },
    };
  });
}

const totalsOf = (api: LokiApi, request: LokiRequest) =>
  api.gate.run(request.signal, () => countTotals(api.telemetry, request.projects, streamsOf(request)));

/** Steps from the start on, each told by its end. */
function stepsOf(range: TimeRange, { form }: LokiRequest): PlanSteps {
  const step = readStep(form, range);
  const count = (range.end - range.start + step - 1n) / step;
  if (count > BigInt(LOGQL_LIMITS.pointsMax))
    throw badParameter(
      `exceeded maximum resolution of ${LOGQL_LIMITS.pointsMax.toLocaleString('en-US')} points per time series. Try increasing the value of the step parameter`,
    );
  return { start: range.start + step - 1n, step, count: Math.max(1, Number(count)), window: step };
}

interface Volume {
  metric: Record<string, string>;
  bytes: Float64Array;
}

/** The largest first. */
async function volumesOf(api: LokiApi, request: LokiRequest, steps: PlanSteps): Promise<Volume[]> {
  const limit = readCount(request.form, ['limit'], VOLUMES);
  const volumes = await api.gate.run(request.signal, () => countVolumes(api, request, steps));
  const sized = volumes.map((volume) => ({
    ...volume,
    sum: volume.bytes.reduce((sum, one) => sum + one, 0),
  }));
  return sized
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum || (printLabels(a.metric) < printLabels(b.metric) ? -1 : 1))
    .slice(0, limit);
}

async function countVolumes(api: LokiApi, request: LokiRequest, steps: PlanSteps): Promise<Volume[]> {
  const { form, projects } = request;
  const range = streamsOf(request);
  const aggregateBy = form.get('aggregateBy') || 'series';
  if (aggregateBy !== 'series' && aggregateBy !== 'labels')
    throw badParameter('invalid aggregation option: aggregateBy is series or labels');
  const targets = (form.get('targetLabels') ?? '').split(',').map((name) => name.trim());
  const asked = targets.filter((name) => name !== '');
  const named = asked.length > 0 ? asked : matchedLabels(range.selectors);
  if (named.length > TARGETS_MAX) throw badParameter(`targetLabels names more than ${TARGETS_MAX} labels`);
  const isAll = named.length === 0;
  const names = isAll
    ? (await listLabels(api.telemetry, projects, range)).slice(0, TARGETS_MAX)
    : [...new Set(named)];
  const count = (of: readonly string[]) =>
    countLabels(api.telemetry, projects, of, { ...range, steps, some: isAll });
  if (aggregateBy === 'series')
    return (await count(names)).map(({ labels, bytes }) => ({ metric: labels, bytes }));
  const volumes: Volume[] = [];
  // One question for each: the streams that have one label are not those that have another.
  for (const name of names) volumes.push({ metric: { [name]: '' }, bytes: added(await count([name]), name) });
  return volumes;
}

/** The sum of the streams that have the label. */
function added(volumes: readonly LabelVolume[], name: string): Float64Array {
  const having = volumes.filter(({ labels }) => labels[name] !== undefined);
  return Float64Array.from({ length: having[0]?.bytes.length ?? 0 }, (_, at) =>
    having.reduce((sum, { bytes }) => sum + bytes[at]!, 0),
  );
}

/** Volumes are told by the labels that the selector names. */
function matchedLabels(selectors: readonly string[]): string[] {
  return selectors.flatMap((selector) => {
    if (/^\s*\{\s*\}\s*$/.test(selector)) return [];
    const query = parseLogQl(selector);
    return query.is === 'log' ? [...new Set(query.matchers.map(({ name }) => name))] : [];
  });
}
