/**
 * A log query: records newest or oldest first, until enough of them came through the pipeline. Bounded by lines and
 * by time; what was cut short says how far it came.
 */
import { Pace, readRecords } from '#server/query/plan/run-plan.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import type { LogExpr } from './ast.ts';
import { compileLog } from './compile-log.ts';
import type { Evaluation } from './evaluate-range.ts';
import { baseLabels, type Labels } from './labels.ts';
import { LineLabels } from './line-labels.ts';
import { compilePipeline, type LineInHand } from './pipeline.ts';
import { labelsKey } from './series.ts';

export interface LogQlEntry {
  /** Nanoseconds since 1970. */
  timestamp: string;
  line: string;
  structuredMetadata: Labels;
  /** Labels that the pipeline made. */
  parsed: Labels;
}

/** Entries whose labels of the stream are equal, in the order of the query. */
export interface LogQlStream {
  labels: Labels;
  entries: LogQlEntry[];
}

export interface ReadStreams {
  streams: LogQlStream[];
  /** Set when not all of the time was looked at: nanoseconds, the end that was reached. */
  searchedTo?: string;
}

export interface StreamsPage {
  start: bigint;
  /** Not included. */
  end: bigint;
  limit: number;
  direction: 'forward' | 'backward';
  /** Nanoseconds between an entry and the next, at least. */
  interval: bigint;
  /** Characters of all lines together; the one that goes beyond is the last. */
  charsMax: number;
}

/** Lines read at a time when most of them may not come through. */
const PAGE_ROWS = 2_000;

export async function readStreams(
  evaluation: Evaluation,
  expr: LogExpr,
  { start, end, limit, direction, interval, charsMax }: StreamsPage,
): Promise<ReadStreams> {
  const { filter, stages } = compileLog(expr);
  const run = compilePipeline(stages, evaluation.now);
  const plan = { projects: evaluation.projects, range: { start, end }, filter };
  const streams = new Map<string, LogQlStream>();
  const { stats, limits } = evaluation;
  let left = limit;
  let charsLeft = charsMax;
  let last: bigint | undefined;
  const isTooClose = (time: bigint) =>
    last !== undefined && (direction === 'forward' ? time - last : last - time) < interval;
  let searchedTo = direction === 'forward' ? start : end;
  const cut = () => ({ streams: [...streams.values()], searchedTo: String(searchedTo) });
  const pace = new Pace(evaluation);
  try {
    const pageRows = stages.length === 0 ? limit : Math.max(limit, PAGE_ROWS);
    for await (const { rows, seenTo } of readRecords(evaluation, plan, { direction, pageRows })) {
      for (const row of rows) {
        if (pace.isDue()) await pace.rest();
        stats.linesRead += 1;
        stats.bytesRead += row.body.length;
        const line: LineInHand = {
          text: row.body,
          labels: new LineLabels(baseLabels(row)),
          timestamp: BigInt(row.time),
        };
        if (!run(line) || isTooClose(line.timestamp)) continue;
        addEntry(streams, line, row.time);
        last = line.timestamp;
        left -= 1;
        if (left === 0) return { streams: [...streams.values()] };
        charsLeft -= line.text.length;
        searchedTo = line.timestamp;
        if (charsLeft < 0) return cut();
      }
      searchedTo = seenTo;
      if (stats.linesRead >= limits.linesMax) return cut();
    }
  } catch (error) {
    if (!(error instanceof QueryCutShort) || error.by === 'aborted' || error.by === 'memory') throw error;
    // Nothing came of it at all: there is no part to show.
    if (stats.linesRead === 0) throw error;
    return cut();
  }
  return { streams: [...streams.values()] };
}

function addEntry(
  streams: Map<string, LogQlStream>,
  { text, labels }: Pick<LineInHand, 'text' | 'labels'>,
  timestamp: string,
): void {
  const { stream, metadata, parsed } = labels.byOrigin();
  const key = labelsKey(stream);
  let into = streams.get(key);
  if (!into) {
    into = { labels: stream, entries: [] };
    streams.set(key, into);
  }
  into.entries.push({ timestamp, line: text, structuredMetadata: metadata, parsed });
}
