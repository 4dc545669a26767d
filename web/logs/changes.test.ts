import { expect, it } from 'vitest';
import { againstFor, changeWords, shareOf } from './changes.ts';

it.each([
  [150, 100, '+50 %'],
  [97, 100, '−3.0 %'],
  [0, 40, '−100 %'],
  [1200, 100, '12 times as many'],
  [5, 0, 'none before'],
  [0, 0, 'as many'],
])('%d after %d are %s', (now, before, words) => expect(changeWords(now, before)).toBe(words));

it.each([
  [1, 3, '33.3 %'],
  [1, 100_000, '<0.01 %'],
  [1, 400, '0.25 %'],
  [7, 7, '100 %'],
  [0, 7, '0 %'],
])('%d of %d are %s', (part, whole, words) => expect(shareOf(part, whole)).toBe(words));

it('offers no period that would overlap', () => {
  expect(againstFor(3_600_000).map(({ value }) => value)).toEqual(['previous', 'day', 'week']);
  expect(againstFor(30 * 86_400_000).map(({ value }) => value)).toEqual(['previous']);
});
