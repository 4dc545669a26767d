/** What the statements of one answer share: the store, and the time they have together. */

import type { Deadline } from '#server/query/plan/run-plan.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

export interface Asking {
  telemetry: Pick<TelemetryStore, 'select'>;
  deadline: Deadline;
}

/** Throws QueryCutShort, or the refusal that says it, when the time is over. */
export function selectOf<Row>(
  { telemetry, deadline }: Asking,
  projects: readonly number[],
  sql: string,
  params: Record<string, unknown>,
  options: { timeoutMs?: number; rowsMax?: number } = {},
): Promise<Row[]> {
  const left = deadline.left();
  return telemetry.select<Row>(projects, sql, {
    params,
    timeoutMs: Math.min(left, options.timeoutMs ?? left),
    ...(options.rowsMax && { rowsMax: options.rowsMax }),
  });
}
