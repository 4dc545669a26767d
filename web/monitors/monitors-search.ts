/** What the addresses of the Monitors pages say. What is as usual is left out. */
import type { MONITOR_PERIODS } from '#contract/monitors.ts';

export type Period = (typeof MONITOR_PERIODS)[number];

export const PERIODS: readonly { value: Period; label: string }[] = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
];

export const USUAL_PERIOD: Period = '24h';

export interface MonitorsSearch {
  project?: string;
  query?: string;
  period?: Period;
}

const text = (value: unknown) =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;

export function readMonitorsSearch(search: Record<string, unknown>): MonitorsSearch {
  const project = text(search.project);
  const query = text(search.query)?.trim();
  const period = PERIODS.find(({ value }) => value === search.period)?.value;
  return {
    ...(project ? { project } : {}),
    ...(query ? { query } : {}),
    ...(period && period !== USUAL_PERIOD ? { period } : {}),
  };
}

export interface MonitorSearch extends Omit<MonitorsSearch, 'query'> {
  environment?: string;
}

export function readMonitorSearch(search: Record<string, unknown>): MonitorSearch {
  const { query: _, ...rest } = readMonitorsSearch(search);
  const environment = text(search.environment);
  return { ...rest, ...(environment ? { environment } : {}) };
}
