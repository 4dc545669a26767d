import { expect, test } from 'vitest';
import { withRecent } from './use-recent.ts';

test('what was searched again comes to the front, and the oldest goes', () => {
  expect(withRecent(['a', 'b', 'c'], 'b')).toEqual(['b', 'a', 'c']);
  expect(withRecent(['a'], '')).toEqual(['a']);
  const many = Array.from({ length: 10 }, (_, n) => `search ${n}`);
  expect(withRecent(many, 'new')).toEqual(['new', ...many.slice(0, 9)]);
});
