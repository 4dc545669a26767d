import { expect, test } from 'vitest';
import { addressProblem, addressTest } from './addresses.ts';

test.each([
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.0/24', '203.0.113.255', true],
  ['203.0.113.0/24', '203.0.114.0', false],
  ['2001:db8::/32', '2001:db8:1::7', true],
  ['2001:db8::/32', '203.0.113.7', false],
  ['10.0.0.0/8', '{{auto}}', false],
])('%s has %s: %s', (line, address, isIn) => {
  expect(addressTest([line])(address)).toBe(isIn);
});

test.each([
  ['203.0.113', 1],
  ['10.0.0.0/33', 10],
  ['::/0', 4],
  ['10.0.0.0/8/8', 10],
  ['10.0.0.0/', 10],
])('%s is refused at column %i', (line, column) => {
  expect(addressProblem(line)?.column).toBe(column);
});
