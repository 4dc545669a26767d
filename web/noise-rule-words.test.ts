import { expect, test } from 'vitest';
import { exceptWords, ruleWords } from './noise-rule-words.ts';

test('a rule says what it does, and what it leaves alone', () => {
  expect(ruleWords({ action: 'sample', keepOneIn: 1_000, demoteTo: null })).toBe('one in 1,000 kept');
  expect(ruleWords({ action: 'demote', keepOneIn: null, demoteTo: 'debug' })).toBe('demoted to debug');
  expect(exceptWords({ levelMax: 'info', withStackTraces: false, contains: '' })).toBe(
    'not records above info, not records with a stack trace',
  );
  expect(exceptWords({ levelMax: 'fatal', withStackTraces: true, contains: '/up' })).toBe('only with “/up”');
});
