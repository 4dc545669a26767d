import { expect, it } from 'vitest';
import { escalates } from './escalation.ts';

it.each([
  [{ events: 412, usual: 30 }, true],
  [{ events: 60, usual: 30 }, false],
  [{ events: 61, usual: 30 }, true],
  [{ events: 9, usual: 0 }, false],
  [{ events: 10, usual: 0 }, true],
  [{ events: 10, usual: 5 }, false],
])('%j in the last hour is an escalation: %s', (counts, expected) => {
  expect(escalates(counts)).toBe(expected);
});
