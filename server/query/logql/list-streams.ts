/**
 * The streams that selectors name in a range of time, with what they hold: what lists of series, labels and their
 * values, volumes and statistics are made of.
 */
import { any, EVERYTHING, type Plan } from '#server/query/plan/plan.ts';
import { countRecords, Deadline } from '#server/query/plan/run-plan.ts';
import { readStream } from '#server/record/stream.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { compileLog } from './compile-log.ts';
import type { Labels } from './labels.ts';
import { queryError, tooLarge } from './logql-error.ts';
import { parseLogQl } from './parse.ts';
import { LOGQL_LIMITS } from './run-logql.ts';
import { labelsKey } from './series.ts';

/** Streams of one answer; Loki refuses to keep more per tenant by default. */
const STREAMS_MAX = 10_000;

export interface StreamsRequest {
  /** Selectors, with filters that need no parser. None: every stream. */
  selectors: readonly string[];
  /** Nanoseconds since 1970. */
  start: bigint;
  /** Not included. */
  end: bigint;
  signal?: AbortSignal;
}

export interface StreamSummary {
  labels: Labels;
  lines: number;
  /** 0 unless they were asked for. */
  bytes: number;
}

export async function listStreams(
  telemetry: Pick<TelemetryStore, 'select'>,
  projects: readonly number[],
  { selectors, start, end, signal, bytes }: StreamsRequest & { bytes?: boolean },
): Promise<StreamSummary[]> {
  if (end <= start) return [];
  const plan: Plan = { projects, range: { start, end }, filter: selectorFilter(selectors) };
  // One window that is the whole range.
  const steps = { start: end - 1n, step: end - start, count: 1, window: end - start };
  const reading = { telemetry, deadline: new Deadline(LOGQL_LIMITS.timeoutMs), signal };
  try {
    const groups = await countRecords(
      reading,
      plan,
      { steps, by: 'stream', bytes: bytes ?? false },
      STREAMS_MAX,
    );
    const streams = new Map<string, StreamSummary>();
    for (const { key, records, bytes } of groups) {
      const labels = readStream(key.stream);
      const name = labelsKey(labels);
      const stream = streams.get(name) ?? { labels, lines: 0, bytes: 0 };
      stream.lines += records[0]!;
      stream.bytes += bytes[0]!;
      streams.set(name, stream);
    }
    return [...streams.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stream]) => stream);
  } catch (error) {
    if (error instanceof QueryCutShort && error.by === 'rows')
      throw tooLarge(
        `more than ${STREAMS_MAX} streams; consider a narrower selector or a shorter time range`,
      );
    throw error;
  }
}

/** `{}` is every stream, here and not in a query. */
const EVERY_STREAM = /^\s*(\{\s*\}\s*)?$/;

/** Records of any of the streams; without a selector of every stream. */
export function selectorFilter(selectors: readonly string[]): Plan['filter'] {
  if (selectors.length === 0 || selectors.some((selector) => EVERY_STREAM.test(selector))) return EVERYTHING;
  return any(
    ...selectors.map((selector) => {
      const query = parseLogQl(selector);
      if (query.is !== 'log') throw queryError('only label matchers are supported');
      const { filter, stages } = compileLog(query);
      if (stages.length > 0) throw queryError('only label matchers are supported');
      return filter;
    }),
  );
}
