/** Days are parts; a day with too much in it is several. */
import { expect, test } from 'vitest';
import { group } from './export-plan.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('hours of a day are one part, whatever hours have something in them', () => {
  const hours = [
    { at: 3 * HOUR, records: 5 },
    { at: 20 * HOUR, records: 4 },
    { at: DAY, records: 1 },
  ];
  expect(group(hours, HOUR, DAY, 10)).toEqual([
    { from: 0, to: DAY, records: 9, isWhole: true },
    { from: DAY, to: 2 * DAY, records: 1, isWhole: true },
  ]);
});

test('a day with too much is cut between hours, and an hour with too much is told', () => {
  const hours = [
    { at: 0, records: 6 },
    { at: HOUR, records: 4 },
    { at: 2 * HOUR, records: 3 },
    { at: 5 * HOUR, records: 11 },
  ];
  expect(group(hours, HOUR, DAY, 10)).toEqual([
    { from: 0, to: 2 * HOUR, records: 10, isWhole: true },
    { from: 2 * HOUR, to: 3 * HOUR, records: 3, isWhole: true },
    { from: 5 * HOUR, to: 6 * HOUR, records: 11, isWhole: false },
  ]);
});
