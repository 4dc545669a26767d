/** Answers of LogQL as Loki writes them. Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/. */

import type { LogQlEntry, LogQlStream } from '#server/query/logql/read-streams.ts';
import { flattenStreams, type LogQlResult, type LogQlStats } from '#server/query/logql/run-logql.ts';
import { printNumber } from '#server/query/logql/units.ts';

/** Clients that can tell labels of a stream from those of a line say so in a header. */
const ENCODING_HEADER = 'x-loki-response-encoding-flags';
const CATEGORIZE = 'categorize-labels';

export function wantsCategories(headers: Record<string, string | string[] | undefined>): boolean {
  return String(headers[ENCODING_HEADER] ?? '')
    .split(',')
    .some((flag) => flag.trim() === CATEGORIZE);
}

/** The whole answer as text, its lines safe to stand in HTML: Go's encoder writes them so. */
export function printResult(result: LogQlResult, options: { categorize: boolean }): string {
  const { warnings, stats } = result;
  return printJson({
    status: 'success',
    ...(warnings.length > 0 && { warnings }),
    data: { ...printData(result, options), stats: printStats(stats, entriesOf(result)) },
  });
}

const UNSAFE = /[<>&\u2028\u2029]/g;

export function printJson(value: unknown): string {
  const text = JSON.stringify(value);
  return `${text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

function printData(result: LogQlResult, options: { categorize: boolean }): object {
  switch (result.resultType) {
    case 'streams':
      return { resultType: 'streams', ...printStreams(result.result, options, 'result') };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: result.result.map(({ metric, values }) => ({
          metric,
          values: values.map(([timeMs, value]) => printPoint(timeMs, value)),
        })),
      };
    case 'vector':
      return {
        resultType: 'vector',
        result: result.result.map(({ metric, timeMs, value }) => ({
          metric,
          value: printPoint(timeMs, value),
        })),
      };
    case 'scalar':
      return { resultType: 'scalar', result: printPoint(result.result.timeMs, result.result.value) };
  }
}

/** Seconds, to the millisecond, and the value as text. */
export function printPoint(timeMs: number, value: number): [number, string] {
  return [Math.floor(timeMs) / 1_000, printNumber(value)];
}

/** Streams under the name that the answer has for them, with the flag that says how they are written. */
export function printStreams<Name extends string>(
  streams: readonly LogQlStream[],
  { categorize }: { categorize: boolean },
  name: Name,
): object {
  const shown = categorize ? streams : flattenStreams(streams);
  const printed = shown.map(({ labels, entries }) => ({
    stream: labels,
    values: entries.map((entry) =>
      categorize ? [entry.timestamp, entry.line, categories(entry)] : [entry.timestamp, entry.line],
    ),
  }));
  return { ...(categorize && { encodingFlags: [CATEGORIZE] }), [name]: printed };
}

function categories({ structuredMetadata, parsed }: LogQlEntry): object {
  return {
    ...(hasSome(structuredMetadata) && { structuredMetadata }),
    ...(hasSome(parsed) && { parsed }),
  };
}

const hasSome = (labels: Readonly<Record<string, string>>) => Object.keys(labels).length > 0;

function entriesOf(result: LogQlResult): number {
  return result.resultType === 'streams'
    ? result.result.reduce((sum, { entries }) => sum + entries.length, 0)
    : 0;
}

const CHUNK = {
  headChunkBytes: 0,
  headChunkLines: 0,
  decompressedBytes: 0,
  decompressedLines: 0,
  compressedBytes: 0,
  totalDuplicates: 0,
  postFilterLines: 0,
  headChunkStructuredMetadataBytes: 0,
  decompressedStructuredMetadataBytes: 0,
};
const STORE = {
  totalChunksRef: 0,
  totalChunksDownloaded: 0,
  chunksDownloadTime: 0,
  queryReferencedStructuredMetadata: false,
  chunk: CHUNK,
  chunkRefsFetchTime: 0,
  congestionControlLatency: 0,
  pipelineWrapperFilteredLines: 0,
};
const CACHE = {
  entriesFound: 0,
  entriesRequested: 0,
  entriesStored: 0,
  bytesReceived: 0,
  bytesSent: 0,
  requests: 0,
  downloadTime: 0,
  queryLengthServed: 0,
};

/** Loki's own parts that we do not have are there and zero: clients read them without asking. */
function printStats({ linesRead, bytesRead, linesCounted, durationMs }: LogQlStats, entries: number): object {
  const seconds = Math.max(durationMs / 1_000, 1e-6);
  const lines = linesRead + linesCounted;
  return {
    summary: {
      bytesProcessedPerSecond: Math.round(bytesRead / seconds),
      linesProcessedPerSecond: Math.round(lines / seconds),
      totalBytesProcessed: bytesRead,
      totalLinesProcessed: lines,
      execTime: durationMs / 1_000,
      queueTime: 0,
      subqueries: 0,
      totalEntriesReturned: entries,
      splits: 0,
      shards: 0,
      totalPostFilterLines: lines,
      totalStructuredMetadataBytesProcessed: 0,
    },
    querier: { store: STORE },
    ingester: {
      totalReached: 0,
      totalChunksMatched: 0,
      totalBatches: 0,
      totalLinesSent: 0,
      store: STORE,
    },
    cache: {
      chunk: CACHE,
      index: CACHE,
      result: CACHE,
      statsResult: CACHE,
      volumeResult: CACHE,
      seriesResult: CACHE,
      labelResult: CACHE,
      instantMetricResult: CACHE,
    },
    index: { totalChunks: 0, postFilterChunks: 0, shardsDuration: 0 },
  };
}
