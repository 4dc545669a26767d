/** What a range aggregation makes of the samples in one window. */
import type { RangeOperation } from './ast.ts';

/** Samples of a series in the order of time. */
export interface Samples {
  /** Nanoseconds, from the first point of the query on. */
  times: number[];
  values: number[];
}

/** `from` is the first sample of the window, `to` the one behind it; there is at least one. */
export interface Window {
  from: number;
  to: number;
  /** Nanoseconds as in `times`; the begin is not part of the window. */
  begin: number;
  end: number;
}

const NS_PER_S = 1e9;

/** Undefined: the window has no value. */
export function windowValue(
  operation: RangeOperation,
  parameter: number | undefined,
  { times, values }: Samples,
  { from, to, begin, end }: Window,
): number | undefined {
  const count = to - from;
  const seconds = (end - begin) / NS_PER_S;
  switch (operation) {
    case 'count_over_time':
      return count;
    case 'sum_over_time':
    case 'bytes_over_time':
      return sum(values, from, to);
    case 'rate':
    case 'bytes_rate':
      return sum(values, from, to) / seconds;
    case 'rate_counter':
      return counterRate(times, values, { from, to, begin, end });
    case 'avg_over_time':
      return sum(values, from, to) / count;
    case 'min_over_time':
      return extreme(values, from, to, (a, b) => a < b);
    case 'max_over_time':
      return extreme(values, from, to, (a, b) => a > b);
    case 'stdvar_over_time':
      return variance(values.slice(from, to));
    case 'stddev_over_time':
      return Math.sqrt(variance(values.slice(from, to)));
    case 'quantile_over_time':
      return quantile(parameter!, values.slice(from, to));
    case 'first_over_time':
      return values[from];
    case 'last_over_time':
      return values[to - 1];
    case 'absent_over_time':
      return 1;
  }
}

function sum(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += values[at]!;
  return total;
}

function extreme(
  values: readonly number[],
  from: number,
  to: number,
  isBetter: (a: number, b: number) => boolean,
) {
  let best = values[from]!;
  for (let at = from + 1; at < to; at += 1)
    if (isBetter(values[at]!, best) || Number.isNaN(best)) best = values[at]!;
  return best;
}

/** Of the whole population. */
export function variance(values: readonly number[]): number {
  let mean = 0;
  let squares = 0;
  values.forEach((value, at) => {
    const delta = value - mean;
    mean += delta / (at + 1);
    squares += delta * (value - mean);
  });
  return squares / values.length;
}

/** Between two neighbours it is weighted, as in Prometheus. */
export function quantile(q: number, values: number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b));
  const rank = q * (sorted.length - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(lower + 1, sorted.length - 1);
  const weight = rank - lower;
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight;
}

/** The increase per second of a counter that may begin again at 0, carried on to the ends of the window as Prometheus does. */
function counterRate(
  times: readonly number[],
  values: readonly number[],
  window: Window,
): number | undefined {
  const { from, to, begin, end } = window;
  if (to - from < 2) return undefined;
  let increase = values[to - 1]! - values[from]!;
  for (let at = from + 1; at < to; at += 1) if (values[at]! < values[at - 1]!) increase += values[at - 1]!;
  const [first, last] = [times[from]!, times[to - 1]!];
  const sampled = (last - first) / NS_PER_S;
  if (sampled === 0) return undefined;
  const average = sampled / (to - from - 1);
  let toBegin = (first - begin) / NS_PER_S;
  const toEnd = (end - last) / NS_PER_S;
  // A counter was not below zero before its first sample.
  if (increase > 0 && values[from]! >= 0) toBegin = Math.min(toBegin, sampled * (values[from]! / increase));
  const threshold = average * 1.1;
  const carried =
    sampled + (toBegin < threshold ? toBegin : average / 2) + (toEnd < threshold ? toEnd : average / 2);
  return (increase * (carried / sampled)) / ((end - begin) / NS_PER_S);
}
