import { expect, test } from 'vitest';
import { globProblem, globTest } from './glob.ts';

test.each([
  ['Card declined', 'card DECLINED', true],
  ['Card declined', 'Card declined for order 7', false],
  ['Card declined*', 'Card declined for order 7', true],
  ['*order ?', 'Card declined for order 7', true],
  ['*order ?', 'Card declined for order 17', false],
  ['*timed out*ms', 'fetch timed out after 30 ms', true],
  ['*a*b*a', 'xaxbxa', true],
  ['*a*b*a', 'xaxbx', false],
  ['ab*ba', 'aba', false],
  ['[Vue warn]*', '[Vue warn]: missing prop', true],
  ['100\\*', '100*', true],
  ['100\\*', '1000', false],
  ['first*', 'first line\nsecond line', true],
])('%s on %s: %s', (pattern, text, matches) => {
  expect(globTest(pattern)(text)).toBe(matches);
});

test.each([
  ['*', 1],
  ['**?', 1],
  [' * ', 2],
  ['', 1],
  ['abc\\', 4],
])('%j is refused at column %i', (pattern, column) => {
  expect(globProblem(pattern)?.column).toBe(column);
});

test('the pattern that backtracking dies of looks at each character a few times', () => {
  const pattern = `${'*a'.repeat(240)}*b`;
  expect(globTest(pattern)('a'.repeat(1_000_000))).toBe(false);
});
