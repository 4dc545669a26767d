/**
 * How often the patterns of lines were there, per step and level. Patterns are numbers in the store; their texts are
 * made of the first and the last line of each, so that they say the same on every node and after every start.
 */
import { compileSamples } from '#server/query/plan/compile-lists.ts';
import { type Plan, type PlanSteps, rangeOfSteps } from '#server/query/plan/plan.ts';
import { countRecords, Deadline, earliest } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { compileLog } from './compile-log.ts';
import { baseLabelText } from './labels.ts';
import { queryError, tooLarge } from './logql-error.ts';
import { parseLogQl } from './parse.ts';
import { patternFilter } from './pattern-filter.ts';
import { LOGQL_LIMITS } from './run-logql.ts';

/** Pairs of pattern and level that are counted. */
const COUNTED_MAX = 100_000;
/** Those that are returned, the most frequent; Logs Drilldown shows 500. */
const PATTERNS_MAX = 500;
/** Characters of a body that decide its pattern (process/patterns). */
const SAMPLE_CHARS = 16_384;

export interface PatternsRequest {
  /** A selector, with filters that need no parser. */
  query: string;
  /** Nanoseconds since 1970; the end is not included. */
  start: bigint;
  end: bigint;
  step: bigint;
  signal?: AbortSignal;
  templateOf(body: string): string;
}

export interface PatternCount {
  /** As a line filter `|>` takes it. */
  pattern: string;
  level: string;
  /** Begin of each step that has some, seconds since 1970, and how many. */
  samples: [seconds: number, count: number][];
  records: number;
}

/** The most frequent first. */
export async function countPatterns(
  telemetry: Pick<TelemetryStore, 'select'>,
  projects: readonly number[],
  { query, start, end, step, signal, templateOf }: PatternsRequest,
): Promise<PatternCount[]> {
  const parsed = parseLogQl(query);
  const log = parsed.is === 'log' ? compileLog(parsed) : undefined;
  if (!log || log.stages.length > 0) throw queryError('patterns take a selector and line filters');
  if (end <= start) return [];
  const steps: PlanSteps = {
    start: start + step - 1n,
    step,
    count: Number((end - start + step - 1n) / step),
    window: step,
  };
  const { end: last } = rangeOfSteps(steps);
  const plan: Plan = { projects, range: { start, end: earliest(last, end) }, filter: log.filter };
  const reading = { telemetry, deadline: new Deadline(LOGQL_LIMITS.timeoutMs), signal };
  const by = [{ is: 'pattern' } as const, baseLabelText('detected_level')!];
  try {
    const groups = await countRecords(reading, plan, { steps, by, bytes: false }, COUNTED_MAX);
    const counted = groups
      .map(({ key, records }) => ({
        id: key.values[0]!,
        level: key.values[1]!,
        records: records.reduce((sum, one) => sum + one, 0),
        samples: [...records].flatMap((count, at): [number, number][] =>
          count > 0 ? [[Number((start + step * BigInt(at)) / 1_000_000_000n), count]] : [],
        ),
      }))
      .sort((a, b) => b.records - a.records || (a.id < b.id ? -1 : 1))
      .slice(0, PATTERNS_MAX);
    const texts = await textsOf(reading, plan, [...new Set(counted.map(({ id }) => id))], templateOf);
    return counted.flatMap(({ id, level, records, samples }) => {
      const pattern = texts.get(id);
      return pattern === undefined ? [] : [{ pattern, level, samples, records }];
    });
  } catch (error) {
    if (error instanceof QueryCutShort && error.by === 'rows')
      throw tooLarge('more patterns than one answer may hold; consider a narrower selector or a longer step');
    throw error;
  }
}

async function textsOf(
  {
    telemetry,
    deadline,
    signal,
  }: { telemetry: Pick<TelemetryStore, 'select'>; deadline: Deadline; signal?: AbortSignal | undefined },
  plan: Plan,
  ids: readonly string[],
  templateOf: (body: string) => string,
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { sql, params } = compileSamples(plan, { patterns: ids.map(Number), chars: SAMPLE_CHARS });
  const rows = await telemetry.select<{ pattern: string; body: string }>(plan.projects, sql, {
    params,
    timeoutMs: deadline.left(),
    rowsMax: 2 * ids.length,
    ...(signal && { signal }),
  });
  const bodies = Map.groupBy(rows, ({ pattern }) => pattern);
  return new Map(
    [...bodies].map(([id, of]) => [
      id,
      patternFilter(
        templateOf(of[0]!.body),
        of.map(({ body }) => body),
      ),
    ]),
  );
}
