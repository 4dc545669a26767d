import { expect, test } from 'vitest';
import { isLike, matchesAll } from './matchers.ts';

test.each([
  ['checkout', 'checkout', true],
  ['checkout', 'Checkout', false],
  ['checkout-eu', 'checkout-*', true],
  ['eu.checkout.1', '*checkout*', true],
  ['ab', 'a*b', true],
  ['a', 'a*a', false],
  ['abcabc', 'a*bc*bc', true],
  ['abc', 'a*bc*bc', false],
  ['', '*', true],
  ['', '', true],
])('%s is like %s: %s', (text, pattern, expected) => {
  expect(isLike(text, pattern)).toBe(expected);
});

test('a pattern of many stars takes no longer for a long text', () => {
  expect(isLike('a'.repeat(100_000), `${'*a'.repeat(200)}*b`)).toBe(false);
});

test('all matchers must match; one that is negated speaks of all others', () => {
  const labels = { service: 'checkout', environment: 'production' };
  const service = { name: 'service', value: 'check*', negated: false };
  expect(matchesAll([service], labels)).toBe(true);
  expect(matchesAll([service, { name: 'environment', value: 'production', negated: true }], labels)).toBe(
    false,
  );
  expect(matchesAll([{ name: 'host', value: '', negated: false }], labels)).toBe(true);
});
