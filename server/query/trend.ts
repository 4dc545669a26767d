/** Periods that people choose, cut into equal steps, and counts laid out over them. */
import type { PERIODS, Trend } from '#contract/issues.ts';

export type Period = (typeof PERIODS)[number];

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** 24 to 60 steps that divide the period, whole hours but for the shortest: as many bars as a sparkline can show. */
const STEPS: Record<Period, { stepSeconds: number; steps: number }> = {
  '1h': { stepSeconds: MINUTE_S, steps: 60 },
  '24h': { stepSeconds: HOUR_S, steps: 24 },
  '7d': { stepSeconds: 6 * HOUR_S, steps: 28 },
  '14d': { stepSeconds: 12 * HOUR_S, steps: 28 },
  '30d': { stepSeconds: DAY_S, steps: 30 },
  '90d': { stepSeconds: 3 * DAY_S, steps: 30 },
};

export interface TrendSteps {
  /** Seconds since 1970; a multiple of the step. */
  fromSeconds: number;
  stepSeconds: number;
  steps: number;
}

/** Length of a period, ms. */
export const periodMs = (period: Period) => STEPS[period].stepSeconds * STEPS[period].steps * 1000;

/** The steps of a period that ends now; the last one is under way. */
export const trendSteps = (period: Period, now: number): TrendSteps => stepsUntil(STEPS[period], now);

/** The same for what is only known by the hour: no step is shorter, and the whole period is covered. */
export function hourlySteps(period: Period, now: number): TrendSteps {
  return stepsUntil(period === '1h' ? { stepSeconds: HOUR_S, steps: 2 } : STEPS[period], now);
}

function stepsUntil({ stepSeconds, steps }: { stepSeconds: number; steps: number }, now: number): TrendSteps {
  const lastStep = Math.floor(now / 1000 / stepSeconds);
  return { fromSeconds: (lastStep - steps + 1) * stepSeconds, stepSeconds, steps };
}

/** Counts in equal steps, zero where there is none. */
export function toTrend(
  { fromSeconds, stepSeconds, steps }: TrendSteps,
  counted: Iterable<readonly [step: number, count: number]>,
): Trend {
  const counts = new Array<number>(steps).fill(0);
  // A sender's clock ahead of ours counts into a step that has not begun.
  for (const [step, count] of counted) if (step >= 0 && step < steps) counts[step]! += count;
  return { from: new Date(fromSeconds * 1000).toISOString(), stepSeconds, counts };
}
