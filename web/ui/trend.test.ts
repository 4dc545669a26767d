import { expect, test } from 'vitest';
import { axisTicks, placeMarks, rebucket, scaleTop, stepWords } from './trend.ts';

const HOUR = 3_600_000;

test('a fortnight of hours becomes bars of six hours, and no count is lost', () => {
  const counts = Array.from({ length: 336 }, (_, hour) => hour % 5);
  const bars = rebucket({ from: 0, stepMs: HOUR, counts }, 60);
  expect(bars.stepMs).toBe(6 * HOUR);
  expect(bars.counts).toHaveLength(56);
  expect(bars.counts.reduce((a, b) => a + b)).toBe(counts.reduce((a, b) => a + b));
});

test('the last bar holds what is left over', () => {
  expect(rebucket({ from: 0, stepMs: 1, counts: [1, 1, 1, 1, 1] }, 3).counts).toEqual([2, 2, 1]);
});

test('few enough bars stay as they are', () => {
  const series = { from: 0, stepMs: 1, counts: [1, 2, 3] };
  expect(rebucket(series, 3)).toBe(series);
});

test.each([
  [0, 1],
  [1, 1],
  [3, 5],
  [7, 10],
  [10, 10],
  [11, 20],
  [420, 500],
  [501, 1000],
])('a highest bar of %i gives a scale up to %i', (highest, top) => {
  expect(scaleTop(highest)).toBe(top);
});

test.each([
  [30_000, '30 s'],
  [5 * 60_000, '5 min'],
  [HOUR, '1 h'],
  [1.5 * HOUR, '1.5 h'],
  [24 * HOUR, '24 h'],
  [14 * 24 * HOUR, '14 d'],
])('a step of %i ms is called %s', (step, words) => {
  expect(stepWords(step)).toBe(words);
});

test('labels stand under the middle of their bars', () => {
  const ticks = axisTicks({ from: 0, stepMs: HOUR, steps: 24 }, 4);
  expect(ticks.map((tick) => tick.at / HOUR)).toEqual([3, 9, 15, 21]);
  expect(ticks[0]?.share).toBeCloseTo(3.5 / 24);
});

test('no bars, no labels', () => {
  expect(axisTicks({ from: 0, stepMs: 1, steps: 0 }, 4)).toEqual([]);
});

test('marks near each other keep their lines, and the later one its words', () => {
  const marks = [
    { at: 10, label: 'First seen' },
    { at: 95, label: 'Resolved' },
    { at: 98, label: 'Regressed' },
    { at: 500, label: 'outside' },
  ];
  expect(placeMarks(marks, 0, 100).map(({ label, share, words }) => [label, share, words])).toEqual([
    ['Regressed', 0.98, 'left'],
    ['Resolved', 0.95, null],
    ['First seen', 0.1, 'right'],
  ]);
});

test('a quiet mark leaves the words to the others, though it is later', () => {
  const marks = [
    { at: 80, label: 'First seen' },
    { at: 90, label: '2.14.1', quiet: true },
    { at: 10, label: '2.14.0', quiet: true },
  ];
  expect(placeMarks(marks, 0, 100).map(({ label, words }) => [label, words])).toEqual([
    ['First seen', 'left'],
    ['2.14.1', null],
    ['2.14.0', 'right'],
  ]);
});
