/**
 * Range aggregations. Counts of records and bytes come from the engine, per step and group, as long as no stage has
 * to look at the lines; everything else reads the records of the time, in pages, and keeps one number of each.
 */
import { withoutAbsentKeys } from '#server/query/plan/absent-keys.ts';
import { type Plan, type PlanSteps, rangeOfSteps } from '#server/query/plan/plan.ts';
import { countRecords, Pace, type Reading, readRecords } from '#server/query/plan/run-plan.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import type { Grouping, RangeExpr, Unwrap } from './ast.ts';
import { compileLog, readsLine } from './compile-log.ts';
import { compileLabelFilter } from './label-filters.ts';
import { baseLabels, baseLabelText, type Labels, labelsOf } from './labels.ts';
import { ERROR, LineLabels } from './line-labels.ts';
import { queryError, tooLarge } from './logql-error.ts';
import { compilePipeline, type LineInHand } from './pipeline.ts';
import { type Samples, windowValue } from './range-functions.ts';
import { groupLabels, labelsKey, newSeries, type Series, SeriesSet, setPoint, without } from './series.ts';
import { readBytes, readGoDuration, readNumber } from './units.ts';

export interface Evaluation extends Reading {
  projects: readonly number[];
  /** Points of the result, before any offset. */
  points: { start: bigint; step: bigint; count: number };
  /** The time of the query, nanoseconds. */
  now: bigint;
  limits: EvaluationLimits;
  /** What it cost. */
  stats: { linesRead: number; bytesRead: number; linesCounted: number };
}

export interface EvaluationLimits {
  /** Records that a query may read into this process. */
  linesMax: number;
  /** Series of any part of a query. */
  seriesMax: number;
  /** Series times points: 8 bytes each. */
  valuesMax: number;
}

/** Windows of one range, so that a year in milliseconds is refused instead of laid out. */
const WINDOWS_MAX = 2_000_000n;

/** Of two series together they are the sum of what they are of each. */
const ADDED_UP: ReadonlySet<string> = new Set([
  'count_over_time',
  'rate',
  'bytes_over_time',
  'bytes_rate',
  'sum_over_time',
]);

/** With `sumBy`, the grouping of a sum over the whole, series that it would add up come added up already. */
export async function evaluateRange(
  evaluation: Evaluation,
  expr: RangeExpr,
  sumBy?: Grouping,
): Promise<Series[]> {
  const { start, step, count } = evaluation.points;
  if (expr.range / step + BigInt(count) > WINDOWS_MAX)
    throw tooLarge(`the range is too long for the step: more than ${WINDOWS_MAX} windows`);
  const steps: PlanSteps = { start: start - expr.offset, step, count, window: expr.range };
  const { filter, stages } = compileLog(expr.log);
  const plan: Plan = { projects: evaluation.projects, range: rangeOfSteps(steps), filter };
  const isCount = !expr.unwrap && expr.operation !== 'absent_over_time';
  if (expr.operation === 'absent_over_time') return evaluateAbsent(evaluation, expr, plan, steps);
  if (isCount && !readsLine(stages))
    return evaluateCounts(evaluation, { ...expr, log: { ...expr.log, stages } }, plan, steps, sumBy);
  const isAdded = sumBy && ADDED_UP.has(expr.operation);
  return evaluateSamples(
    evaluation,
    { ...expr, log: { ...expr.log, stages }, grouping: isAdded ? sumBy : expr.grouping },
    plan,
    steps,
  );
}

function seriesSet(evaluation: Evaluation): SeriesSet {
  return new SeriesSet(evaluation.points.count, (series) => refuseSeries(evaluation, series));
}

function refuseSeries({ points, limits }: Evaluation, series: number): void {
  if (series > limits.seriesMax || series * points.count > limits.valuesMax)
    throw tooLarge(
      `maximum number of series (${limits.seriesMax}) or of values (${limits.valuesMax}) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or aggregating results with functions like sum, count or topk`,
    );
}

const COUNTED_GROUPS_MAX = 100_000;

/** The expression's stages are those the engine leaves. */
async function evaluateCounts(
  evaluation: Evaluation,
  expr: RangeExpr,
  plan: Plan,
  steps: PlanSteps,
  sumBy: Grouping | undefined,
): Promise<Series[]> {
  const { stages } = expr.log;
  const names = stages.length === 0 && sumBy && !sumBy.without ? sumBy.labels : undefined;
  const texts = names?.map(baseLabelText);
  const known = texts?.every((text) => text !== undefined) ? texts.map((text) => text!) : undefined;
  const bytes = expr.operation.startsWith('bytes');
  const by = known ? await withoutAbsentKeys(evaluation, plan, known) : 'identity';
  const groups = await countRecords(evaluation, plan, { steps, by, bytes }, COUNTED_GROUPS_MAX);
  const run = compilePipeline(stages, evaluation.now);
  const set = seriesSet(evaluation);
  const seconds = Number(expr.range) / 1e9;
  const divisor = expr.operation === 'rate' || expr.operation === 'bytes_rate' ? seconds : 1;
  for (const { key, records, bytes: sizes } of groups) {
    let labels: Labels;
    if (known)
      labels = labelsOf(names!.flatMap((name, at) => (key.values[at] ? [[name, key.values[at]]] : [])));
    else {
      const line: LineInHand = { text: '', labels: new LineLabels(baseLabels(key)), timestamp: 0n };
      if (!run(line)) continue;
      refuseError(line.labels);
      labels = sampleLabels(line.labels, undefined, sumBy);
    }
    const series = set.of(labels);
    const amounts = bytes ? sizes : records;
    for (let point = 0; point < steps.count; point += 1) {
      if (records[point] === 0) continue;
      evaluation.stats.linesCounted += records[point]!;
      setPoint(series, point, series.values[point]! + amounts[point]! / divisor);
    }
  }
  return set.all();
}

/** A line whose pipeline failed spoils the whole result, unless the query takes such lines out. */
function refuseError(labels: LineLabels): void {
  if (labels.error)
    throw queryError(
      `pipeline error: '${labels.error}' for series: '${printLabels(labels.all())}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${labels.error}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
    );
}

/** `{a="b", c="d"}`, by name. */
export function printLabels(labels: Labels): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  return `{${pairs.join(', ')}}`;
}

async function evaluateSamples(
  evaluation: Evaluation,
  expr: RangeExpr,
  plan: Plan,
  steps: PlanSteps,
): Promise<Series[]> {
  const sampled = new Map<string, Samples & { labels: Labels }>();
  for await (const { labels, time, value } of readSamples(evaluation, expr, plan, steps)) {
    const key = labelsKey(labels);
    let samples = sampled.get(key);
    if (!samples) {
      samples = { labels, times: [], values: [] };
      sampled.set(key, samples);
      refuseSeries(evaluation, sampled.size);
    }
    samples.times.push(time);
    samples.values.push(value);
  }
  const set = seriesSet(evaluation);
  for (const samples of sampled.values())
    await slide(evaluation, expr, steps, samples, set.of(samples.labels));
  return set.all().filter(({ present }) => present.includes(1));
}

interface Sample {
  labels: Labels;
  /** Nanoseconds from the first point on. */
  time: number;
  value: number;
}

async function* readSamples(
  evaluation: Evaluation,
  { operation, log, unwrap, grouping, range }: RangeExpr,
  plan: Plan,
  { start, step }: PlanSteps,
): AsyncGenerator<Sample> {
  const run = compilePipeline(log.stages, evaluation.now);
  const unwrapped = unwrap && compileUnwrap(unwrap);
  const isBytes = operation.startsWith('bytes');
  for await (const line of readLines(evaluation, plan)) {
    const offset = line.timestamp - start;
    // Between windows that do not touch nothing counts, and no error either.
    if (range < step && (((offset - 1n) % step) + step) % step < step - range) continue;
    if (!run(line)) continue;
    const value = unwrapped ? unwrapped(line.labels) : isBytes ? Buffer.byteLength(line.text) : 1;
    if (value === undefined) continue;
    refuseError(line.labels);
    yield { labels: sampleLabels(line.labels, unwrap, grouping), time: Number(offset), value };
  }
}

/** The unwrapped label is no label of the series, unless it is asked for. */
function sampleLabels(
  labels: LineLabels,
  unwrap: Unwrap | undefined,
  grouping: Grouping | undefined,
): Labels {
  if (grouping && !grouping.without) return labels.only(grouping.labels);
  const own = unwrap ? without(labels.all(), [unwrap.label]) : labels.all();
  return grouping ? groupLabels(own, grouping) : own;
}

/** Records of a plan, oldest first, each as a line before its pipeline. Throws beyond `linesMax`. */
async function* readLines(evaluation: Evaluation, plan: Plan): AsyncGenerator<LineInHand> {
  const { stats, limits } = evaluation;
  const pace = new Pace(evaluation);
  try {
    for await (const { rows } of readRecords(evaluation, plan, {
      direction: 'forward',
      pageRows: limits.linesMax,
    })) {
      stats.linesRead += rows.length;
      if (stats.linesRead > limits.linesMax) throw tooManyLines(limits.linesMax);
      for (const row of rows) {
        if (pace.isDue()) await pace.rest();
        stats.bytesRead += row.body.length;
        yield { text: row.body, labels: new LineLabels(baseLabels(row)), timestamp: BigInt(row.time) };
      }
    }
  } catch (error) {
    if (error instanceof QueryCutShort && error.by === 'rows') throw tooManyLines(limits.linesMax, error);
    throw error;
  }
}

const tooManyLines = (linesMax: number, cause?: Error) =>
  Object.assign(
    tooLarge(
      `the query must look at more than ${linesMax} lines one by one; consider a shorter time range, more label matchers, or line filters (|= "text") before the parsers`,
    ),
    { cause },
  );

/** Undefined: the line has no such label, or a filter behind the unwrap takes it out. */
function compileUnwrap({ label, conversion, filters }: Unwrap): (labels: LineLabels) => number | undefined {
  const tests = filters.map(compileLabelFilter);
  const convert = (text: string): number | undefined => {
    if (conversion === undefined) return readNumber(text);
    const read = conversion === 'bytes' ? readBytes(text) : readGoDuration(text) / 1e9;
    return Number.isNaN(read) ? undefined : read;
  };
  return (labels) => {
    const text = labels.get(label);
    if (text === undefined && !labels.error) return undefined;
    let value = 0;
    if (!labels.error) {
      const converted = convert(text!);
      if (converted === undefined)
        labels.fail('SampleExtractionErr', `cannot read "${text!.slice(0, 100)}" as a number`);
      else value = converted;
    }
    return tests.every((test) => test(labels)) ? value : undefined;
  };
}

async function slide(
  evaluation: Evaluation,
  expr: RangeExpr,
  steps: PlanSteps,
  samples: Samples,
  into: Series,
): Promise<void> {
  const [step, range] = [Number(steps.step), Number(expr.range)];
  const pace = new Pace(evaluation);
  let from = 0;
  let to = 0;
  for (let point = 0; point < steps.count; point += 1) {
    const end = point * step;
    const begin = end - range;
    while (from < samples.times.length && samples.times[from]! <= begin) from += 1;
    if (to < from) to = from;
    while (to < samples.times.length && samples.times[to]! <= end) to += 1;
    if (to === from) continue;
    if (pace.isDue(to - from)) await pace.rest();
    const value = windowValue(expr.operation, expr.parameter, samples, { from, to, begin, end });
    if (value !== undefined) setPoint(into, point, value);
  }
}

/** 1 wherever nothing is found, under the labels that the selector names one value of. */
async function evaluateAbsent(
  evaluation: Evaluation,
  expr: RangeExpr,
  plan: Plan,
  steps: PlanSteps,
): Promise<Series[]> {
  const { stages } = compileLog(expr.log);
  let found: Series[];
  if (stages.length === 0 && !expr.unwrap)
    found = await evaluateCounts(
      evaluation,
      { ...expr, operation: 'count_over_time', log: { ...expr.log, stages } },
      plan,
      steps,
      { without: false, labels: [] },
    );
  else {
    // All lines are one series here.
    const together = { without: false, labels: [] };
    found = await evaluateSamples(
      evaluation,
      { ...expr, operation: 'count_over_time', grouping: together, log: { ...expr.log, stages } },
      plan,
      steps,
    );
  }
  const labels = labelsOf();
  for (const { name, operator, value } of expr.log.matchers) {
    const isAlone = expr.log.matchers.filter((matcher) => matcher.name === name).length === 1;
    if (operator === '=' && isAlone && name !== ERROR) labels[name] = value;
  }
  const absent = newSeries(labels, steps.count);
  for (let point = 0; point < steps.count; point += 1)
    if (!found.some(({ present }) => present[point] === 1)) setPoint(absent, point, 1);
  return absent.present.includes(1) ? [absent] : [];
}
