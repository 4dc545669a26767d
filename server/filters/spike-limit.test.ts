import { expect, test } from 'vitest';
import { SPIKE_EVENTS_MIN, spikeLimit } from './spike-limit.ts';

/** Every hour before `hour` the same. */
const steady = (hour: number, hours: number, events: number) =>
  new Map(Array.from({ length: hours }, (_, back) => [hour - back - 1, events] as const));
const HOUR = 490_000;

test('a project without a day of history has no limit', () => {
  expect(spikeLimit(new Map(), HOUR)).toBeNull();
  expect(spikeLimit(steady(HOUR, 23, 10), HOUR)).toBeNull();
});

test('a quiet project may break loudly', () => {
  expect(spikeLimit(steady(HOUR, 600, 3), HOUR)).toBe(SPIKE_EVENTS_MIN);
});

test('a busy one is held to five times the usual', () => {
  expect(spikeLimit(steady(HOUR, 600, 2_000), HOUR)).toBe(10_000);
});

test('an hour that is busy every week has the limit of its own hour', () => {
  const hours = steady(HOUR, 672, 1_000);
  for (const week of [1, 2, 3, 4]) hours.set(HOUR - week * 168, 20_000);
  expect(spikeLimit(hours, HOUR)).toBe(100_000);
  expect(spikeLimit(hours, HOUR - 5)).toBeLessThan(10_000);
});

test('one spike of the past makes no other usual', () => {
  const hours = steady(HOUR, 672, 1_000);
  hours.set(HOUR - 168, 50_000);
  expect(spikeLimit(hours, HOUR)).toBeLessThan(8_000);
});
