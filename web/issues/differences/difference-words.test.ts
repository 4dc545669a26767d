import { expect, it } from 'vitest';
import type { FoundDifference } from '#contract/differences.ts';
import {
  healthyText,
  largerTerm,
  largerWords,
  liftMark,
  liftText,
  notToldText,
  ownText,
  qText,
  timingText,
} from './difference-words.ts';

const found = (more: Partial<FoundDifference> = {}): FoundDifference => ({
  ...{
    source: 'logs',
    key: 'pattern',
    value: '4',
    moreThan: null,
    template: 'upstream answered <num>',
    before: 48,
    leadMs: 1240,
  },
  ...{ occurrences: 50, occurrencesOf: 50, healthy: 15, healthyOf: 500, lift: 33.3, test: 'fisher' },
  ...{ p: 1e-58, q: 1e-56, same: [] },
  ...more,
});

it('says what was counted on both sides', () => {
  expect(ownText(found(), 'trace')).toBe('50 traces with it');
  expect(healthyText(found(), 'trace')).toBe('500 healthy traces');
  expect(healthyText(found({ source: 'sessions', healthyOf: 41_300 }), 'trace')).toBe(
    '41,300 healthy sessions',
  );
  expect(healthyText(found({ source: 'events' }), 'trace')).toBe('500 occurrences of other issues');
  expect(ownText(found({ occurrencesOf: 7 }), 'host')).toBe('7 half minutes of hosts with it');
});

it.each([
  [33.3, '33 times as often', '33×'],
  [1.52, '1.5 times as often', '1.5×'],
  [1234.4, '1,234 times as often', '1,234×'],
  [null, 'never in the others', 'only here'],
])('a lift of %s is %s, or %s for short', (lift, text, mark) => {
  expect(liftText(lift)).toBe(text);
  expect(liftMark(lift)).toBe(mark);
});

it('never says that something is certain', () => {
  expect(qText(0)).toBe('q < 0.001');
  expect(qText(0.0042)).toBe('q = 0.004');
});

it('says of a pattern whether it came first', () => {
  expect(timingText(found())).toBe('before it in 48 of 50: by 1.2 s (median)');
  expect(timingText(found({ before: 50, leadMs: 30 }))).toBe('always before it: by 30 ms (median)');
  expect(timingText(found({ before: 0, leadMs: null }))).toBe('never before it: with it or after');
  expect(timingText(found({ before: null, leadMs: null }))).toBe('');
});

it('says of a number what it exceeds, to the last digit, and how to find it', () => {
  expect(largerWords(4120.5)).toBe('more than 4,120.5');
  expect(largerWords(0.000012)).toBe('more than 0.000012');
  expect(largerTerm('upstream.duration_ms', 4120.5)).toBe('upstream.duration_ms:>4120.5');
  expect(largerTerm('a key', 5)).toBe('"a key":>5');
  expect(largerTerm('tiny', 1e-7)).toBeNull();
});

it('says why something cannot be told, and what to do', () => {
  expect(notToldText({ what: 'logs', why: 'few-occurrences', have: 1, need: 5 })).toBe(
    'Log records: too few to tell. There is 1 occurrence to compare, 5 are needed.',
  );
  expect(notToldText({ what: 'logs', why: 'time', have: 0, need: 0 })).toBe(
    'Log records: left out, for it took more time or memory than one answer has. Choose a shorter time.',
  );
});
