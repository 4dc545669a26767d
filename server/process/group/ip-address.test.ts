import { expect, test } from 'vitest';
import { isIpAddress } from './ip-address.ts';

test.each([
  ['10.0.0.1', true],
  ['255.255.255.255', true],
  ['256.0.0.1', false],
  ['01.0.0.1', false],
  ['10.0.0.0/8', true],
  ['10.0.0.0/33', false],
  ['::', true],
  ['::1', true],
  ['2001:db8::', true],
  ['1:2:3:4:5:6:7:8', true],
  ['1:2:3:4:5:6:7', false],
  ['1:2:3:4:5:6:7:8:9', false],
  ['1::2::3', false],
  ['1:2:3:4::5:6:7:8', false],
  ['::ffff:10.0.0.1', true],
  ['::ffff:10.0.0.256', false],
  ['1:2:3:4:5:6:10.0.0.1', true],
  ['fe80::1%eth0', true],
  ['2001:db8::/32', true],
  ['2001:db8::/129', false],
  ['12345::1', false],
  ['12:31:99', false],
])('%s: %s', (text, expected) => {
  expect(isIpAddress(text)).toBe(expected);
});
