import { expect, test } from 'vitest';
import { exceptWords, ruleWords, tieWords, usualLevel } from './words.ts';

test('a rule says what it does, and what it leaves alone', () => {
  expect(ruleWords({ action: 'sample', keepOneIn: 1_000, demoteTo: null })).toBe('one in 1,000 kept');
  expect(ruleWords({ action: 'demote', keepOneIn: null, demoteTo: 'debug' })).toBe('demoted to debug');
  expect(exceptWords({ levelMax: 'info', withStackTraces: false, contains: '' })).toBe(
    'not records above info, not records with a stack trace',
  );
  expect(exceptWords({ levelMax: 'fatal', withStackTraces: true, contains: '/up' })).toBe('only with “/up”');
});

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
