import { expect, test } from 'vitest';
import { isTimeZone } from './time-zone.ts';

test('a time zone is one that the machine knows', () => {
  expect(isTimeZone('Europe/Vienna')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
});
