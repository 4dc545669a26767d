import { expect, test } from 'vitest';
import { absoluteTime, axisTime, offsetFrom, relativeTime } from './time.ts';

const now = Date.parse('2026-03-10T12:00:00Z');

test.each([
  ['2026-03-10T11:59:57Z', 'now'],
  ['2026-03-10T11:59:20Z', '40 s ago'],
  ['2026-03-10T11:55:01Z', '4 min ago'],
  ['2026-03-10T02:00:00Z', '10 h ago'],
  ['2026-03-08T11:00:00Z', '2 d ago'],
  ['2026-01-20T12:00:00Z', '49 d ago'],
  ['2025-11-10T12:00:00Z', '4 mo ago'],
  ['2023-03-10T12:00:00Z', '3 y ago'],
  ['2026-03-10T14:00:00Z', 'in 2 h'],
  ['never', 'unknown'],
])('%s is %s', (time, words) => {
  expect(relativeTime(time, now)).toBe(words);
});

test('the absolute time names its zone', () => {
  expect(absoluteTime('2026-03-10T12:00:05Z', 'Europe/Berlin')).toBe('10 Mar 2026, 13:00:05 CET');
});

test('text that is no time is shown as it is', () => {
  expect(absoluteTime('yesterday')).toBe('yesterday');
});

test('an axis shows seconds for two minutes, hours for a day and days for a fortnight', () => {
  expect(axisTime(now, 120_000, 'UTC')).toBe('12:00:00');
  expect(axisTime(now, 86_400_000, 'UTC')).toBe('12:00');
  expect(axisTime(now, 14 * 86_400_000, 'UTC')).toBe('10 Mar');
});

test.each([
  [-340, '−340 ms'],
  [-1200, '−1.2 s'],
  [-125_000, '−2 min 5 s'],
  [-7_500_000, '−2 h 5 min'],
  [50, '+50 ms'],
  [0, '0 s'],
])('a breadcrumb %i ms away reads %s', (distance, words) => {
  expect(offsetFrom(now + distance, now)).toBe(words);
});
