/** What the address of the noise page says. */
import type { NoiseQuery } from '#contract/noise.ts';

export type NoisePeriod = NonNullable<NoiseQuery['period']>;

export interface NoiseSearch {
  project?: string;
  period?: NoisePeriod;
}

export const NOISE_PERIODS: readonly { value: NoisePeriod; label: string }[] = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
];

export function readNoiseSearch(search: Record<string, unknown>): NoiseSearch {
  const period = NOISE_PERIODS.find((each) => each.value === search.period)?.value;
  return {
    ...(typeof search.project === 'string' && search.project ? { project: search.project } : {}),
    ...(period && period !== '24h' ? { period } : {}),
  };
}
