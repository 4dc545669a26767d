import { describe, expect, it } from 'vitest';
import { PERIODS } from '#contract/issues.ts';
import { hourlySteps, periodMs, toTrend, trendSteps } from './trend.ts';

const NOON_AND_A_BIT = Date.UTC(2026, 5, 10, 12, 34, 56);

describe('the steps of a period', () => {
  it.each(PERIODS)('%s end with the one under way and fall on whole steps', (period) => {
    const { fromSeconds, stepSeconds, steps } = trendSteps(period, NOON_AND_A_BIT);
    const end = fromSeconds + steps * stepSeconds;
    expect(fromSeconds % stepSeconds).toBe(0);
    expect(end * 1000).toBeGreaterThan(NOON_AND_A_BIT);
    expect((end - stepSeconds) * 1000).toBeLessThanOrEqual(NOON_AND_A_BIT);
    expect(steps * stepSeconds * 1000).toBe(periodMs(period));
  });

  it.each(PERIODS.slice(2))(
    'of %s are made of whole spans of six hours, as one roll-up has them',
    (period) => {
      expect(trendSteps(period, NOON_AND_A_BIT).stepSeconds % (6 * 3600)).toBe(0);
    },
  );

  it('are whole hours where only hours are known, and cover the last hour', () => {
    const { fromSeconds, stepSeconds } = hourlySteps('1h', NOON_AND_A_BIT);
    expect([stepSeconds, new Date(fromSeconds * 1000).toISOString()]).toEqual([
      3600,
      '2026-06-10T11:00:00.000Z',
    ]);
  });
});

it('lays counts out over the steps and leaves out what is beyond them', () => {
  const steps = { fromSeconds: 0, stepSeconds: 60, steps: 3 };
  expect(
    toTrend(steps, [
      [0, 5],
      [2, 1],
      [2, 2],
      [3, 9],
      [-1, 9],
    ]),
  ).toEqual({
    from: '1970-01-01T00:00:00.000Z',
    stepSeconds: 60,
    counts: [5, 0, 3],
  });
});
