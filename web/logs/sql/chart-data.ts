/**
 * What of a result can be drawn: figures over time, one series or one for each text of the second column; or
 * figures of texts. Anything else is a table only.
 */
import type { SqlAnswer, SqlCell } from '#contract/sql.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { isFigure } from './cells.ts';

export type ChartData =
  | {
      is: 'time';
      label: string;
      from: number;
      stepMs: number;
      series: { name: string; counts: number[] }[];
    }
  | { is: 'texts'; label: string; bars: { name: string; value: number }[] };

/** More are not told apart by their colours; levels have colours of their own, and the rarest are the worst. */
const SERIES_MAX = 6;
const STEPS_MAX = 2_000;
export const BARS_MAX = 20;

export function chartOf({ columns, rows }: Pick<SqlAnswer, 'columns' | 'rows'>): ChartData | null {
  const [first, second] = columns;
  if (!first || !second || rows.length < 2) return null;
  const figure = columns.findIndex(({ type }, at) => at > 0 && isFigure(type));
  if (figure < 0) return null;
  const value = (row: SqlCell[]) => Number(row[figure] ?? 0);
  // Bars stand on zero.
  if (rows.some((row) => !(value(row) >= 0))) return null;
  const label = columns[figure]!.name;
  if (first.type === 'time') {
    const name =
      figure === 2 && second.type === 'text' ? (row: SqlCell[]) => String(row[1] ?? '') : () => label;
    return figure <= 2 ? overTime(rows, name, value, label) : null;
  }
  if (first.type !== 'text' || figure !== 1) return null;
  const bars = rows.slice(0, BARS_MAX).map((row) => ({ name: String(row[0] ?? ''), value: value(row) }));
  return { is: 'texts', label, bars };
}

function overTime(
  rows: SqlCell[][],
  name: (row: SqlCell[]) => string,
  value: (row: SqlCell[]) => number,
  label: string,
): ChartData | null {
  const times = rows.map((row) => Date.parse(String(row[0])));
  if (times.some((at) => !Number.isFinite(at))) return null;
  const distinct = [...new Set(times)].sort((a, b) => a - b);
  if (distinct.length < 2) return null;
  const stepMs = Math.min(...distinct.slice(1).map((at, n) => at - distinct[n]!));
  const from = distinct[0]!;
  const steps = Math.floor((distinct.at(-1)! - from) / stepMs) + 1;
  if (steps > STEPS_MAX) return null;
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(name(row), (totals.get(name(row)) ?? 0) + value(row));
  const ranked = [...totals].sort((a, b) => b[1] - a[1]).map(([each]) => each);
  const isTold = ranked.length <= SERIES_MAX || ranked.every((each) => Object.hasOwn(LEVEL_LOOKS, each));
  const shown = isTold ? ranked : ranked.slice(0, SERIES_MAX - 1);
  const names = shown.length < ranked.length ? [...shown, OTHERS] : shown;
  const counts = new Map(names.map((each) => [each, new Array<number>(steps).fill(0)]));
  rows.forEach((row, at) => {
    const into = counts.get(name(row)) ?? counts.get(OTHERS)!;
    into[Math.floor((times[at]! - from) / stepMs)]! += value(row);
  });
  return {
    is: 'time',
    label,
    from,
    stepMs,
    series: names.map((each) => ({ name: each, counts: counts.get(each)! })),
  };
}

const OTHERS = 'all others';
