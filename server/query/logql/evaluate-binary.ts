/** Binary operations between numbers and vectors, matched as Prometheus matches. */
import type { BinaryExpr, BinaryOperator } from './ast.ts';
import { printLabels } from './evaluate-range.ts';
import { type Labels, labelsOf } from './labels.ts';
import { queryError } from './logql-error.ts';
import { labelsKey, newSeries, only, type Series, SeriesSet, setPoint, without } from './series.ts';

export type Operand = number | Series[];

export function evaluateBinary(expr: BinaryExpr, left: Operand, right: Operand, points: number): Operand {
  if (typeof left === 'number' && typeof right === 'number') return operate(expr.operator, left, right);
  if (typeof left === 'number') return withNumber(expr, right as Series[], (value) => [left, value], points);
  if (typeof right === 'number') return withNumber(expr, left, (value) => [value, right], points);
  if (expr.operator === 'or' || expr.operator === 'and' || expr.operator === 'unless')
    return setOperation(expr, left, right, points);
  return matched(expr, left, right, points);
}

const isComparison = (operator: BinaryOperator) => ['==', '!=', '>', '>=', '<', '<='].includes(operator);

/** A comparison is 1 or 0. Divided by zero there is no number, as in Loki. */
export function operate(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
    case '%':
      return b === 0 ? Number.NaN : a % b;
    case '^':
      return a ** b;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    default:
      return Number.NaN;
  }
}

function withNumber(
  { operator, bool }: BinaryExpr,
  series: readonly Series[],
  order: (value: number) => [number, number],
  points: number,
): Series[] {
  return series.flatMap((one) => {
    const result = newSeries(one.labels, points);
    for (let point = 0; point < points; point += 1) {
      if (!one.present[point]) continue;
      const value = operate(operator, ...order(one.values[point]!));
      if (!isComparison(operator) || bool) setPoint(result, point, value);
      else if (value === 1) setPoint(result, point, one.values[point]!);
    }
    return result.present.includes(1) ? [result] : [];
  });
}

function matchKey({ matching }: BinaryExpr, labels: Labels): string {
  return labelsKey(matchLabels(matching, labels));
}

function matchLabels(matching: BinaryExpr['matching'], labels: Labels): Labels {
  if (!matching) return labels;
  return matching.on ? only(labels, matching.labels) : without(labels, matching.labels);
}

function byMatchKey(expr: BinaryExpr, series: readonly Series[]): Map<string, Series[]> {
  const found = new Map<string, Series[]>();
  for (const one of series) {
    const key = matchKey(expr, one.labels);
    const same = found.get(key);
    if (same) same.push(one);
    else found.set(key, [one]);
  }
  return found;
}

function setOperation(expr: BinaryExpr, left: Series[], right: Series[], points: number): Series[] {
  const others = byMatchKey(expr, expr.operator === 'or' ? left : right);
  /** Points where the other side has a match are kept, or all others. */
  const kept = (series: Series[], isKept: boolean) => {
    const set = new SeriesSet(points);
    for (const one of series) {
      const matches = others.get(matchKey(expr, one.labels)) ?? [];
      for (let point = 0; point < points; point += 1)
        if (one.present[point] && matches.some(({ present }) => present[point]) === isKept)
          setPoint(set.of(one.labels), point, one.values[point]!);
    }
    return set.all();
  };
  switch (expr.operator) {
    case 'and':
      return kept(left, true);
    case 'unless':
      return kept(left, false);
    default: {
      const set = new SeriesSet(points);
      for (const one of [...left, ...kept(right, false)]) {
        const into = set.of(one.labels);
        for (let point = 0; point < points; point += 1)
          if (one.present[point]) setPoint(into, point, one.values[point]!);
      }
      return set.all();
    }
  }
}

function matched(expr: BinaryExpr, left: Series[], right: Series[], points: number): Series[] {
  const many = expr.matching?.group?.many ?? 'left';
  const isOneToOne = expr.matching?.group === undefined;
  const [manySide, oneSide] = many === 'left' ? [left, right] : [right, left];
  const ones = byMatchKey(expr, oneSide);
  const set = new SeriesSet(points);
  for (const one of manySide) {
    const candidates = ones.get(matchKey(expr, one.labels)) ?? [];
    for (let point = 0; point < points; point += 1) {
      if (!one.present[point]) continue;
      const there = candidates.filter(({ present }) => present[point]);
      if (there.length === 0) continue;
      if (there.length > 1)
        throw queryError(
          `found duplicate series for the match group ${printLabels(matchLabels(expr.matching, one.labels))} on the ${many === 'left' ? 'right' : 'left'} hand-side of the operation: [${there.map(({ labels }) => printLabels(labels)).join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
        );
      const other = there[0]!;
      const pair = [one.values[point]!, other.values[point]!] as const;
      const [a, b] = many === 'left' ? pair : [pair[1], pair[0]];
      let value = operate(expr.operator, a, b);
      const filters = isComparison(expr.operator) && !expr.bool;
      const into = set.of(resultLabels(expr, one.labels, other.labels));
      if (into.present[point] || (filters && isTaken(into, point)))
        throw queryError(
          isOneToOne
            ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
            : 'multiple matches for labels: grouping labels must ensure unique matches',
        );
      if (filters && value !== 1) {
        // Matched, though nothing is left of it: a second match is a mistake all the same.
        into.present[point] = MATCHED_AND_FILTERED;
        continue;
      }
      if (filters) value = a;
      setPoint(into, point, value);
    }
  }
  return set.all().flatMap((series) => {
    for (let point = 0; point < points; point += 1)
      if (series.present[point] !== 1) series.present[point] = 0;
    return series.present.includes(1) ? [series] : [];
  });
}

const MATCHED_AND_FILTERED = 2;
const isTaken = (series: Series, point: number) => series.present[point] === MATCHED_AND_FILTERED;

function resultLabels({ matching }: BinaryExpr, many: Labels, one: Labels): Labels {
  if (!matching) return many;
  if (!matching.group) return matchLabels(matching, many);
  const labels = labelsOf(Object.entries(many));
  for (const name of matching.group.include) {
    if (one[name]) labels[name] = one[name];
    else delete labels[name];
  }
  return labels;
}
