import { expect, test } from 'vitest';
import type { Timeline } from '#contract/monitors.ts';
import { barsOf, gapSteps, summaryOf } from './timeline-bars.ts';

const DAY: Timeline = {
  from: '2026-11-22T12:00:00.000Z',
  stepSeconds: 1800,
  steps: 48,
  bars: [
    { at: 0, counts: { ok: 3 } },
    { at: 5, counts: { ok: 2, missed: 1 } },
  ],
};

test('a bar is divided as its check-ins are, a single failure is seen, and its words say all', () => {
  const [well, missed] = barsOf({ ...DAY, bars: [DAY.bars[0]!, { at: 5, counts: { ok: 99, missed: 1 } }] });
  expect(well!.pieces).toEqual([{ fill: 'fill-good', height: 100, below: 0 }]);
  const [failure, rest] = missed!.pieces;
  expect(failure).toMatchObject({ fill: 'fill-series-2', below: 0 });
  expect(failure!.height).toBeGreaterThan(15);
  expect(failure!.height + rest!.height).toBeCloseTo(100);
  expect(missed!.words).toContain(': 1 missed, 99 ok');
});

test('the whole in words, the worst first', () => {
  expect(summaryOf(DAY)).toBe('Check-ins: 1 missed, 5 ok');
  expect(summaryOf({ ...DAY, bars: [] })).toBe('No check-ins');
});

test('a gap is cut to what is shown, and is never too thin to see', () => {
  const gap = (from: string, to: string) => gapSteps([{ from, to }], DAY)[0];
  expect(gap('2026-11-22T00:00:00Z', '2026-11-22T13:00:00Z')).toMatchObject({ x: 0, width: 2 });
  expect(gap('2026-11-22T13:00:00Z', '2026-11-22T13:00:05Z')).toMatchObject({ x: 2, width: 0.15 });
});
