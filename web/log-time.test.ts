import { expect, test } from 'vitest';
import { exactTime, localInput, millisecondsOf, rowTime } from './log-time.ts';

const NS = `${Date.UTC(2026, 10, 22, 16, 18, 3, 42)}000017`;

test('a row shows milliseconds, the detail every digit', () => {
  expect(millisecondsOf(NS)).toBe(Date.UTC(2026, 10, 22, 16, 18, 3, 42));
  expect(rowTime(NS, 'Europe/Zurich')).toBe('22 Nov 17:18:03.042');
  expect(exactTime(NS, 'Europe/Zurich')).toBe('22 Nov 2026, 17:18:03.042000017 CET');
});

test('a field for a time is filled in the zone of the reader', () => {
  const at = new Date(2026, 10, 22, 17, 18, 3).getTime();
  expect(localInput(at)).toBe('2026-11-22T17:18:03');
  expect(new Date(localInput(at)).getTime()).toBe(at);
});
