import { expect, test } from 'vitest';
import { deviationsOf, seasonOf } from './season.ts';

test('four days say nothing', () => {
  expect(seasonOf([10, 11, 12, 13])).toBeNull();
});

test('one bad day in the history neither hides the next nor makes the others look odd', () => {
  const season = seasonOf([10, 11, 12, 13, 14, 1000])!;
  expect(season.median).toBe(12.5);
  expect(deviationsOf(60, season)).toBeGreaterThan(4);
  expect(Math.abs(deviationsOf(11, season))).toBeLessThan(1);
});

test('what never moved is allowed to be a little noisy', () => {
  const season = seasonOf([100, 100, 100, 100, 100])!;
  expect(deviationsOf(105, season)).toBe(1);
  expect(deviationsOf(0, seasonOf([0, 0, 0, 0, 0])!)).toBe(0);
});
