/**
 * A search in two periods of one length: how many records there were, when, and of which values more or fewer than
 * before; changed-values.ts has the rule. Counts are exact. Of each key the most frequent values of both periods are
 * looked at, and how many that are of how many is told.
 */
import type { LogAgainst, LogChange, LogComparison, LogKeyChanges } from '#contract/logs.ts';
import { changedValues, type ValueCounts } from '#server/platform/changed-values.ts';
import { all, any, type Plan, type PlanText } from '#server/query/plan/plan.ts';
import { type Reading, readTable } from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';

import { type PatternStores, templatesOf } from './log-patterns.ts';
import { type LogQuestion, type LogSteps, planOf, readingOf, stepsOf } from './log-queries.ts';
import { fieldOf, isLevelKey } from './log-search.ts';

const DAY_MS = 86_400_000;
const KEYS_USUAL = ['level', 'service', 'pattern'];
/** The most frequent of each period. Those of the other are counted in this one too, wherever they stand. */
const VALUES_READ = 100;
/** Told of each key. */
const CHANGES_MAX = 10;
/** Texts that differ later than this are one value. */
const VALUE_CHARS_MAX = 200;
const NS_OF_MS = 1_000_000n;
/** Error and fatal. */
const ERRORS = { is: 'severity', from: 17, to: 24 } as const;

interface Period {
  plan: Plan;
  from: number;
  to: number;
}

export async function compareLogs(
  stores: PatternStores,
  question: LogQuestion,
  { against, own }: { against: LogAgainst; own: readonly string[] },
): Promise<LogComparison> {
  const shift = shiftOf(question, against);
  const earlier = { ...question, from: question.from - shift, to: question.to - shift };
  if (earlier.from < 0) throw reject('request_invalid', 'from: the period before it begins before 1970');
  const reading = readingOf(stores);
  const steps = stepsOf(question);
  const periods = [question, earlier].map((each) => ({ plan: planOf(each), from: each.from, to: each.to }));
  const [now, before] = periods as [Period, Period];
  const [counted, countedBefore] = await Promise.all([
    countPeriod(reading, now, steps),
    countPeriod(reading, before, { ...steps, from: steps.from - shift }),
  ]);
  const keys: LogKeyChanges[] = [];
  // One after the other: a person waits for the totals of one search, not for twenty statements at once.
  for (const key of new Set([...KEYS_USUAL, ...own]))
    keys.push(
      await compareKey(stores, reading, key, now.plan, before.plan, {
        records: counted.records,
        recordsBefore: countedBefore.records,
      }),
    );
  return { now: counted, before: countedBefore, from: steps.from, stepMs: steps.stepMs, keys };
}

/** How much earlier the other period is. */
function shiftOf({ from, to }: LogQuestion, against: LogAgainst): number {
  const length = to - from;
  const shift = { previous: length, day: DAY_MS, week: 7 * DAY_MS }[against];
  if (length > shift)
    throw reject('request_invalid', `against: the period is longer than a ${against} and would overlap`);
  return shift;
}

async function countPeriod(
  reading: Reading,
  { plan, from, to }: Period,
  steps: LogSteps,
): Promise<LogComparison['now']> {
  const [{ rows }, errors] = await Promise.all([
    readTable(
      reading,
      plan,
      {
        by: [],
        measures: [{ is: 'records' }],
        steps: { from: BigInt(steps.from) * NS_OF_MS, length: BigInt(steps.stepMs) * NS_OF_MS },
        groupsMax: 1,
      },
      steps.count + 1,
    ),
    readTable(
      reading,
      { ...plan, filter: all(plan.filter, ERRORS) },
      { by: [], measures: [{ is: 'records' }], groupsMax: 1 },
      1,
    ),
  ]);
  const counts = new Array<number>(steps.count).fill(0);
  for (const { step, records } of rows) counts[step]! += records;
  const records = counts.reduce((sum, count) => sum + count, 0);
  return { from, to, records, errors: errors.rows[0]?.records ?? 0, counts };
}

async function compareKey(
  stores: PatternStores,
  reading: Reading,
  key: string,
  now: Plan,
  before: Plan,
  totals: Omit<ValueCounts, 'value'>,
): Promise<LogKeyChanges> {
  const { text: whole } = fieldOf(key);
  const isShort = whole.is === 'level' || whole.is === 'pattern';
  const text: PlanText = isShort ? whole : { is: 'start', of: whole, chars: VALUE_CHARS_MAX };
  const [there, earlier] = await Promise.all([
    mostFrequent(reading, now, text),
    mostFrequent(reading, before, text),
  ]);
  const [counts, countsBefore] = await Promise.all([
    withMissing(reading, now, text, there, earlier.counts),
    withMissing(reading, before, text, earlier, there.counts),
  ]);
  const values = [...new Set([...counts.keys(), ...countsBefore.keys()])].map((value) => ({
    value,
    records: counts.get(value) ?? 0,
    recordsBefore: countsBefore.get(value) ?? 0,
  }));
  const changed = changedValues(values, totals);
  const told = changed.slice(0, CHANGES_MAX);
  const templates =
    key === 'pattern' ? await templatesOfBoth(stores, reading, now, before, told) : new Map<string, string>();
  return {
    key,
    changes: told.map(
      (change): LogChange => ({
        ...change,
        value: change.value === '' && isLevelKey(key) ? 'unknown' : change.value,
        template: templates.get(change.value) ?? '',
      }),
    ),
    allChanges: changed.length,
    compared: values.length,
    distinctValues: Math.max(there.all, earlier.all),
  };
}

interface Frequent {
  counts: Map<string, number>;
  /** How many values there are. */
  all: number;
}

async function mostFrequent(reading: Reading, plan: Plan, text: PlanText): Promise<Frequent> {
  const { rows, allGroups } = await readTable(
    reading,
    plan,
    { by: [text], measures: [{ is: 'records' }], groupsMax: VALUES_READ },
    VALUES_READ,
  );
  return { counts: new Map(rows.map(({ keys, records }) => [keys[0]!, records])), all: allGroups };
}

/** With the counts of the other period's values, which are rarer here than those that were read. */
async function withMissing(
  reading: Reading,
  plan: Plan,
  text: PlanText,
  { counts, all: distinct }: Frequent,
  others: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const missing = [...others.keys()].filter((value) => !counts.has(value));
  if (missing.length === 0 || distinct <= counts.size) return counts;
  const { rows } = await readTable(
    reading,
    {
      ...plan,
      filter: all(plan.filter, any(...missing.map((value) => ({ is: 'equal' as const, text, value })))),
    },
    { by: [text], measures: [{ is: 'records' }], groupsMax: missing.length },
    missing.length,
  );
  return new Map([...counts, ...rows.map(({ keys, records }) => [keys[0]!, records] as const)]);
}

/** A pattern that is gone has its lines in the period before. */
async function templatesOfBoth(
  stores: PatternStores,
  reading: Reading,
  now: Plan,
  before: Plan,
  changes: readonly ValueCounts[],
): Promise<Map<string, string>> {
  const ids = (of: (change: ValueCounts) => boolean) => changes.filter(of).map(({ value }) => value);
  const [there, gone] = await Promise.all([
    templatesOf(
      stores,
      reading,
      now,
      ids(({ records }) => records > 0),
    ),
    templatesOf(
      stores,
      reading,
      before,
      ids(({ records }) => records === 0),
    ),
  ]);
  return new Map([...there, ...gone]);
}
