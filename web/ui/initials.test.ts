import { expect, test } from 'vitest';
import { initialsOf } from './initials.ts';

test.each([
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['Ada King of Lovelace', 'AL'],
  ['night-watch', 'NW'],
  ['نور الدين', 'نا'],
  ['(root)', 'R'],
  ['', ''],
])('%s: %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
