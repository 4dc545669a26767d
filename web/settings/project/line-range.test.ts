import { expect, it } from 'vitest';
import { lineRange } from './line-range.ts';

it('finds a line, and nothing behind the end', () => {
  const marked = (line: number) => {
    const { from, to } = lineRange('one\ntwo\n\nfour', line);
    return 'one\ntwo\n\nfour'.slice(from, to);
  };
  expect([1, 2, 3, 4, 9].map(marked)).toEqual(['one', 'two', '', 'four', '']);
});
