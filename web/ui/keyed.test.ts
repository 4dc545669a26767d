import { expect, test } from 'vitest';
import { keyed } from './keyed.ts';

test('equal entries get keys of their own, and keep them when others are added at the end', () => {
  const keys = (names: string[]) => keyed(names, (name) => name).map((each) => each.key);
  expect(new Set(keys(['a', 'b', 'a', 'a'])).size).toBe(4);
  expect(keys(['a', 'b', 'a', 'c']).slice(0, 2)).toEqual(keys(['a', 'b']));
});
