/**
 * A log rule looked at, at one time: its values and what its test says of each. What is not told a number is not bad.
 */
import type { LogCondition, LogTest } from '#contract/alerts.ts';
import { planOf } from '#server/logs/log-queries.ts';
import {
  firstSeen,
  lastPlace,
  listPatterns,
  type PatternRow,
  readSamples,
} from '#server/query/plan/patterns.ts';
import { all, any, type Plan } from '#server/query/plan/plan.ts';
import { Deadline, type Reading } from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';
import { type AlertStores, idsOf, type Rule } from './alerts.ts';
import type { Finding } from './judge.ts';
import type { LogMemory } from './log-memory.ts';
import {
  cutText,
  figure,
  keyOf,
  type Labels,
  type MeasuredGroup,
  type Measurement,
  spell,
} from './measured.ts';
import { deviationsOf, HISTORY_MIN, seasonOf } from './season.ts';
import { type SourceQuestion, type SourceValue, type SourceValues, valuesAt } from './source-values.ts';

export type LogRule = Rule<LogCondition>;

const DAY_MS = 86_400_000;
/** Days, and weeks, that a value is compared with: two weeks, and two months. */
const SEASONS = { day: { ms: DAY_MS, count: 14 }, week: { ms: 7 * DAY_MS, count: 8 } } as const;
/** Groups that are known to be missing are those of so long ago. */
const KNOWN_GROUPS_MS = DAY_MS;
/**
 * An hour of other days is read once for so long, ms, or for as long as a window when that is shorter: it is how usual this
 * time of day is, and that does not change by the minute.
 */
const SEASON_STEP_MS = 900_000;
const PATTERNS_MAX = 200;
const PATTERNS_MS_MAX = 10_000;
const NS_OF_MS = 1_000_000n;

export async function findInLogs(
  stores: AlertStores,
  rule: LogRule,
  at: number,
  memory: LogMemory,
): Promise<Measurement> {
  const { condition } = rule;
  const { test } = condition;
  const found = { at, groupsLeftOut: 0, note: '' };
  if (rule.projectsSeen.length === 0) return { ...found, groups: [], note: 'It has no project.' };
  if (test.is === 'newPattern' || test.is === 'pattern')
    return { ...found, ...(await findPatterns(stores, rule, at, memory)) };
  const read = (time: number) => valuesAt(stores, condition.source, questionOf(rule), time);
  const now = await read(at);
  const values = await withMissing(stores, rule, now, at);
  const before = await earlierValues(read, rule, at, memory);
  const oldest = test.is === 'anomaly' ? await memory.oldest(idsOf(rule), at) : 0;
  const groups = values.map((value) =>
    test.is === 'anomaly'
      ? anomalyOf(value, before, oldest, rule, at)
      : findingOf(value, valueFor(before[0]?.found, value.labels), rule),
  );
  const tooYoung = groups.some(({ reason }) => reason === TOO_LITTLE_HISTORY);
  return {
    at,
    groups,
    groupsLeftOut: now.groupsLeftOut,
    note: tooYoung ? TOO_LITTLE_HISTORY : leftOutNote(now.groupsLeftOut),
  };
}

const TOO_LITTLE_HISTORY = `There is too little history: at least ${HISTORY_MIN} earlier days or weeks are needed.`;

const leftOutNote = (count: number) =>
  count === 0 ? '' : `${count} more groups are not looked at: the rule takes the largest only.`;

export const questionOf = (rule: LogRule): SourceQuestion => ({
  projects: idsOf(rule),
  windowMs: rule.condition.windowMinutes * 60_000,
  groupsMax: rule.condition.groupsMax,
});

interface Earlier {
  at: number;
  found: SourceValues;
}

async function earlierValues(
  read: (at: number) => Promise<SourceValues>,
  rule: LogRule,
  at: number,
  memory: LogMemory,
): Promise<Earlier[]> {
  const { test, windowMinutes } = rule.condition;
  const readAll = async (times: readonly number[]) => {
    const found: Earlier[] = [];
    // One after the other: it is nobody's turn to take the engine for itself.
    for (const time of times) found.push({ at: time, found: await read(time) });
    return found;
  };
  if (test.is !== 'anomaly') return readAll(earlierTimes(test, windowMinutes, at));
  const stepMs = Math.min(windowMinutes * 60_000, SEASON_STEP_MS);
  const near = Math.round(at / stepMs) * stepMs;
  return memory.season(rule, near, () => readAll(earlierTimes(test, windowMinutes, near)));
}

/** The times that a value is compared with. */
export function earlierTimes(test: LogTest, windowMinutes: number, at: number): number[] {
  if (test.is === 'change')
    return [at - { previous: windowMinutes * 60_000, day: DAY_MS, week: 7 * DAY_MS }[test.against]];
  if (test.is !== 'anomaly') return [];
  const { ms, count } = SEASONS[test.season];
  return Array.from({ length: count }, (_, index) => at - (index + 1) * ms);
}

const isCounted = ({ source }: LogCondition) =>
  source.dialect === 'search' && (source.measure === 'count' || source.measure === 'rate');

/** Groups that were there in the last day and are not now: what says less than before is not to be overlooked. */
async function withMissing(
  stores: AlertStores,
  rule: LogRule,
  { values }: SourceValues,
  at: number,
): Promise<SourceValue[]> {
  const { source, test, groupsMax } = rule.condition;
  // A query that finds nothing gives no group at all.
  if (values.length === 0 && test.is === 'absent') return [{ labels: {}, value: null }];
  if (values.length === 0 && test.is === 'below' && source.dialect !== 'search')
    return [{ labels: {}, value: 0 }];
  const looksForLess =
    test.is === 'absent' || test.is === 'below' || (test.is === 'change' && test.direction !== 'up');
  if (source.dialect !== 'search' || source.by.length === 0 || !looksForLess) return values;
  const known = await valuesAt(stores, source, { ...questionOf(rule), windowMs: KNOWN_GROUPS_MS }, at);
  const present = new Set(values.map(({ labels }) => keyOf(labels)));
  const missing = known.values
    .filter(({ labels }) => !present.has(keyOf(labels)))
    .map(({ labels }) => ({ labels, value: isCounted(rule.condition) ? 0 : null }));
  return [...values, ...missing].slice(0, groupsMax);
}

export function valueFor(found: SourceValues | undefined, labels: Labels): number | null {
  const key = keyOf(labels);
  return found?.values.find((one) => keyOf(one.labels) === key)?.value ?? null;
}

const inWindow = ({ windowMinutes }: LogCondition) => `in the last ${spell(windowMinutes)}`;

/** `sign`: 1 where more is bad, -1 where less is. */
export function betweenTwo(
  value: number | null,
  { threshold, resolve }: { threshold: number; resolve: number | null },
  sign: 1 | -1,
): Finding {
  if (value === null) return 'well';
  if (sign * value > sign * threshold) return 'bad';
  return sign * value <= sign * (resolve ?? threshold) ? 'well' : 'between';
}

/** What a test that needs no history says of a value. */
export function findingOf(
  { labels, value }: SourceValue,
  before: number | null,
  { condition }: Pick<LogRule, 'condition'>,
): MeasuredGroup {
  const { test } = condition;
  const group = { labels, value, threshold: null };
  const what = whatOf(condition);
  const told = value === null ? `No ${what}` : `${figure(value)} ${what}`;
  switch (test.is) {
    case 'above':
    case 'below': {
      const isAbove = test.is === 'above';
      const finding = betweenTwo(value, test, isAbove ? 1 : -1);
      const than = `${isAbove ? 'more' : 'less'} than`;
      // What is told at the end is true at the end.
      const limit =
        finding === 'bad'
          ? `${than} ${figure(test.threshold)}`
          : `not ${than} ${figure(finding === 'well' ? (test.resolve ?? test.threshold) : test.threshold)}`;
      const reason = `${told} ${inWindow(condition)}, ${limit}`;
      return { ...group, threshold: test.threshold, finding, reason };
    }
    case 'absent':
      return {
        ...group,
        threshold: 0,
        finding: value === null || value === 0 ? 'bad' : 'well',
        reason:
          value === null || value === 0 ? `Nothing ${inWindow(condition)}` : `${told} ${inWindow(condition)}`,
      };
    case 'change':
      return changeOf(group, before, test, told, condition);
    default:
      return { ...group, finding: 'well', reason: told };
  }
}

const AGAINST = {
  previous: 'as much time before',
  day: 'the same time a day earlier',
  week: 'the same time a week earlier',
};

function changeOf(
  group: Pick<MeasuredGroup, 'labels' | 'value'>,
  before: number | null,
  test: Extract<LogTest, { is: 'change' }>,
  told: string,
  condition: LogCondition,
): MeasuredGroup {
  const value = group.value ?? (isCounted(condition) ? 0 : null);
  const earlier = before ?? (isCounted(condition) ? 0 : null);
  if (value === null || earlier === null)
    return { ...group, value, threshold: null, finding: 'well', reason: `${told}; nothing to compare with` };
  const percent =
    earlier === 0 ? (value === 0 ? 0 : Number.POSITIVE_INFINITY) : (100 * (value - earlier)) / earlier;
  const isEnough = Math.max(value, earlier) >= test.least;
  const isUp = test.direction !== 'down' && percent >= test.percent;
  const isDown = test.direction !== 'up' && percent <= -test.percent;
  const change = Number.isFinite(percent)
    ? `${percent >= 0 ? '+' : '−'}${figure(Math.abs(percent))} %`
    : 'from nothing';
  return {
    ...group,
    value,
    threshold:
      test.direction === 'down' ? earlier * (1 - test.percent / 100) : earlier * (1 + test.percent / 100),
    finding: isEnough && (isUp || isDown) ? 'bad' : 'well',
    reason: `${told} ${inWindow(condition)}, ${figure(earlier)} in ${AGAINST[test.against]} (${change})`,
  };
}

function anomalyOf(
  { labels, value }: SourceValue,
  before: readonly Earlier[],
  oldest: number | null,
  rule: LogRule,
  at: number,
): MeasuredGroup {
  const { test, windowMinutes } = rule.condition;
  const group = { labels, value, threshold: null, finding: 'well' as const };
  if (test.is !== 'anomaly' || value === null) return { ...group, reason: 'No value' };
  const known = before.filter(
    (one) => oldest !== null && one.at - windowMinutes * 60_000 >= oldest && one.at < at,
  );
  const history = known.map(({ found }) => valueFor(found, labels) ?? 0);
  return anomalyAmong(group, value, history, rule.condition);
}

/** What the test for anomalies says of a value among those of its season. */
export function anomalyAmong(
  group: Pick<MeasuredGroup, 'labels'>,
  value: number,
  history: readonly number[],
  condition: LogCondition,
): MeasuredGroup {
  const { test } = condition;
  const season = seasonOf(history);
  if (season === null || test.is !== 'anomaly')
    return { ...group, value, threshold: null, finding: 'well', reason: TOO_LITTLE_HISTORY };
  const by = deviationsOf(value, season);
  const isUp = test.direction !== 'down' && by >= test.deviations;
  const isDown = test.direction !== 'up' && by <= -test.deviations;
  return {
    ...group,
    value,
    threshold: season.median + (test.direction === 'down' ? -1 : 1) * test.deviations * season.deviation,
    finding: isUp || isDown ? 'bad' : 'well',
    reason: `${figure(value)} ${whatOf(condition)} ${inWindow(condition)}; at this hour usually ${figure(season.median)} ± ${figure(season.deviation)}`,
  };
}

function whatOf({ source }: LogCondition): string {
  if (source.dialect !== 'search') return 'as the query counts';
  if (source.measure === 'count') return 'records';
  if (source.measure === 'rate') return 'records a second';
  return `${source.measure} of ${cutText(source.field, 60)}`;
}

async function findPatterns(
  stores: AlertStores,
  rule: LogRule,
  at: number,
  memory: LogMemory,
): Promise<Pick<Measurement, 'groups' | 'groupsLeftOut'>> {
  const { source, test, groupsMax } = rule.condition;
  if (source.dialect !== 'search') throw reject('request_invalid', 'patterns are looked for by a search');
  const { projects, windowMs } = questionOf(rule);
  const reading = { telemetry: stores.telemetry, deadline: new Deadline(PATTERNS_MS_MAX) };
  const planUntil = (to: number) => planOf({ projects, query: source.query, from: to - windowMs, to });
  const plan = planUntil(at);
  const lines = inWindow(rule.condition);
  if (test.is === 'newPattern') {
    const rows = await newPatterns(reading, plan, { from: at - windowMs, at, memory });
    const fresh = rows.filter(({ records }) => Number(records) >= test.least);
    return told(stores, reading, plan, fresh, groupsMax, ({ records }, template) => ({
      threshold: test.least,
      reason: `A new kind of line, ${figure(records)} of it ${lines}: ${template}`,
    }));
  }
  if (test.is !== 'pattern') return { groups: [], groupsLeftOut: 0 };
  const most = { order: 'records', limit: PATTERNS_MAX } as const;
  const now = await listPatterns(reading, plan, most);
  const before = await listPatterns(reading, planUntil(at - windowMs), most);
  const earlier = new Map(before.map(({ pattern, records }) => [pattern, Number(records)]));
  const more = now.filter(
    ({ pattern, records }) =>
      Number(records) >= test.least && Number(records) >= test.times * (earlier.get(pattern) ?? 0),
  );
  return told(stores, reading, plan, more, groupsMax, ({ pattern, records }, template) => ({
    threshold: Math.max(test.least, test.times * (earlier.get(pattern) ?? 0)),
    reason: `${figure(records)} lines ${lines}, ${figure(earlier.get(pattern) ?? 0)} in as much time before: ${template}`,
  }));
}

/** Of the plan's patterns those that were never seen before it, the newest first. */
async function newPatterns(
  reading: Reading,
  plan: Plan,
  { from, at, memory }: { from: number; at: number; memory: LogMemory },
): Promise<PatternRow[]> {
  const oldest = await memory.oldest(plan.projects, at);
  // Only what is kept from before tells what is new.
  if (oldest === null || oldest >= from) return [];
  const known = await memory.patterns(plan.projects, at);
  // Too many to be remembered: those of the window are looked up in all that is kept.
  const firsts = known ?? (await firstTimes(reading, plan));
  const fresh = [...firsts]
    .filter(([, first]) => first >= from)
    .sort(([, a], [, b]) => b - a)
    .slice(0, PATTERNS_MAX)
    .map(([pattern]) => pattern);
  if (fresh.length === 0) return [];
  const only = any(...fresh.map((id) => ({ is: 'pattern' as const, id: Number(id) })));
  const rows = await listPatterns(
    reading,
    { ...plan, filter: all(plan.filter, only) },
    { order: 'records', limit: fresh.length },
  );
  return rows.sort((a, b) => fresh.indexOf(a.pattern) - fresh.indexOf(b.pattern));
}

async function firstTimes(reading: Reading, plan: Plan): Promise<Map<string, number>> {
  const rows = await listPatterns(reading, plan, { order: 'records', limit: PATTERNS_MAX });
  const patterns = rows.map(({ pattern }) => pattern);
  const found = await firstSeen(reading, plan.projects, patterns);
  return new Map(
    patterns.flatMap((pattern) => {
      const first = found.get(pattern)?.first;
      return first === undefined ? [] : [[pattern, Number(BigInt(first) / NS_OF_MS)]];
    }),
  );
}

async function told(
  { templateOf }: AlertStores,
  reading: Reading,
  plan: Plan,
  rows: readonly PatternRow[],
  groupsMax: number,
  wordsOf: (row: PatternRow, template: string) => Pick<MeasuredGroup, 'threshold' | 'reason'>,
): Promise<Pick<Measurement, 'groups' | 'groupsLeftOut'>> {
  const shown = rows.slice(0, groupsMax);
  const samples = await readSamples(reading, plan.projects, shown.map(lastPlace));
  const bodies = new Map(samples.map(({ pattern, body }) => [pattern, body]));
  return {
    groups: shown.map((row) => {
      const template = cutText(templateOf(bodies.get(row.pattern) ?? ''));
      return {
        labels: { pattern: row.pattern, template },
        value: Number(row.records),
        finding: 'bad',
        ...wordsOf(row, template),
      };
    }),
    groupsLeftOut: Math.max(0, rows.length - groupsMax),
  };
}
