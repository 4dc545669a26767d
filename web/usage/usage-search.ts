/** What the address of the Usage page says. */
import type { UsageQuery } from '#contract/usage.ts';

export type Period = NonNullable<UsageQuery['period']>;

export interface UsageSearch {
  project?: string;
  period?: Period;
}

export const PERIODS: readonly { value: Period; label: string }[] = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];

export function readUsageSearch(search: Record<string, unknown>): UsageSearch {
  const period = PERIODS.find((each) => each.value === search.period)?.value;
  return {
    ...(typeof search.project === 'string' && search.project ? { project: search.project } : {}),
    ...(period && period !== '24h' ? { period } : {}),
  };
}
