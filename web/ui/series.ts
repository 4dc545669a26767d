/** Prepares figures for series-chart.tsx: the scale, and lines with gaps where there is no figure. */

interface Figures {
  points: readonly (number | null)[];
}

/** From 0, or below it where there are negative figures, to a round number at or above the largest. */
export function figureScale(
  series: readonly Figures[],
  steps: number,
  draw: 'lines' | 'bars',
): { top: number; bottom: number } {
  const sums = Array.from({ length: steps }, (_, step) =>
    series.reduce((sum, { points }) => sum + Math.max(0, points[step] ?? 0), 0),
  );
  const each = series.flatMap(({ points }) => points.filter((point) => point !== null));
  const highest = draw === 'bars' ? largest(sums) : largest(each);
  const lowest = -largest(each.map((value) => -value));
  const bottom = draw === 'bars' || lowest >= 0 ? 0 : -roundTop(-lowest);
  return { top: highest > 0 ? roundTop(highest) : bottom < 0 ? 0 : 1, bottom };
}

const largest = (values: readonly number[]) => values.reduce((max, value) => Math.max(max, value), 0);

/** 1, 1.5, 2, 3, 5 or 7.5 times a power of ten; of small figures too. */
export function roundTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 5, 7.5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** The parts of a line between its gaps. */
export function lineParts(points: readonly (number | null)[]): { step: number; value: number }[][] {
  const parts: { step: number; value: number }[][] = [];
  points.forEach((value, step) => {
    if (value === null) return;
    if (step > 0 && points[step - 1] !== null) parts.at(-1)!.push({ step, value });
    else parts.push([{ step, value }]);
  });
  return parts;
}
