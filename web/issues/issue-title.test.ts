import { expect, test } from 'vitest';
import { splitTitle } from './issue-title.ts';

test.each([
  ['TypeError: x is undefined', 'error', ['TypeError', 'x is undefined']],
  ['TypeError', 'error', ['TypeError', '']],
  ['std::bad_alloc: out of memory: 12', 'error', ['std::bad_alloc', 'out of memory: 12']],
  ['Error: two\nlines', 'error', ['Error', 'two\nlines']],
  ['Disk is full: 91 %', 'default', ['', 'Disk is full: 91 %']],
  ['A title of its own', 'error', ['', 'A title of its own']],
])('%j of type %s', (title, type, parts) => {
  expect(Object.values(splitTitle({ title, type }))).toEqual(parts);
});
