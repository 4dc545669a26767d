import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test('control characters are seen, line breaks and tabs stay, broken UTF-8 is marked', () => {
  const bytes = new Uint8Array([0x7b, 0x00, 0x1b, 0x5b, 0x0a, 0x09, 0xff, 0x7f, 0xc3, 0xa9]);
  expect(printable(bytes)).toBe('{␀␛[\n\t\ufffd␡é');
});
