import { expect, test } from 'vitest';
import { splitTitle } from './issue-title.ts';

test.each([
  ['TypeError: x is undefined', 'TypeError', ['TypeError', 'x is undefined']],
  ['TypeError', 'TypeError', ['TypeError', '']],
  ['Disk is full', '', ['', 'Disk is full']],
  ['A title set by a rule', 'TypeError', ['', 'A title set by a rule']],
])('%j of type %j', (title, type, parts) => {
  expect(Object.values(splitTitle({ title, type }))).toEqual(parts);
});
