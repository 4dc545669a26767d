import { describe, expect, it } from 'vitest';
import { searchNumber, searchTime } from './search-values.ts';

const NOON = Date.UTC(2026, 4, 10, 12);
const HOUR = 3_600_000;
const MAY_1 = Date.UTC(2026, 4, 1);

describe('a number', () => {
  it.each([
    ['500', 500],
    ['1.5k', 1500],
    ['2M', 2_000_000],
    ['-3', -3],
  ])('%s', (text, expected) => expect(searchNumber(text, 1)).toBe(expected));

  it.each(['', 'many', '5x', '1e9', '0x10'])('%j is none', (text) => {
    expect(() => searchNumber(text, 7)).toThrow('column 7: expected a number');
  });
});

describe('a time', () => {
  it.each([
    ['-24h', undefined, { from: NOON - 24 * HOUR }],
    ['24h', undefined, { from: NOON - 24 * HOUR }],
    ['+7d', undefined, { to: NOON - 7 * 24 * HOUR }],
    ['-24h', '<', { to: NOON - 24 * HOUR }],
    ['2026-05-01', undefined, { from: MAY_1, to: MAY_1 + 24 * HOUR }],
    ['2026-05-01', '>', { from: MAY_1 + 24 * HOUR }],
    ['2026-05-01', '>=', { from: MAY_1 }],
    ['2026-05-01', '<', { to: MAY_1 }],
    ['2026-05-01', '<=', { to: MAY_1 + 24 * HOUR }],
    ['2026-05-01T02:00', undefined, { from: MAY_1 + 2 * HOUR, to: MAY_1 + 2 * HOUR + 60_000 }],
    ['2026-05-01T02:00:00+02:00', '>=', { from: MAY_1 }],
  ] as const)('%s %s', (value, operator, expected) => {
    expect(searchTime({ value, operator, column: 1 }, NOON)).toEqual(expected);
  });

  it.each(['yesterday', '2026-13-45', '2026-05-01T99:00', '', '24'])('%j is none', (value) => {
    expect(() => searchTime({ value, column: 3 }, NOON)).toThrow('column 3: expected a time');
  });
});
