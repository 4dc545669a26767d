/**
 * The records of a search as numbers: counted or measured by a field, in groups, over time. What is told is bounded and
 * the rest is measured too: the records of groups that are not told make one group of others. A value that is no
 * number is counted as such and changes no number.
 */
import type { LogAggregate, LogMeasure } from '#contract/logs.ts';
import { withoutAbsentKeys } from '#server/query/plan/absent-keys.ts';
import {
  all,
  any,
  not,
  type Plan,
  type PlanFilter,
  type PlanMeasure,
  type PlanText,
} from '#server/query/plan/plan.ts';
import { type Reading, readTable, type TableRow } from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';
import { type LogQuestion, type LogSteps, planOf, readingOf, stepsOf } from './log-queries.ts';
import { fieldOf, isLevelKey } from './log-search.ts';
import type { LogStores } from './logs.ts';
import { recordsNotKept } from './not-kept.ts';

/** Rows of a list; a chart asks for as many as it has colours. */
export const GROUPS_MAX = 100;
/** Lines of a chart: more cannot be told apart, and each has a point for every step. */
export const LINES_MAX = 20;
/** Texts that differ later than this make one group. */
const KEY_CHARS_MAX = 200;
/** Points of a line. */
const POINTS_MAX = 120;
const NS_OF_MS = 1_000_000n;

export interface AggregateWanted {
  measure: LogMeasure;
  /** Of what; empty for counts and rates. */
  field: string;
  by: readonly string[];
  limit: number;
  /** Over time. */
  steps: boolean;
}

type Measured = LogAggregate['all'];

const QUANTILES: Partial<Record<LogMeasure, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

export async function aggregateLogs(
  stores: LogStores,
  question: LogQuestion,
  wanted: AggregateWanted,
): Promise<LogAggregate> {
  const plan = planOf(question);
  const reading = readingOf(stores);
  const [measured, ...by] = await withoutAbsentKeys(reading, plan, [
    measuredText(wanted),
    ...wanted.by.map(textOfKey),
  ]);
  const measures = measuresOf(wanted, measured!);
  const steps = stepsOf(question, POINTS_MAX);
  const ask = askOf(reading, measures, wanted, question, steps);

  const { rows: found, allGroups } =
    by.length === 0
      ? { rows: [], allGroups: 0 }
      : await readTable(reading, plan, { by, measures, groupsMax: wanted.limit }, wanted.limit);
  const told = found.map(({ keys }) => all(...by.map((text, at) => equal(text, keys[at]!))));
  const hasOthers = allGroups > found.length;
  const [whole, notKept, others, lines] = await Promise.all([
    ask(plan),
    recordsNotKept(stores.telemetry, { ...question, filter: plan.filter }),
    hasOthers ? ask({ ...plan, filter: all(plan.filter, not(any(...told))) }) : null,
    wanted.steps && found.length > 0 ? readLines(reading, plan, by, measures, told, steps) : [],
  ]);
  const groups = found.map((row) => ({
    keys: row.keys.map((key, at) => (key === '' && isLevelKey(wanted.by[at]!) ? 'unknown' : key)),
    ...figuresOf(row, wanted, question),
    points: pointsOf(
      lines.filter(({ keys }) => keys.every((key, at) => key === row.keys[at])),
      wanted,
      question,
      steps,
    ),
  }));
  return {
    isApproximate: wanted.measure in QUANTILES,
    all: whole,
    groups,
    others,
    allGroups,
    from: steps.from,
    stepMs: steps.stepMs,
    notKept: notKept.told,
  };
}

const isCount = (measure: LogMeasure) => measure === 'count' || measure === 'rate';

/** What is measured; nothing where records are counted. */
export function measuredText({ measure, field }: AggregateWanted): PlanText {
  if (isCount(measure)) return { is: 'constant', value: '' };
  if (field === '') throw reject('request_invalid', `field: ${measure} needs the name of a field`);
  return fieldOf(field).text;
}

/** The measure that is shown, and how many records were measured. */
export function measuresOf({ measure }: AggregateWanted, of: PlanText): PlanMeasure[] {
  if (isCount(measure)) return [{ is: 'records' }];
  if (measure === 'distinct')
    return [
      { is: 'distinct', of },
      { is: 'texts', of },
    ];
  const level = QUANTILES[measure];
  const is = { sum: 'sum', avg: 'average', min: 'least', max: 'largest' }[measure as 'sum'] as 'sum';
  return [level === undefined ? { is, of } : { is: 'quantile', of, level }, { is: 'numbers', of }];
}

export function textOfKey(key: string): PlanText {
  const { text } = fieldOf(key);
  return text.is === 'level' || text.is === 'pattern'
    ? text
    : { is: 'start', of: text, chars: KEY_CHARS_MAX };
}

const equal = (text: PlanText, value: string): PlanFilter => ({ is: 'equal', text, value });

/** All records of a plan as one group. */
function askOf(
  reading: Reading,
  measures: PlanMeasure[],
  wanted: AggregateWanted,
  question: LogQuestion,
  steps: LogSteps,
) {
  return async (plan: Plan): Promise<Measured> => {
    const [{ rows }, points] = await Promise.all([
      readTable(reading, plan, { by: [], measures, groupsMax: 1 }, 1),
      wanted.steps ? readLines(reading, plan, [], measures, [], steps) : [],
    ]);
    return {
      ...figuresOf(rows[0] ?? NOTHING, wanted, question),
      points: pointsOf(points, wanted, question, steps),
    };
  };
}

const NOTHING: TableRow = { keys: [], step: 0, measures: [], records: 0 };

async function readLines(
  reading: Reading,
  plan: Plan,
  by: readonly PlanText[],
  measures: readonly PlanMeasure[],
  told: readonly PlanFilter[],
  { from, stepMs, count }: LogSteps,
): Promise<TableRow[]> {
  const lines = Math.max(1, told.length);
  const { rows } = await readTable(
    reading,
    told.length > 0 ? { ...plan, filter: all(plan.filter, any(...told)) } : plan,
    {
      by,
      measures,
      steps: { from: BigInt(from) * NS_OF_MS, length: BigInt(stepMs) * NS_OF_MS },
      groupsMax: lines,
    },
    lines * (count + 1),
  );
  return rows;
}

function figuresOf(
  { measures, records }: TableRow,
  { measure }: AggregateWanted,
  { from, to }: Pick<LogQuestion, 'from' | 'to'>,
): Omit<Measured, 'points'> {
  const [value = null, counted = records] = measures;
  return {
    value: figure(measure, records, value, to - from),
    records,
    measured: counted ?? 0,
  };
}

export function figure(
  measure: LogMeasure,
  records: number,
  value: number | null,
  spanMs: number,
): number | null {
  if (measure === 'count') return records;
  if (measure === 'rate') return records / (spanMs / 1000);
  return measure === 'distinct' ? (value ?? 0) : value;
}

/** Of the steps at both ends of the period only the part inside counts as time. */
function pointsOf(
  rows: readonly TableRow[],
  { measure, steps: isWanted }: AggregateWanted,
  { from, to }: LogQuestion,
  steps: LogSteps,
): (number | null)[] {
  if (!isWanted) return [];
  const byStep = new Map(rows.map((row) => [row.step, row]));
  return Array.from({ length: steps.count }, (_, step) => {
    const start = steps.from + step * steps.stepMs;
    const spanMs = Math.min(to, start + steps.stepMs) - Math.max(from, start);
    const row = byStep.get(step);
    return figure(measure, row?.records ?? 0, row?.measures[0] ?? null, spanMs);
  });
}
