/** The patterns of a plan's records, counted on the engine; what is not asked for in time stays unknown. */
import {
  compileFirstSeen,
  compileNewest,
  compilePatternSamples,
  compilePatterns,
  type PatternOrder,
  type PatternPlace,
} from './compile-patterns.ts';
import type { Plan } from './plan.ts';
import type { Reading } from './run-plan.ts';

export interface PatternRow {
  pattern: string;
  records: number;
  errors: number;
  /** Nanoseconds. */
  last: string;
  /** Records by severity number, divided by four and rounded up. */
  levels: Record<string, number>;
  services: string[];
  all_services: number;
  all_patterns: number;
  all_records: number;
  /** Where one of its records is. */
  place_time: string;
  place_tie: string;
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

export interface SampleRow {
  pattern: string;
  project_id: number;
  time: string;
  tie: string;
  body: string;
}

export async function readSamples(
  reading: Reading,
  projects: readonly number[],
  places: readonly PatternPlace[],
  charsMax: number,
): Promise<SampleRow[]> {
  const { sql, params } = compilePatternSamples(places, charsMax);
  return select<SampleRow>(reading, projects, sql, params, places.length);
}

function select<Row>(
  { telemetry, deadline, signal }: Reading,
  projects: readonly number[],
  sql: string,
  params: Record<string, unknown>,
  rowsMax: number,
): Promise<Row[]> {
  return telemetry.select<Row>(projects, sql, { params, timeoutMs: deadline.left(), rowsMax, signal });
}
