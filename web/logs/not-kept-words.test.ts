import { expect, it } from 'vitest';
import type { LogsNotKept } from '#contract/logs.ts';
import { notKeptWords } from './not-kept-words.ts';

it.each<[LogsNotKept['of'], string]>([
  ['period', '12,340 records of 2 patterns were not kept by rules in this time'],
  ['search', '12,340 more records that match, of 2 patterns, were not kept by rules in this time'],
  [
    'at-most',
    'Up to 12,340 more records of 2 patterns may match: not kept by rules in this time, and known by pattern, service and level only',
  ],
])('of %s it says no more than is known', (of, words) => {
  expect(notKeptWords({ records: 12_340, patterns: 2, of })).toBe(words);
});
