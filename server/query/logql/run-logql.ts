/**
 * The door of LogQL: text, projects and time in; streams, a matrix, a vector or a scalar out, as a façade prints
 * them. Refusals are Rejections whose text begins as Loki's does; a result that is not whole says so in a warning.
 */
import { Deadline } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { EngineRefused, QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import type { LogQl, MetricExpr } from './ast.ts';
import { evaluate } from './evaluate.ts';
import type { Operand } from './evaluate-binary.ts';
import type { Evaluation } from './evaluate-range.ts';
import { byValue } from './evaluate-vector.ts';
import { type Labels, labelsOf } from './labels.ts';
import { queryError, tooLarge } from './logql-error.ts';
import { parseLogQl } from './parse.ts';
import { type LogQlEntry, type LogQlStream, readStreams } from './read-streams.ts';
import { labelsKey, type Series } from './series.ts';

/** Limits of one query; a caller may set others. */
export const LOGQL_LIMITS = {
  /** Entries of a log query; Loki has the same. */
  entriesMax: 5_000,
  /** Points of each series of a range query; Loki and Prometheus have the same. */
  pointsMax: 11_000,
  /** Characters of the lines of a log query: they are held in memory, and again as the answer. */
  entryCharsMax: 30_000_000,
  /** Lines that pass through this process: 22 to 30 µs each with json, the engine included (two busy cores). */
  linesMax: 500_000,
  /** Series of any part of a query. */
  seriesMax: 20_000,
  /** Series times points: 9 bytes each, a few of them at a time. */
  valuesMax: 4_000_000,
  /** Series of a result; Loki has the same. */
  resultSeriesMax: 500,
  /** Of all statements together. */
  timeoutMs: 30_000,
};
export type LogQlLimits = typeof LOGQL_LIMITS;

export interface LogQlRequest {
  query: string;
  /** Nanoseconds since 1970. The same as `end` without a step: an instant query, at that time. */
  start: bigint;
  /** Not included by log queries, included by metric queries when a step falls on it. */
  end: bigint;
  /** Nanoseconds; only for metric queries over a range. */
  step?: bigint;
  /** Entries; default 100. */
  limit?: number;
  /** Default backward: newest first. */
  direction?: 'forward' | 'backward';
  /** Nanoseconds that lie between two entries at least; only for log queries. */
  interval?: bigint;
  signal?: AbortSignal;
  limits?: Partial<LogQlLimits>;
  /** With too many series: the first of them and a warning, not a refusal. */
  acceptsPartial?: boolean;
}

export interface LogQlStats {
  /** Lines that came into this process, and their characters. */
  linesRead: number;
  bytesRead: number;
  /** Lines counted by the engine; once for each window they are in. */
  linesCounted: number;
  durationMs: number;
}

export interface LogQlMatrixSeries {
  metric: Labels;
  /** Milliseconds since 1970. */
  values: [timeMs: number, value: number][];
}

export interface LogQlSample {
  metric: Labels;
  timeMs: number;
  value: number;
}

export type LogQlData =
  | { resultType: 'streams'; result: LogQlStream[] }
  | { resultType: 'matrix'; result: LogQlMatrixSeries[] }
  | { resultType: 'vector'; result: LogQlSample[] }
  | { resultType: 'scalar'; result: { timeMs: number; value: number } };

export type LogQlResult = LogQlData & { stats: LogQlStats; warnings: string[] };

export async function runLogQl(
  telemetry: Pick<TelemetryStore, 'select'>,
  projects: readonly number[],
  request: LogQlRequest,
): Promise<LogQlResult> {
  const began = performance.now();
  const limits = { ...LOGQL_LIMITS, ...request.limits };
  const query = parseLogQl(request.query);
  const evaluation: Evaluation = {
    telemetry,
    projects,
    deadline: new Deadline(limits.timeoutMs),
    signal: request.signal,
    points: pointsOf(query, request, limits),
    now: BigInt(Date.now()) * 1_000_000n,
    limits,
    stats: { linesRead: 0, bytesRead: 0, linesCounted: 0 },
  };
  const warnings: string[] = [];
  try {
    const data =
      query.is === 'log'
        ? await logData(evaluation, query, request, limits, warnings)
        : metricData(await evaluate(evaluation, query), query, { request, evaluation, limits, warnings });
    return { ...data, stats: { ...evaluation.stats, durationMs: performance.now() - began }, warnings };
  } catch (error) {
    if (error instanceof QueryCutShort && error.by === 'rows')
      throw tooLarge(
        'the query has more groups than one query may hold; consider aggregating by fewer labels or reducing the time range',
      );
    if (error instanceof EngineRefused && error.code === CANNOT_COMPILE_REGEXP)
      throw queryError(
        `parse error : the engine cannot run this regular expression: ${error.message.slice(0, 300)}`,
      );
    throw error;
  }
}

/** The engine has bounds of its own for the size of an expression. */
const CANNOT_COMPILE_REGEXP = 427;

function pointsOf(
  query: LogQl,
  { start, end, step }: LogQlRequest,
  { pointsMax }: LogQlLimits,
): Evaluation['points'] {
  if (end < start) throw queryError('end timestamp must not be before or equal to start time');
  if (query.is === 'log' || step === undefined) return { start: end, step: 1_000_000_000n, count: 1 };
  if (step <= 0n)
    throw queryError(
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  const count = (end - start) / step + 1n;
  if (count > BigInt(pointsMax))
    throw queryError(
      `exceeded maximum resolution of ${pointsMax.toLocaleString('en-US')} points per time series. Try increasing the value of the step parameter`,
    );
  return { start, step, count: Number(count) };
}

async function logData(
  evaluation: Evaluation,
  query: Extract<LogQl, { is: 'log' }>,
  { start, end, limit = 100, direction = 'backward', interval = 0n }: LogQlRequest,
  { entriesMax, entryCharsMax, linesMax }: LogQlLimits,
  warnings: string[],
): Promise<LogQlData> {
  if (limit <= 0) throw queryError('limit must be a positive value');
  if (limit > entriesMax)
    throw queryError(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${entriesMax})`,
    );
  const page = { start, end, limit, direction, interval, charsMax: entryCharsMax };
  const { streams, searchedTo } = await readStreams(evaluation, query, page);
  if (searchedTo !== undefined)
    warnings.push(
      `The result is not whole: the search ended at ${new Date(Number(BigInt(searchedTo) / 1_000_000n)).toISOString()} because it took too long, looked at ${linesMax} lines or found more text than one answer may hold. Narrow the time range or the selector.`,
    );
  return { resultType: 'streams', result: streams };
}

interface MetricContext {
  request: LogQlRequest;
  evaluation: Evaluation;
  limits: LogQlLimits;
  warnings: string[];
}

function metricData(found: Operand, query: MetricExpr, context: MetricContext): LogQlData {
  const { start, step, count } = context.evaluation.points;
  const timeMs = (point: number) => Number((start + BigInt(point) * step) / 1_000n) / 1_000;
  const isInstant = context.request.step === undefined;
  if (typeof found === 'number') {
    if (isInstant) return { resultType: 'scalar', result: { timeMs: timeMs(0), value: found } };
    const values = Array.from({ length: count }, (_, point): [number, number] => [timeMs(point), found]);
    return { resultType: 'matrix', result: [{ metric: labelsOf(), values }] };
  }
  const series = bounded(sorted(found, query, isInstant), context);
  if (isInstant)
    return {
      resultType: 'vector',
      result: series.map(({ labels, values }) => ({
        metric: shown(labels),
        timeMs: timeMs(0),
        value: values[0]!,
      })),
    };
  return {
    resultType: 'matrix',
    result: series.map(({ labels, values, present }) => ({
      metric: shown(labels),
      values: Array.from(values, (value, point): [number, number] => [timeMs(point), value]).filter(
        (_value, point) => present[point] === 1,
      ),
    })),
  };
}

const shown = (labels: Labels): Labels =>
  labelsOf(Object.entries(labels).filter(([, value]) => value !== ''));

/** By labels; what sorts, or chooses the largest, by value when there is one point. */
function sorted(series: Series[], query: MetricExpr, isInstant: boolean): Series[] {
  const keyed = series
    .filter(({ present }) => present.includes(1))
    .map((one) => ({ one, key: labelsKey(one.labels) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one);
  if (!isInstant || query.is !== 'aggregation') return keyed;
  const sign = { sort: 1, bottomk: 1, sort_desc: -1, topk: -1, approx_topk: -1 }[query.operation as string];
  return sign === undefined ? keyed : keyed.sort((a, b) => byValue(a.values[0]!, b.values[0]!, sign));
}

function bounded(series: Series[], { request, limits, warnings }: MetricContext): Series[] {
  const { resultSeriesMax } = limits;
  if (series.length <= resultSeriesMax) return series;
  const what = `maximum number of series (${resultSeriesMax}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum, count or topk`;
  if (!request.acceptsPartial) throw tooLarge(what);
  warnings.push(what);
  return series.slice(0, resultSeriesMax);
}

/** Streams as they are without `categorize-labels`: an entry's own labels are labels of its stream. */
export function flattenStreams(streams: readonly LogQlStream[]): LogQlStream[] {
  const flat = new Map<string, LogQlStream>();
  for (const { labels, entries } of streams)
    for (const entry of entries) {
      const all = labelsOf(
        [labels, entry.structuredMetadata, entry.parsed].flatMap((part) => Object.entries(part)),
      );
      const key = JSON.stringify(Object.entries(all).sort());
      const into = flat.get(key) ?? { labels: all, entries: [] };
      flat.set(key, into);
      into.entries.push({
        ...entry,
        structuredMetadata: labelsOf(),
        parsed: labelsOf(),
      } satisfies LogQlEntry);
    }
  return [...flat.values()];
}
