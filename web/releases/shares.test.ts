import { expect, it } from 'vitest';
import { differenceText, healthTone, shareText } from './shares.ts';

it.each([
  [null, '–'],
  [1, '100 %'],
  [0.99999, '99.99 %'],
  [0.9712, '97.1 %'],
  [0.625, '62 %'],
  [0.001, '<1 %'],
  [0, '0 %'],
])('%s is %s', (share, text) => {
  expect(shareText(share)).toBe(text);
});

it('says how much better or worse it is than before', () => {
  expect(differenceText(0.995, 0.99)).toBe('+0.50 points');
  expect(differenceText(0.9, 0.99)).toBe('−9.0 points');
  expect(differenceText(1, 1)).toBe('');
  expect(differenceText(1, null)).toBe('');
});

it('one crash in ten is bad, one in a hundred is not', () => {
  expect([1, 0.99, 0.96, 0.9, null].map(healthTone)).toEqual(['good', 'good', 'warn', 'danger', 'plain']);
});
