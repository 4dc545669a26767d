import { expect, test } from 'vitest';
import { histogramSeries } from './log-levels.ts';

test('the chart stacks the worst level lowest and leaves out those that do not occur', () => {
  const levels = (['info', 'unknown', 'error'] as const).map((level, at) => ({ level, counts: [at, 1] }));
  const series = histogramSeries({
    from: 5,
    stepMs: 10,
    levels,
    total: 6,
    notKept: { records: 0, patterns: 0, of: 'period' },
  });
  expect(series.map(({ name }) => name)).toEqual(['error', 'info', 'unknown']);
  expect(series[0]).toMatchObject({ from: 5, stepMs: 10, counts: [2, 1] });
});
