import { expect, test } from 'vitest';
import { previewOf } from './value-preview.ts';

test.each([
  ['text', '"text"'],
  [null, 'null'],
  [12.5, '12.5'],
  [[], '[]'],
  [{}, '{}'],
  [{ id: 7, tags: ['a', 'b'] }, '{id: 7, tags: ["a", "b"]}'],
  [{ a: { b: { c: { d: 1 } } } }, '{a: {b: {…}}}'],
  [[1, [2, [3, [4]]]], '[1, [2, [… 2]]]'],
])('%j is previewed as %s', (value, text) => {
  expect(previewOf(value)).toBe(text);
});

test('neither long texts nor long lists make a long preview', () => {
  expect(previewOf(Array.from({ length: 10_000 }, () => 'x'.repeat(1000))).length).toBeLessThan(130);
});
