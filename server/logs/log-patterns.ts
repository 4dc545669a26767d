/**
 * What the records of a search have in common: their patterns, counted exactly, the most frequent, the newest or those
 * with the most errors first. Only how many are told is bounded. When a pattern was first seen is looked up in all that
 * is kept; where that takes too long, it is unknown and the rest stands.
 */
import type { LogPattern, LogPatternRule, LogPatternSort, LogPatterns } from '#contract/logs.ts';
import { Rejection } from '#server/platform/rejection.ts';
import {
  firstSeen,
  lastPlace,
  listPatterns,
  type PatternRow,
  patternTrends,
  readSamples,
  type SampleRow,
} from '#server/query/plan/patterns.ts';
import { all, any, type Plan } from '#server/query/plan/plan.ts';
import { Deadline, type Reading } from '#server/query/plan/run-plan.ts';
import { levelOfNumber } from '#server/record/log.ts';
import { type LogQuestion, type LogSteps, planOf, readingOf, stepsOf } from './log-queries.ts';
import { type LogStores, recordId } from './logs.ts';
import { type NotKept, recordsNotKept } from './not-kept.ts';

export const PATTERNS_MAX = 200;
const NS_OF_MS = 1_000_000n;
/** Patterns that are told of by their rules alone. */
const GONE_MAX = 50;
/** Bars beside each pattern. */
const BARS_MAX = 30;
const SAMPLE_CHARS_MAX = 2000;
/** For what all that is kept is read for, ms. */
const FIRST_SEEN_MS_MAX = 4000;

export interface PatternStores extends LogStores {
  /** What a line has in common with those of its pattern; main knows how. */
  templateOf(body: string): string;
}

/** A rule with what it is of. */
export type RuleOfPattern = LogPatternRule & { patternId: string; template: string };

export interface PatternsWanted {
  sort: LogPatternSort;
  limit: number;
  /** Of the projects that are asked. */
  noiseRules?: readonly RuleOfPattern[];
}

export async function logPatterns(
  stores: PatternStores,
  question: LogQuestion,
  { sort, limit, noiseRules = [] }: PatternsWanted,
): Promise<LogPatterns> {
  const plan = planOf(question);
  const steps = stepsOf(question, BARS_MAX);
  const reading = readingOf(stores);
  const [rows, notKept] = await Promise.all([
    listPatterns(reading, plan, { order: sort, limit }),
    recordsNotKept(stores.telemetry, { ...question, filter: plan.filter }),
  ]);
  const rules = Map.groupBy(noiseRules, ({ patternId }) => patternId);
  const [{ all_patterns: patterns, all_records: records } = NONE] = rows;
  const told = {
    ...{ patterns, records, from: steps.from, stepMs: steps.stepMs },
    notKept: notKept.told,
    gone: goneOf(notKept, rows, rules),
  };
  if (rows.length === 0) return { ...told, items: [], keptSince: null };
  const ids = rows.map(({ pattern }) => pattern);
  const [firsts, trends, samples] = await Promise.all([
    firstSeenInTime(stores, question.projects, ids),
    trendsOf(reading, plan, ids, steps),
    readSamples(reading, question.projects, rows.map(lastPlace)),
  ]);
  const keptSince = firsts?.get('')?.first ?? null;
  const sampleOf = new Map(samples.map((sample) => [sample.pattern, sample]));
  return {
    ...told,
    keptSince,
    items: rows.map((row): LogPattern => {
      const first = firsts?.get(row.pattern);
      return {
        id: row.pattern,
        ...textOf(sampleOf.get(row.pattern), stores),
        records: row.records,
        notKept: notKept.counts.get(row.pattern) ?? 0,
        rules: (rules.get(row.pattern) ?? []).map(toRule),
        errors: row.errors,
        levels: levelsOf(row),
        services: row.services,
        servicesInAll: row.all_services,
        counts: trends.get(row.pattern) ?? [],
        lastSeen: row.last,
        firstSeen: first?.first ?? null,
        firstRelease: first?.release ?? '',
        isNew: isNew(first?.first, keptSince, plan),
      };
    }),
  };
}

/** What is not told of by its records; their texts are those that their rules remember. */
function goneOf(
  { counts }: NotKept,
  rows: readonly PatternRow[],
  rules: ReadonlyMap<string, readonly RuleOfPattern[]>,
): LogPatterns['gone'] {
  const told = new Set(rows.map(({ pattern }) => pattern));
  return [...counts]
    .filter(([id]) => !told.has(id))
    .slice(0, GONE_MAX)
    .map(([id, notKept]) => {
      const own = rules.get(id) ?? [];
      return { id, template: own[0]?.template ?? '', notKept, rules: own.map(toRule) };
    });
}

const toRule = ({ patternId: _, template: __, ...rule }: RuleOfPattern): LogPatternRule => rule;

/** The texts of some patterns that have records in a plan. */
export async function templatesOf(
  stores: PatternStores,
  reading: Reading,
  plan: Plan,
  patterns: readonly string[],
): Promise<Map<string, string>> {
  if (patterns.length === 0) return new Map();
  const rows = await listPatterns(
    reading,
    { ...plan, filter: all(plan.filter, onlyPatterns(patterns)) },
    { order: 'records', limit: patterns.length },
  );
  const samples = await readSamples(reading, plan.projects, rows.map(lastPlace));
  return new Map(samples.map((sample) => [sample.pattern, stores.templateOf(sample.body)]));
}

const onlyPatterns = (patterns: readonly string[]) =>
  any(...patterns.map((id) => ({ is: 'pattern' as const, id: Number(id) })));

const NONE = { all_patterns: 0, all_records: 0 };

/** A sample may have been deleted since it was counted. */
function textOf(
  sample: SampleRow | undefined,
  { templateOf }: PatternStores,
): Pick<LogPattern, 'template' | 'sample'> {
  if (!sample) return { template: '', sample: null };
  return {
    template: templateOf(sample.body),
    sample: {
      id: recordId(sample),
      body: [...sample.body.slice(0, 2 * SAMPLE_CHARS_MAX)].slice(0, SAMPLE_CHARS_MAX).join(''),
    },
  };
}

const levelsOf = ({ levels }: PatternRow): LogPattern['levels'] =>
  Object.entries(levels).map(([fours, records]) => ({
    level: levelOfNumber(4 * Number(fours)) || 'unknown',
    records,
  }));

/** Only what is kept from before the period tells what is new in it. */
function isNew(first: string | undefined, keptSince: string | null, { range }: Plan): boolean {
  return (
    first !== undefined &&
    keptSince !== null &&
    BigInt(keptSince) < range.start &&
    BigInt(first) >= range.start
  );
}

async function firstSeenInTime(stores: LogStores, projects: readonly number[], patterns: readonly string[]) {
  const reading = { telemetry: stores.telemetry, deadline: new Deadline(FIRST_SEEN_MS_MAX) };
  try {
    return await firstSeen(reading, projects, patterns);
  } catch (error) {
    if (error instanceof Rejection) return null;
    throw error;
  }
}

async function trendsOf(
  reading: Reading,
  plan: Plan,
  patterns: readonly string[],
  { from, stepMs, count }: LogSteps,
): Promise<Map<string, number[]>> {
  const found = await patternTrends(reading, plan, patterns, {
    steps: { from: BigInt(from) * NS_OF_MS, length: BigInt(stepMs) * NS_OF_MS },
    trendsMax: patterns.length,
  });
  return new Map(
    found.map(({ pattern, steps, records }) => {
      const counts = new Array<number>(count).fill(0);
      steps.forEach((step, at) => {
        counts[step] = records[at]!;
      });
      return [pattern, counts];
    }),
  );
}
