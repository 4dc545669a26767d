import { expect, it } from 'vitest';
import { storableText } from './storable-text.ts';

it.each([
  ['plain', 'plain'],
  ['\0a\0\0', '\uFFFDa\uFFFD\uFFFD'],
  ['', ''],
  [0, 0],
  [null, null],
  [12.5, 12.5],
])('%j is stored as %j', (given, stored) => {
  expect(storableText(given)).toBe(stored);
});
