import { describe, expect, it } from 'vitest';
import { figureScale, lineParts, roundTop } from './series.ts';

it.each([
  [0.034, 0.05],
  [0.2, 0.2],
  [1, 1],
  [7, 7.5],
  [1301, 1500],
  [99_000, 100_000],
])('the scale of %d ends at %d', (value, top) => expect(roundTop(value)).toBe(top));

describe('a scale', () => {
  const series = [{ points: [3, null, -2] }, { points: [4, 1, 0] }];
  it('of bars holds the highest stack', () =>
    expect(figureScale(series, 3, 'bars')).toEqual({ top: 7.5, bottom: 0 }));
  it('of lines holds each figure, the negative too', () =>
    expect(figureScale(series, 3, 'lines')).toEqual({ top: 5, bottom: -2 }));
  it('of nothing is 0 to 1', () =>
    expect(figureScale([{ points: [null] }], 1, 'lines')).toEqual({ top: 1, bottom: 0 }));
});

it('a line has a gap where there is no figure', () =>
  expect(lineParts([1, null, 2, 3])).toEqual([
    [{ step: 0, value: 1 }],
    [
      { step: 2, value: 2 },
      { step: 3, value: 3 },
    ],
  ]));
