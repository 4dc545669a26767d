import { expect, test } from 'vitest';
import { byteSize, compactNumber, counted, percent } from './number.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [1999, '1.9k'],
  [12_345, '12.3k'],
  [999_999, '999k'],
  [1_000_000, '1M'],
  [4_560_000_000, '4.5B'],
])('%i in few characters is %s', (value, text) => {
  expect(compactNumber(value)).toBe(text);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [2000, '2 kB'],
  [999_900, '1 MB'],
  [123_456_789, '123 MB'],
  [5_400_000_000, '5.4 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});

test.each([
  [0, 10, '0 %'],
  [1, 1000, '<1 %'],
  [999, 1000, '>99 %'],
  [1, 3, '33 %'],
  [10, 10, '100 %'],
  [1, 0, '0 %'],
])('%i of %i is %s', (part, whole, text) => {
  expect(percent(part, whole)).toBe(text);
});

test('one event, two events', () => {
  expect([counted(1, 'event'), counted(2, 'event'), counted(1200, 'entry', 'entries')]).toEqual([
    '1 event',
    '2 events',
    '1,200 entries',
  ]);
});
