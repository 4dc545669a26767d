/**
 * A log query that goes on: first what there was, then what comes in, each line once. It looks for new records as every
 * live tail does (plan/tail.ts); of a flood it takes the newest and names some of those it leaves out.
 */
import type { PlanFilter } from '#server/query/plan/plan.ts';
import { FAR_EVERY, type LiveTails, type TailLook } from '#server/query/plan/tail.ts';
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
/** The time of a record is at most an hour ahead of ours (process/logs). */
const AHEAD_NS = 2n * 3_600_000_000_000n;

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

export interface TailDeps {
  telemetry: Pick<TelemetryStore, 'select'>;
  tails: LiveTails;
}

export class LogQlTail {
  readonly #deps: TailDeps;
  readonly #projects: readonly number[];
  readonly #request: TailRequest;
  readonly #filter: PlanFilter;
  readonly #stages: readonly Stage[];
  /** Lines of the history that were stored after the first look, and so are found by another: how often, by time and text. */
  #shown = new Map<string, number>();
  #looks = 0;

  /** Throws the refusal of a query that cannot be followed. */
  constructor(deps: TailDeps, projects: readonly number[], request: TailRequest) {
    this.#deps = deps;
    this.#projects = projects;
    this.#request = request;
    const query = parseLogQl(request.query);
    if (query.is !== 'log') throw queryError('only log queries can be tailed');
    const { filter, stages } = compileLog(query);
    this.#filter = filter;
    this.#stages = stages;
  }

  /** Until the signal; throws what a look failed with. */
  async *steps(signal: AbortSignal): AsyncGenerator<TailStep, void> {
    const question = {
      projects: this.#projects,
      filter: this.#filter,
      rowsMax: 2 * SHOWN_MAX,
      sampleOf: 'newest',
      delayMs: this.#request.delayMs,
    } as const;
    for await (const step of this.#deps.tails.follow(question, signal)) {
      if (step.is === 'trouble') throw step.error;
      yield step.is === 'start' ? await this.#history(signal) : this.#news(step);
    }
  }

  /** What there was. */
  async #history(signal: AbortSignal): Promise<TailStep> {
    const { query, start, limit, now } = this.#request;
    const end = BigInt(now()) * 1_000_000n + AHEAD_NS;
    const from = start < end ? start : end;
    const result = await runLogQl(this.#deps.telemetry, this.#projects, {
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
    for (const { entry } of lines) {
      const key = keyOf(entry.timestamp, entry.line);
      this.#shown.set(key, (this.#shown.get(key) ?? 0) + 1);
    }
    return { lines, dropped: [] };
  }

  /** What came in since. */
  #news({ at, rows }: TailLook): TailStep {
    const run = compilePipeline(this.#stages, BigInt(at) * 1_000_000n);
    const passed: TailLine[] = [];
    for (const row of rows) {
      const labels = new LineLabels(baseLabels(row));
      const line: LineInHand = { text: row.body, labels, timestamp: BigInt(row.time) };
      if (run(line) && !this.#takeShown(line, row.time)) passed.push(lineOf(line, row.time));
    }
    this.#looks += 1;
    if (this.#looks > FAR_EVERY) this.#shown.clear();
    return { lines: inTime(passed.slice(-SHOWN_MAX)), dropped: inTime(passed.slice(0, -SHOWN_MAX)) };
  }

  #takeShown({ text }: LineInHand, time: string): boolean {
    const key = keyOf(time, text);
    const times = this.#shown.get(key) ?? 0;
    if (times > 0) this.#shown.set(key, times - 1);
    return times > 0;
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
