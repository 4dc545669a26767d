/**
 * The values of a log query over time, window after window, for its largest groups: what a preview is made of, in one
 * question where the dialect allows it. What is read is bounded in windows, groups and time.
 */
import type { AlertSource } from '#contract/alerts.ts';
import { figure, measuredText, measuresOf, textOfKey } from '#server/logs/log-aggregate.ts';
import { searchLogs } from '#server/logs/log-search.ts';
import { runLogQl } from '#server/query/logql/run-logql.ts';
import { withoutAbsentKeys } from '#server/query/plan/absent-keys.ts';
import type { Plan } from '#server/query/plan/plan.ts';
import { Deadline, readTable } from '#server/query/plan/run-plan.ts';
import { reject } from '#server/record/rejections.ts';
import type { AlertStores } from './alerts.ts';
import { cutText, type Labels } from './measured.ts';
import { valuesAt } from './source-values.ts';

/** Lines of a chart that can be told apart. */
export const SERIES_MAX = 5;
/** Windows of one preview: a week of those of five minutes, and some. */
export const WINDOWS_MAX = 2_100;
/** With the seasons before it that it is compared with. */
export const WINDOWS_READ_MAX = 20_000;
/** SQL is asked once for each window. */
export const SQL_WINDOWS_MAX = 24;
const SERIES_MS_MAX = 15_000;
const NS_OF_MS = 1_000_000n;

export interface Series {
  labels: Labels;
  /** One for each window; null: no number. */
  values: (number | null)[];
}

/** Windows of `stepMs` from `from` on. */
export interface Windows {
  projects: number[];
  from: number;
  stepMs: number;
  count: number;
}

export function readSeries(stores: AlertStores, source: AlertSource, windows: Windows): Promise<Series[]> {
  switch (source.dialect) {
    case 'search':
      return searchSeries(stores, source, windows);
    case 'logql':
      return logQlSeries(stores, source.query, windows);
    case 'sql':
      return sqlSeries(stores, source, windows);
  }
}

async function searchSeries(
  { telemetry }: AlertStores,
  { query, measure, field, by }: Extract<AlertSource, { dialect: 'search' }>,
  { projects, from, stepMs, count }: Windows,
): Promise<Series[]> {
  const reading = { telemetry, deadline: new Deadline(SERIES_MS_MAX) };
  const to = from + count * stepMs;
  const plan: Plan = {
    projects,
    range: { start: BigInt(from) * NS_OF_MS, end: BigInt(to) * NS_OF_MS },
    filter: searchLogs(query),
  };
  const wanted = { measure, field, by, limit: SERIES_MAX, steps: true };
  const [measured, ...keys] = await withoutAbsentKeys(reading, plan, [
    measuredText(wanted),
    ...by.map(textOfKey),
  ]);
  const { rows } = await readTable(
    reading,
    plan,
    {
      by: keys,
      measures: measuresOf(wanted, measured!),
      steps: { from: BigInt(from) * NS_OF_MS, length: BigInt(stepMs) * NS_OF_MS },
      groupsMax: SERIES_MAX,
    },
    SERIES_MAX * (count + 1),
  );
  const isCount = measure === 'count' || measure === 'rate';
  const empty = () => new Array<number | null>(count).fill(isCount ? 0 : null);
  const series = new Map<string, Series>();
  for (const row of rows) {
    const name = JSON.stringify(row.keys);
    const labels = Object.fromEntries(by.map((key, at) => [key, cutText(row.keys[at]!)]));
    const one = series.get(name) ?? { labels, values: empty() };
    series.set(name, one);
    if (row.step >= 0 && row.step < count)
      one.values[row.step] = figure(measure, row.records, row.measures[0] ?? null, stepMs);
  }
  return series.size > 0 ? [...series.values()] : [{ labels: {}, values: empty() }];
}

async function logQlSeries(
  { telemetry }: AlertStores,
  query: string,
  { projects, from, stepMs, count }: Windows,
): Promise<Series[]> {
  const result = await runLogQl(telemetry, projects, {
    query,
    start: BigInt(from + stepMs) * NS_OF_MS,
    end: BigInt(from + count * stepMs) * NS_OF_MS,
    step: BigInt(stepMs) * NS_OF_MS,
    limits: { timeoutMs: SERIES_MS_MAX },
  });
  if (result.resultType !== 'matrix')
    throw reject('query_invalid', 'an alert needs a LogQL query that gives a number, such as a count');
  const series = result.result.map(({ metric, values }) => {
    const own = new Array<number | null>(count).fill(null);
    for (const [time, value] of values) {
      const at = Math.round((time - from) / stepMs) - 1;
      if (at >= 0 && at < count && Number.isFinite(value)) own[at] = value;
    }
    const labels = Object.entries(metric).map(([name, text]) => [name, cutText(text)]);
    return { labels: Object.fromEntries(labels) as Labels, values: own };
  });
  return largest(series);
}

async function sqlSeries(
  stores: AlertStores,
  source: AlertSource,
  { projects, from, stepMs, count }: Windows,
): Promise<Series[]> {
  const series = new Map<string, Series>();
  for (let at = 0; at < count; at++) {
    const { values } = await valuesAt(
      stores,
      source,
      { projects, windowMs: stepMs, groupsMax: 100 },
      from + (at + 1) * stepMs,
    );
    for (const { labels, value } of values) {
      const name = JSON.stringify(labels);
      const one = series.get(name) ?? { labels, values: new Array<number | null>(count).fill(null) };
      series.set(name, one);
      one.values[at] = value;
    }
  }
  return largest([...series.values()]);
}

const largest = (series: readonly Series[]) => {
  const sum = ({ values }: Series) => values.reduce<number>((all, one) => all + (one ?? 0), 0);
  return series.toSorted((a, b) => sum(b) - sum(a)).slice(0, SERIES_MAX);
};
