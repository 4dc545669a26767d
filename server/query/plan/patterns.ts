/**
 * The patterns of a plan's records, counted on the engine, for every list of patterns: which there are, how many records
 * each has over time, since when, and the lines that its text is made of.
 */
import {
  compileFirstSeen,
  compileNewest,
  compilePatternSamples,
  compilePatterns,
  compilePatternTrends,
  compileSeenPatterns,
  type PatternOrder,
  type PatternPlace,
  type TrendSteps,
} from './compile-patterns.ts';
import type { Plan, PlanText } from './plan.ts';
import type { Reading } from './run-plan.ts';

export interface PatternRow {
  pattern: string;
  records: number;
  errors: number;
  /** Its first and its last record: nanoseconds and tie. */
  first: string;
  first_tie: string;
  last: string;
  last_tie: string;
  /** Records by severity number, divided by four and rounded up. */
  levels: Record<string, number>;
  services: string[];
  all_services: number;
  all_patterns: number;
  all_records: number;
}

export async function listPatterns(
  reading: Reading,
  plan: Plan,
  { order, limit }: { order: PatternOrder; limit: number },
): Promise<PatternRow[]> {
  const ask = <Row>({ sql, params }: ReturnType<typeof compilePatterns>) =>
    select<Row>(reading, plan.projects, sql, params, limit);
  if (order !== 'newest') return ask<PatternRow>(compilePatterns(plan, { order, limit }));
  const newest = await ask<{ pattern: string }>(compileNewest(plan, limit));
  const only = newest.map(({ pattern }) => pattern);
  const rows = await ask<PatternRow>(compilePatterns(plan, { order, limit, only }));
  const place = new Map(only.map((pattern, at) => [pattern, at]));
  return rows.sort((a, b) => place.get(a.pattern)! - place.get(b.pattern)!);
}

/** How many records of a pattern, and of one of its texts, there were in each step that has some. */
export interface PatternTrend {
  pattern: string;
  by: string;
  /** Since `from`. */
  steps: number[];
  records: number[];
}

/** Throws QueryCutShort beyond `trendsMax`. */
export async function patternTrends(
  reading: Reading,
  plan: Plan,
  patterns: readonly string[],
  { steps, by = NO_TEXT, trendsMax }: { steps: TrendSteps; by?: PlanText; trendsMax: number },
): Promise<PatternTrend[]> {
  if (patterns.length === 0) return [];
  const { sql, params } = compilePatternTrends(plan, patterns, { steps, by });
  return select<PatternTrend>(reading, plan.projects, sql, params, trendsMax);
}

const NO_TEXT: PlanText = { is: 'constant', value: '' };

export interface FirstSeen {
  /** Nanoseconds. */
  first: string;
  release: string;
}

/** By pattern, and the oldest record of all under ''. */
export async function firstSeen(
  reading: Reading,
  projects: readonly number[],
  patterns: readonly string[],
): Promise<Map<string, FirstSeen>> {
  const { sql, params } = compileFirstSeen(patterns);
  const rows = await select<FirstSeen & { pattern: string }>(
    reading,
    projects,
    sql,
    params,
    patterns.length + 1,
  );
  const found = new Map(rows.map((row) => [row.pattern, row]));
  const oldest = rows.reduce<(typeof rows)[number] | undefined>(
    (a, b) => (a === undefined || BigInt(b.first) < BigInt(a.first) ? b : a),
    undefined,
  );
  if (oldest) found.set('', oldest);
  return found;
}

/** When each pattern was first seen between two times, ms; without `since` of all that is kept. */
export async function seenPatterns(
  reading: Reading,
  projects: readonly number[],
  between: { since: number | null; until: number; limit: number },
): Promise<{ pattern: string; at: number }[]> {
  const { sql, params } = compileSeenPatterns(between);
  const rows = await select<{ pattern: string; at: number }>(reading, projects, sql, params, between.limit);
  return rows.map(({ pattern, at }) => ({ pattern, at: Number(at) }));
}

export interface SampleRow {
  pattern: string;
  project_id: number;
  time: string;
  tie: string;
  body: string;
}

/** Characters of a body that decide its pattern (process/patterns). */
const DECIDING_CHARS = 16_384;

/** The beginnings of some records, as long as what decides a pattern. */
export async function readSamples(
  reading: Reading,
  projects: readonly number[],
  places: readonly PatternPlace[],
): Promise<SampleRow[]> {
  if (places.length === 0) return [];
  const { sql, params } = compilePatternSamples(places, DECIDING_CHARS);
  return select<SampleRow>(reading, projects, sql, params, 2 * places.length);
}

export const firstPlace = ({ pattern, first, first_tie }: PatternRow): PatternPlace => ({
  pattern,
  time: first,
  tie: first_tie,
});
export const lastPlace = ({ pattern, last, last_tie }: PatternRow): PatternPlace => ({
  pattern,
  time: last,
  tie: last_tie,
});

function select<Row>(
  { telemetry, deadline, signal }: Reading,
  projects: readonly number[],
  sql: string,
  params: Record<string, unknown>,
  rowsMax: number,
): Promise<Row[]> {
  return telemetry.select<Row>(projects, sql, { params, timeoutMs: deadline.left(), rowsMax, signal });
}
