/**
 * A log query that goes on: first what there was, then what comes in, each line once. A step takes as many lines as
 * a person could ever read; of a flood it takes the newest and names some of those it leaves out.
 */
import { Arrivals } from '#server/query/plan/arrivals.ts';
import type { PlanFilter } from '#server/query/plan/plan.ts';
import { Deadline } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import type { Stage } from './ast.ts';
import { compileLog } from './compile-log.ts';
import { baseLabels, type Labels } from './labels.ts';
import { LineLabels } from './line-labels.ts';
import { queryError } from './logql-error.ts';
import { parseLogQl } from './parse.ts';
import { compilePipeline, type LineInHand } from './pipeline.ts';
import type { LogQlEntry, LogQlStream } from './read-streams.ts';
import { runLogQl } from './run-logql.ts';
import { labelsKey } from './series.ts';

/** Lines of one step that are shown, and as many again that are named. */
const SHOWN_MAX = 1_000;
/**
 * Lines whose own time is longer ago when they come in are not looked for: a step reads the newest minutes of the
 * table and nothing else.
 */
const LATE_NS = 60_000_000_000n;
/** Records may come in before the tail begins and become visible after; ms. */
const LAG_MS = 10_000;
/** The time of a record is at most an hour ahead of ours (process/logs). */
const AHEAD_NS = 2n * 3_600_000_000_000n;
/** What one step may take of the engine, ms. */
const STEP_MS_MAX = 10_000;

export interface TailRequest {
  query: string;
  /** Nanoseconds since 1970: lines from then on are shown first, the newest `limit` of them. */
  start: bigint;
  limit: number;
  /** Lines are shown when they are so old, ms: those that come late are then in their place. */
  delayMs: number;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface TailLine {
  /** Labels of its stream. */
  stream: Labels;
  entry: LogQlEntry;
}

export interface TailStep {
  /** In the order of time. */
  lines: TailLine[];
  /** What was left out, as far as it is known. */
  dropped: TailLine[];
}

export class LogQlTail {
  readonly #telemetry: Pick<TelemetryStore, 'select'>;
  readonly #projects: readonly number[];
  readonly #request: TailRequest;
  readonly #filter: PlanFilter;
  readonly #stages: readonly Stage[];
  readonly #arrivals: Arrivals;
  readonly #began: number;
  /** Lines of the history that the first steps find again: how often, by time and text. */
  #shown = new Map<string, number>();
  /** The history was full: what came in before and is older is none of it. */
  #notBefore = 0n;

  /** Throws the refusal of a query that cannot be followed. */
  constructor(telemetry: Pick<TelemetryStore, 'select'>, projects: readonly number[], request: TailRequest) {
    this.#telemetry = telemetry;
    this.#projects = projects;
    this.#request = request;
    const query = parseLogQl(request.query);
    if (query.is !== 'log') throw queryError('only log queries can be tailed');
    const { filter, stages } = compileLog(query);
    this.#filter = filter;
    this.#stages = stages;
    this.#began = request.now();
    this.#arrivals = new Arrivals(this.#began - LAG_MS);
  }

  /** What there was, in the order of time. */
  async history(signal: AbortSignal): Promise<TailLine[]> {
    const { query, start, limit, now } = this.#request;
    const end = BigInt(now()) * 1_000_000n + AHEAD_NS;
    const from = start < end ? start : end;
    const result = await runLogQl(this.#telemetry, this.#projects, {
      query,
      limit,
      signal,
      start: from,
      end,
    });
    const streams = result.resultType === 'streams' ? result.result : [];
    const newestFirst = streams.flatMap(({ labels, entries }) =>
      entries.map((entry) => ({ stream: labels, entry })),
    );
    const lines = inTime(newestFirst.reverse());
    if (lines.length === limit) this.#notBefore = BigInt(lines[0]!.entry.timestamp);
    for (const { entry } of lines) {
      const key = keyOf(entry.timestamp, entry.line);
      this.#shown.set(key, (this.#shown.get(key) ?? 0) + 1);
    }
    return lines;
  }

  /** What came in since the last step. */
  async next(signal: AbortSignal): Promise<TailStep> {
    const now = this.#request.now();
    const until = now - this.#request.delayMs;
    const range = {
      start: BigInt(until) * 1_000_000n - LATE_NS,
      end: BigInt(now) * 1_000_000n + AHEAD_NS,
    };
    const { rows } = await this.#arrivals.next(
      { telemetry: this.#telemetry, deadline: new Deadline(STEP_MS_MAX), signal },
      { projects: this.#projects, range, filter: this.#filter },
      { until, limit: 2 * SHOWN_MAX },
    );
    const run = compilePipeline(this.#stages, BigInt(now) * 1_000_000n);
    const passed: TailLine[] = [];
    for (const row of rows) {
      const labels = new LineLabels(baseLabels(row));
      const line: LineInHand = { text: row.body, labels, timestamp: BigInt(row.time) };
      if (run(line) && this.#isNew(line, row.time, row.received)) passed.push(lineOf(line, row.time));
    }
    if (until - LAG_MS > this.#began) this.#shown.clear();
    return { lines: inTime(passed.slice(-SHOWN_MAX)), dropped: inTime(passed.slice(0, -SHOWN_MAX)) };
  }

  /** Not shown as part of the history, and not one of those that the history left out. */
  #isNew({ text, timestamp }: LineInHand, time: string, received: number): boolean {
    const key = keyOf(time, text);
    const times = this.#shown.get(key) ?? 0;
    if (times > 0) {
      this.#shown.set(key, times - 1);
      return false;
    }
    return received > this.#began || timestamp >= this.#notBefore;
  }
}

const keyOf = (time: string, text: string) => `${time} ${text}`;

function lineOf({ text, labels }: LineInHand, timestamp: string): TailLine {
  const { stream, metadata, parsed } = labels.byOrigin();
  return { stream, entry: { timestamp, line: text, structuredMetadata: metadata, parsed } };
}

/** Those of one moment stay in the order in which they came. */
function inTime(lines: readonly TailLine[]): TailLine[] {
  return lines
    .map((line) => ({ line, time: BigInt(line.entry.timestamp) }))
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map(({ line }) => line);
}

/** Lines with equal labels of the stream together. */
export function asStreams(lines: readonly TailLine[]): LogQlStream[] {
  const streams = new Map<string, LogQlStream>();
  for (const { stream, entry } of lines) {
    const key = labelsKey(stream);
    const into = streams.get(key) ?? { labels: stream, entries: [] };
    streams.set(key, into);
    into.entries.push(entry);
  }
  return [...streams.values()];
}
