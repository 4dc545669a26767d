/**
 * What came since, by the clock of our door: how many records in each millisecond, and a sample of those of some.
 * Late records are in it too, whatever time they say.
 */
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';
import { compileArrivalCounts, compileArrivalSample } from './compile-plan.ts';
import type { Plan } from './plan.ts';
import type { Reading, RecordIdentity, WholeRow } from './run-plan.ts';

type Arriving = Plan & { receivedFrom: number };
export type Arrival = WholeRow & RecordIdentity;

/** `all`: without favour; `newest`: by arrival. */
export type SampleOf = 'all' | 'newest';

/** Records by the millisecond they came in. */
export async function countArrivals(
  { telemetry, deadline, signal }: Reading,
  plan: Arriving,
): Promise<Map<number, number>> {
  const { sql, params } = compileArrivalCounts(plan);
  const [row] = await telemetry.select<{ moments: number[]; records: number[] }>(plan.projects, sql, {
    params,
    timeoutMs: deadline.left(),
    rowsMax: 1,
    signal,
  });
  return new Map((row?.moments ?? []).map((moment, at) => [moment, row!.records[at]!]));
}

/** At most `limit` of the records that came in these milliseconds, in the order they came; fewer when they are large. */
export async function sampleArrivals(
  { telemetry, deadline, signal }: Reading,
  plan: Arriving,
  moments: readonly number[],
  { limit, sampleOf }: { limit: number; sampleOf: SampleOf },
): Promise<Arrival[]> {
  const salt = sampleOf === 'all' ? Math.floor(Math.random() * 2 ** 31) : undefined;
  for (let rowsMax = limit; ; rowsMax = Math.ceil(rowsMax / 8)) {
    const { sql, params } = compileArrivalSample(plan, moments, { limit: rowsMax, salt });
    try {
      const rows = await telemetry.select<Arrival>(plan.projects, sql, {
        params,
        timeoutMs: deadline.left(),
        rowsMax,
        signal,
      });
      return rows.sort((a, b) => Number(BigInt(a.tie) - BigInt(b.tie)));
    } catch (error) {
      if (cutShortBy(error) !== 'rows' || rowsMax === 1) throw error;
    }
  }
}
