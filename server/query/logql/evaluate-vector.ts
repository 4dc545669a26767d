/** Vector aggregations: at each point in time, over the series that have a value there. */
import type { VectorExpr, VectorOperation } from './ast.ts';
import type { Labels } from './labels.ts';
import { variance } from './range-functions.ts';
import { groupLabels, labelsKey, newSeries, type Series, setPoint } from './series.ts';

export function aggregate(expr: VectorExpr, series: Series[], points: number): Series[] {
  const { operation } = expr;
  if (operation === 'sort' || operation === 'sort_desc') return series;
  const groups = new Map<string, { labels: Labels; members: Series[] }>();
  for (const one of series) {
    const labels = groupLabels(one.labels, expr.grouping);
    const key = labelsKey(labels);
    const group = groups.get(key);
    if (group) group.members.push(one);
    else groups.set(key, { labels, members: [one] });
  }
  if (operation === 'topk' || operation === 'approx_topk' || operation === 'bottomk')
    return [...groups.values()].flatMap(({ members }) => choose(operation, expr.parameter!, members, points));
  return [...groups.values()].map(({ labels, members }) => combine(operation, labels, members, points));
}

function combine(
  operation: VectorOperation,
  labels: Labels,
  members: readonly Series[],
  points: number,
): Series {
  const result = newSeries(labels, points);
  for (let point = 0; point < points; point += 1) {
    const values = members.flatMap(({ values, present }) => (present[point] ? [values[point]!] : []));
    if (values.length > 0) setPoint(result, point, combined(operation, values));
  }
  return result;
}

function combined(operation: VectorOperation, values: readonly number[]): number {
  const total = () => values.reduce((sum, value) => sum + value, 0);
  const best = (isBetter: (a: number, b: number) => boolean) =>
    values.reduce((chosen, value) => (isBetter(value, chosen) || Number.isNaN(chosen) ? value : chosen));
  switch (operation) {
    case 'avg':
      return total() / values.length;
    case 'count':
      return values.length;
    case 'max':
      return best((a, b) => a > b);
    case 'min':
      return best((a, b) => a < b);
    case 'stdvar':
      return variance(values);
    case 'stddev':
      return Math.sqrt(variance(values));
    default:
      return total();
  }
}

/** The series with the largest or smallest values of a point; of equal ones those that come first by their labels. */
function choose(operation: VectorOperation, k: number, members: readonly Series[], points: number): Series[] {
  const sign = operation === 'bottomk' ? 1 : -1;
  const byLabels = members
    .map((series) => ({ series, key: labelsKey(series.labels) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ series }) => series);
  const chosen = new Map<Series, Series>();
  for (let point = 0; point < points; point += 1) {
    const there = byLabels.filter(({ present }) => present[point]);
    there.sort((a, b) => byValue(a.values[point]!, b.values[point]!, sign));
    for (const one of there.slice(0, k)) {
      let result = chosen.get(one);
      if (!result) {
        result = newSeries(one.labels, points);
        chosen.set(one, result);
      }
      setPoint(result, point, one.values[point]!);
    }
  }
  return [...chosen.values()];
}

/** NaN is last in both directions. */
export function byValue(a: number, b: number, sign: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -sign : sign;
}
