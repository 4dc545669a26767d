import { expect, test } from 'vitest';
import { isWithinHours } from './hours.ts';

const WORK = { timeZone: 'Europe/Vienna', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' };
const NIGHT = { ...WORK, days: [5], from: '22:00', to: '06:00' };

test.each([
  // A Friday in summer, when Vienna is two hours ahead.
  ['2026-06-12T07:00:00Z', WORK, true],
  ['2026-06-12T06:59:59Z', WORK, false],
  ['2026-06-12T15:00:00Z', WORK, false],
  ['2026-06-13T10:00:00Z', WORK, false],
  // And in winter, when it is one.
  ['2026-12-11T07:30:00Z', WORK, false],
  // The night that begins on a Friday ends on Saturday.
  ['2026-06-12T21:00:00Z', NIGHT, true],
  ['2026-06-13T03:00:00Z', NIGHT, true],
  ['2026-06-13T21:00:00Z', NIGHT, false],
  ['2026-06-12T03:00:00Z', NIGHT, false],
])('%s', (time, schedule, isWithin) => {
  expect(isWithinHours(schedule, Date.parse(time))).toBe(isWithin);
});
