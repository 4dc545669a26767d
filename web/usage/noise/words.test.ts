import { expect, test } from 'vitest';
import { tieWords, usualLevel } from './words.ts';

test('ties say how sure they are, the surest first, and nothing of those that are not there', () => {
  expect(tieWords({ trace: 3, request: 0, user: 0, service: 2 })).toBe(
    '3 in the same trace, 2 in the same service within a minute',
  );
});

test('the usual level is that of most records, and info where none is said', () => {
  expect(usualLevel({ debug: 3, error: 2 })).toBe('debug');
  expect(usualLevel({ unknown: 9 })).toBe('info');
  expect(usualLevel({})).toBe('info');
});
