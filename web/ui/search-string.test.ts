import { expect, test } from 'vitest';
import { parseSearch, printSearch } from './search-string.ts';

test('what was written is read back, numbers and quotes included', () => {
  const search = { query: 'is:unresolved "a b" 100%', project: '42', empty: '' };
  expect(parseSearch(printSearch(search))).toEqual(search);
});

test('what is not set is not written', () => {
  expect(printSearch({ a: undefined, b: null })).toBe('');
});
