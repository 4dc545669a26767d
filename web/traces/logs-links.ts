/** Where the explorer shows what a trace has to do with: its lines around its time. */
import { filterText } from '#web/log-filters.ts';
import type { TraceModel } from './trace-model.ts';

/** Around the trace: lines may be late, and what a user did before belongs to the story. */
const AROUND_MS = 60_000;
export const USER_AROUND_MS = 30 * 60_000;

/** What the address of the explorer says. */
export interface LogsSearch {
  query: string;
  /** ISO 8601. */
  from: string;
  to: string;
  record?: string;
}

/** Null when no search can say it. */
export function logsSearch(
  model: Pick<TraceModel, 'origin' | 'whole' | 'records'>,
  terms: readonly (readonly [key: string, value: string])[],
  { record, aroundMs = AROUND_MS }: { record?: string; aroundMs?: number } = {},
): LogsSearch | null {
  const filters = terms.map(([key, value]) => filterText(key, value));
  if (filters.some((filter) => filter === null)) return null;
  const start = Number(model.origin / 1_000_000n);
  const times = model.records.map(({ at }) => at);
  const first = times.reduce((least, at) => Math.min(least, at), 0);
  const last = times.reduce((most, at) => Math.max(most, at), model.whole.to);
  return {
    query: filters.join(' '),
    from: new Date(Math.max(0, Math.floor(start + first / 1e6) - aroundMs)).toISOString(),
    to: new Date(Math.ceil(start + last / 1e6) + aroundMs).toISOString(),
    ...(record === undefined ? {} : { record }),
  };
}
