/**
 * Telemetry for the read side: a query that reaches a limit becomes a refusal that tells who asked what to do,
 * instead of an error of ours. Everything else passes unchanged.
 */
import { reject } from '#server/record/rejections.ts';
import type { TelemetryStore } from './telemetry.ts';
import { QueryCutShort } from './telemetry-errors.ts';

export function refuseCutShort(store: TelemetryStore): TelemetryStore {
  return {
    ...store,
    async select<Row>(...question: Parameters<TelemetryStore['select']>): Promise<Row[]> {
      try {
        return await store.select<Row>(...question);
      } catch (error) {
        if (error instanceof QueryCutShort) throw reject('query_too_costly', error.message, { cause: error });
        throw error;
      }
    },
  };
}
