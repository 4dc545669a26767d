/**
 * How often the patterns of lines were there, per step and level, as Loki's `patterns` tells it: counted as every list of
 * patterns (plan/patterns.ts). Their texts are made of the first and the last line of each, so that they say the same on
 * every node and after every start.
 */
import { withoutAbsentKeys } from '#server/query/plan/absent-keys.ts';
import {
  firstPlace,
  lastPlace,
  listPatterns,
  type PatternRow,
  type PatternTrend,
  patternTrends,
  readSamples,
} from '#server/query/plan/patterns.ts';
import type { Plan } from '#server/query/plan/plan.ts';
import { Deadline, type Reading } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { compileLog } from './compile-log.ts';
import { baseLabelText } from './labels.ts';
import { queryError, tooLarge } from './logql-error.ts';
import { parseLogQl } from './parse.ts';
import { patternFilter } from './pattern-filter.ts';
import { LOGQL_LIMITS } from './run-logql.ts';

/** Patterns that are returned, the most frequent; Logs Drilldown shows 500. */
const PATTERNS_MAX = 500;
/** Pairs of pattern and level that are counted: a level is whatever a sender says. */
const COUNTED_MAX = 10_000;

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
  const plan: Plan = { projects, range: { start, end }, filter: log.filter };
  const reading = { telemetry, deadline: new Deadline(LOGQL_LIMITS.timeoutMs), signal };
  try {
    const rows = await listPatterns(reading, plan, { order: 'records', limit: PATTERNS_MAX });
    const [by] = await withoutAbsentKeys(reading, plan, [baseLabelText('detected_level')!]);
    const trends = await patternTrends(
      reading,
      plan,
      rows.map(({ pattern }) => pattern),
      {
        steps: { from: start, length: step },
        by: by!,
        trendsMax: COUNTED_MAX,
      },
    );
    const texts = await textsOf(reading, projects, rows, templateOf);
    return trends
      .flatMap((trend) => {
        const pattern = texts.get(trend.pattern);
        return pattern === undefined ? [] : [countOf(pattern, trend, start, step)];
      })
      .sort((a, b) => b.records - a.records || (a.pattern < b.pattern ? -1 : 1));
  } catch (error) {
    if (error instanceof QueryCutShort && error.by === 'rows')
      throw tooLarge('more patterns than one answer may hold; consider a narrower selector or a longer step');
    throw error;
  }
}

function countOf(
  pattern: string,
  { by: level, steps, records }: PatternTrend,
  start: bigint,
  step: bigint,
): PatternCount {
  const samples = steps.map((at, place): PatternCount['samples'][number] => [
    Number((start + step * BigInt(at)) / 1_000_000_000n),
    records[place]!,
  ]);
  return {
    pattern,
    level,
    samples: samples.sort(([a], [b]) => a - b),
    records: records.reduce((sum, one) => sum + one, 0),
  };
}

async function textsOf(
  reading: Reading,
  projects: readonly number[],
  patterns: readonly PatternRow[],
  templateOf: (body: string) => string,
): Promise<Map<string, string>> {
  const places = patterns.flatMap((row) => [firstPlace(row), lastPlace(row)]);
  const samples = await readSamples(reading, projects, places);
  return new Map(
    [...Map.groupBy(samples, ({ pattern }) => pattern)].map(([id, of]) => {
      const bodies = of.map(({ body }) => body);
      return [id, patternFilter(templateOf(bodies[0]!), bodies)];
    }),
  );
}
