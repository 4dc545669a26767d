/** A metric query at all its points: series, or one number for what is made of numbers alone. */

import type { MetricExpr, VectorExpr } from './ast.ts';
import { evaluateBinary, type Operand } from './evaluate-binary.ts';
import { type Evaluation, evaluateRange } from './evaluate-range.ts';
import { aggregate } from './evaluate-vector.ts';
import type { Labels } from './labels.ts';
import { labelsOf } from './labels.ts';
import { queryError } from './logql-error.ts';
import { compileRegex, expand } from './re2.ts';
import { labelsKey, newSeries, type Series } from './series.ts';

export async function evaluate(evaluation: Evaluation, expr: MetricExpr): Promise<Operand> {
  const { count } = evaluation.points;
  switch (expr.is) {
    case 'number':
      return expr.value;
    case 'vector': {
      const series = newSeries(labelsOf(), count);
      series.values.fill(expr.value);
      series.present.fill(1);
      return [series];
    }
    case 'range':
      return evaluateRange(evaluation, expr);
    case 'aggregation':
      return aggregate(expr, await evaluateAggregated(evaluation, expr), count);
    case 'label_replace':
      return replaceLabels(expr, (await evaluate(evaluation, expr.of)) as Series[]);
    case 'binary': {
      // One after the other: two at once would hold twice the memory.
      const left = await evaluate(evaluation, expr.left);
      const right = await evaluate(evaluation, expr.right);
      return evaluateBinary(expr, left, right, count);
    }
  }
}

async function evaluateAggregated(
  evaluation: Evaluation,
  { operation, grouping, of }: VectorExpr,
): Promise<Series[]> {
  if (operation === 'sum' && of.is === 'range')
    return evaluateRange(evaluation, of, grouping ?? { without: false, labels: [] });
  return (await evaluate(evaluation, of)) as Series[];
}

function replaceLabels(
  { target, replacement, source, pattern }: Extract<MetricExpr, { is: 'label_replace' }>,
  series: Series[],
): Series[] {
  const regex = compileRegex(pattern, { whole: true, dotAll: true });
  const seen = new Set<string>();
  return series.map((one) => {
    const groups = regex.groups(one.labels[source] ?? '');
    const labels: Labels = labelsOf(Object.entries(one.labels));
    if (groups) {
      const value = expand(replacement, groups, regex.names);
      if (value === '') delete labels[target];
      else labels[target] = value;
    }
    const key = labelsKey(labels);
    if (seen.has(key)) throw queryError('vector cannot contain metrics with the same labelset');
    seen.add(key);
    return { ...one, labels };
  });
}
