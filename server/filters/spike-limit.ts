/**
 * How many errors of a project are kept in one hour while spike protection is on: a multiple of what is usual for that
 * hour of the week, read from the ledger. A project without a day of history has no limit: nothing is usual yet.
 */
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
/** Four weeks: the same hour of the week four times. */
const HISTORY_HOURS = 4 * WEEK_HOURS;
/** Times the usual. Deploys that go wrong double or triple; floods are a hundredfold. */
const SPIKE_FACTOR = 5;
/** Never fewer than this an hour: a quiet project that breaks is to be seen, not protected. */
export const SPIKE_EVENTS_MIN = 1_000;
/** History, hours, below which nothing is usual. */
const HISTORY_HOURS_MIN = 24;

export interface SpikeState {
  /** Errors kept in this hour at most; null: no limit yet. */
  limit: number | null;
  /** Kept in this hour so far. */
  kept: number;
}

/** `hours`: events of past hours by their number since 1970; `hour`: the one under way. */
export function spikeLimit(hours: ReadonlyMap<number, number>, hour: number): number | null {
  const oldest = Math.min(...hours.keys());
  const known = Math.min(hour - oldest, HISTORY_HOURS);
  if (!Number.isFinite(known) || known < HISTORY_HOURS_MIN) return null;
  const at = (each: number) => hours.get(each) ?? 0;
  const sameHours = [1, 2, 3, 4].map((week) => hour - week * WEEK_HOURS).filter((each) => each >= oldest);
  const sameHour = sameHours.length > 0 ? median(sameHours.map(at)) : 0;
  const lately = Math.min(known, WEEK_HOURS);
  let sum = 0;
  for (let each = hour - lately; each < hour; each++) sum += at(each);
  return Math.max(SPIKE_EVENTS_MIN, Math.ceil(SPIKE_FACTOR * Math.max(sameHour, sum / lately)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** What was dropped beyond a limit does not make the next hour's higher. */
export async function readSpike(
  telemetry: TelemetryStore,
  project: number,
  now: number,
): Promise<SpikeState> {
  const hour = Math.floor(now / HOUR_MS);
  const rows = await telemetry.select<{ hour: number; events: number }>(
    [project],
    `SELECT intDiv(toUnixTimestamp(hour), 3600) AS at, sum(quantity) AS events, at AS hour FROM outcomes
      WHERE project_id IN {projects:Array(UInt32)} AND outcomes.hour >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND kind IN ('event', 'security') AND (outcome = 'stored' OR outcome = 'dropped' AND reason = 'sampled')
      GROUP BY at ORDER BY at`,
    { params: { from: (hour - HISTORY_HOURS) * HOUR_MS } },
  );
  const hours = new Map(rows.map((row) => [Number(row.hour), Number(row.events)]));
  const kept = hours.get(hour) ?? 0;
  hours.delete(hour);
  return { limit: spikeLimit(hours, hour), kept };
}
