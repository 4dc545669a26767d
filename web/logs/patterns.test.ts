import { expect, it } from 'vitest';
import { seenWords, shareWords, templateParts } from './patterns.ts';

it.each([
  [1, 1, '100 %'],
  [9999, 10_000, '> 99.9 %'],
  [1, 3, '33.3 %'],
  [1, 100_000, '< 0.1 %'],
])('%i of %i lines are %s', (records, all, words) => {
  expect(shareWords(records, all)).toBe(words);
});

it('a pattern as old as the oldest line may be older', () => {
  const [kept, soonAfter, later] = ['1795000000000000000', '1795000900000000000', '1795090000000000000'];
  expect(seenWords(soonAfter, kept)).toContain('oldest lines that are kept');
  expect([seenWords(later, kept), seenWords(soonAfter, null)]).toEqual(['first seen', 'first seen']);
});

it('placeholders stand out', () => {
  const parts = templateParts('order <num> of <name>: <b>ok</b>');
  expect(parts.filter(({ isPlaceholder }) => isPlaceholder).map(({ text }) => text)).toEqual([
    '<num>',
    '<name>',
  ]);
  expect(parts.map(({ text }) => text).join('')).toBe('order <num> of <name>: <b>ok</b>');
});
