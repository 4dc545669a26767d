import { expect, test } from 'vitest';
import { collapseSpace, hasText, isLongerThan, splitLines, strip, truncate } from './text.ts';

test('lines end at every separator Python knows, and a last break opens no line', () => {
  expect(splitLines('a\r\nb\u2028c\x1cd\n')).toEqual(['a', 'b', 'c', 'd']);
  expect(splitLines('')).toEqual([]);
});

test('white space is what Python calls white space', () => {
  expect(hasText(' \t\x1f\x85\u3000')).toBe(false);
  expect(hasText('\ufeff')).toBe(true);
  expect(strip('\x85 a b\u2003')).toBe('a b');
  expect(collapseSpace('  a \t\n b ')).toBe('a b');
});

test('length is counted in characters, not in halves of them', () => {
  expect(isLongerThan('🙂🙂🙂', 3)).toBe(false);
  expect(isLongerThan('🙂🙂🙂', 2)).toBe(true);
});

test('a cut never halves a character', () => {
  expect(truncate('aaaa🙂bbbb', 8)).toBe('aaaa...');
  expect(truncate('short', 8)).toBe('short');
});
