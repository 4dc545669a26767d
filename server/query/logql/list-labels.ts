/**
 * Labels of streams, their values, how many there are, and how much lies under them: what pickers and overviews
 * ask. None of it looks at bodies but for their sizes.
 */
import {
  compileCardinalities,
  compileHasMoved,
  compileNames,
  compileTotals,
} from '#server/query/plan/compile-lists.ts';
import type { CompiledPlan } from '#server/query/plan/compile-plan.ts';
import { all, not, type Plan, type PlanSteps, type PlanText, rangeOfSteps } from '#server/query/plan/plan.ts';
import { countRecords, Deadline, earliest } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { QueryCutShort } from '#server/store/telemetry/telemetry-errors.ts';
import { type Labels, labelsOf, streamLabelText, streamOrMovedLabelText } from './labels.ts';
import { type StreamsRequest, selectorFilter } from './list-streams.ts';
import { tooLarge } from './logql-error.ts';
import { LOGQL_LIMITS } from './run-logql.ts';

/** Values of one label, names of labels, groups of a volume: what one answer may hold. */
const ITEMS_MAX = 10_000;
/** Labels whose values are counted in one statement. */
const COUNTED_LABELS_MAX = 200;

type Telemetry = Pick<TelemetryStore, 'select'>;

const planOf = (projects: readonly number[], { selectors, start, end }: StreamsRequest): Plan => ({
  projects,
  range: { start, end },
  filter: selectorFilter(selectors),
});

async function select<Row>(
  telemetry: Telemetry,
  projects: readonly number[],
  { sql, params }: CompiledPlan,
  { signal }: Pick<StreamsRequest, 'signal'>,
): Promise<Row[]> {
  const rowsMax = ITEMS_MAX;
  const timeoutMs = LOGQL_LIMITS.timeoutMs;
  return bounded('names of labels', () =>
    telemetry.select<Row>(projects, sql, { params, rowsMax, timeoutMs, ...(signal && { signal }) }),
  );
}

async function bounded<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof QueryCutShort && error.by === 'rows')
      throw tooLarge(`more than ${ITEMS_MAX} ${what}; consider a narrower selector or a shorter time range`);
    throw error;
  }
}

/** Sorted. */
export async function listLabels(
  telemetry: Telemetry,
  projects: readonly number[],
  request: StreamsRequest,
): Promise<string[]> {
  return [...(await labelTexts(telemetry, projects, request)).keys()];
}

/** Sorted by name: each label as a plan, with what became an attribute where any did. */
async function labelTexts(
  telemetry: Telemetry,
  projects: readonly number[],
  request: StreamsRequest,
): Promise<Map<string, PlanText>> {
  const compiled = compileNames(planOf(projects, request));
  const rows = await select<{ of: 'stream' | 'moved'; name: string }>(telemetry, projects, compiled, request);
  const moved = new Set(rows.flatMap(({ of, name }) => (of === 'moved' ? [name] : [])));
  return new Map(
    [...new Set(rows.map(({ name }) => name))]
      .filter((name) => name !== '')
      .sort()
      .map((name) => [name, moved.has(name) ? streamOrMovedLabelText(name) : streamLabelText(name)]),
  );
}

/** Sorted. */
export async function listLabelValues(
  telemetry: Telemetry,
  projects: readonly number[],
  name: string,
  request: StreamsRequest,
): Promise<string[]> {
  const moved = compileHasMoved(planOf(projects, request), name);
  const [hasMoved] = await select(telemetry, projects, moved, request);
  const text = hasMoved ? streamOrMovedLabelText(name) : streamLabelText(name);
  const groups = await countTexts(telemetry, projects, [[name, text]], { ...request, bytes: false });
  return groups.map(({ labels }) => labels[name]!).sort();
}

export interface LabelCount {
  name: string;
  values: number;
  /** All values are numbers or UUIDs. */
  areIds: boolean;
}

export async function countLabelValues(
  telemetry: Telemetry,
  projects: readonly number[],
  request: StreamsRequest,
): Promise<LabelCount[]> {
  const texts = [...(await labelTexts(telemetry, projects, request))].slice(0, COUNTED_LABELS_MAX);
  if (texts.length === 0) return [];
  const compiled = compileCardinalities(
    planOf(projects, request),
    texts.map(([, text]) => text),
  );
  const [row = {}] = await select<Record<string, number>>(telemetry, projects, compiled, request);
  return texts.flatMap(([name], at) => {
    const values = row[`values${at}`] ?? 0;
    return values > 0 ? [{ name, values, areIds: row[`words${at}`] === 0 }] : [];
  });
}

export interface Totals {
  streams: number;
  records: number;
  bytes: number;
}

export async function countTotals(
  telemetry: Telemetry,
  projects: readonly number[],
  request: StreamsRequest,
): Promise<Totals> {
  const compiled = compileTotals(planOf(projects, request));
  const [totals] = await select<Totals>(telemetry, projects, compiled, request);
  return totals ?? { streams: 0, records: 0, bytes: 0 };
}

export interface CountRequest extends StreamsRequest {
  steps?: PlanSteps;
  bytes?: boolean;
  /** Streams that lack some of the labels count too, under those they have. */
  some?: boolean;
}

export interface LabelVolume {
  labels: Labels;
  /** Of each step. */
  records: Float64Array;
  bytes: Float64Array;
}

/** Records and bytes under the values of some labels of streams; without steps in one. */
export function countLabels(
  telemetry: Telemetry,
  projects: readonly number[],
  names: readonly string[],
  request: CountRequest,
): Promise<LabelVolume[]> {
  return countTexts(
    telemetry,
    projects,
    names.map((name) => [name, streamLabelText(name)]),
    request,
  );
}

async function countTexts(
  telemetry: Telemetry,
  projects: readonly number[],
  named: readonly (readonly [string, PlanText])[],
  request: CountRequest,
): Promise<LabelVolume[]> {
  const { start, end, signal, bytes } = request;
  if (end <= start) return [];
  const texts = named.map(([, text]) => text);
  const { filter } = planOf(projects, request);
  const have = request.some ? [] : texts.map((text) => not({ is: 'equal', text, value: '' }));
  const steps = request.steps ?? { start: end - 1n, step: end - start, count: 1, window: end - start };
  const { start: first, end: last } = rangeOfSteps(steps);
  const plan: Plan = {
    projects,
    // A last step that is not whole ends with the range.
    range: { start: first, end: earliest(last, end) },
    filter: all(filter, ...have),
  };
  const reading = { telemetry, deadline: new Deadline(LOGQL_LIMITS.timeoutMs), signal };
  const counts = { steps, by: texts, ...(bytes === undefined ? {} : { bytes }) };
  const groups = await bounded('values', () => countRecords(reading, plan, counts, ITEMS_MAX));
  return groups.map((group) => ({
    labels: labelsOf(
      named.map(([name], at) => [name, group.key.values[at]!] as const).filter(([, value]) => value !== ''),
    ),
    records: group.records,
    bytes: group.bytes,
  }));
}
