/**
 * Which parts of the time are read of log records: pieces of five minutes, as the table has them beside each other. Those
 * of the newest occurrences, and others drawn evenly from all of the time that has records, each up to a number of
 * records: so an answer costs the same over an hour and over three months.
 */

import { TIME_IN_KEY } from '#server/store/telemetry/tables.ts';
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';
import { type Asking, selectOf } from './asking.ts';
import type { Occurrences } from './occurrences.ts';

/** Seconds of a piece: what the table's order begins with. */
const SLICE_S = 300;
/** Records read for each side. */
const RECORDS_MAX = 1_500_000;
/** Counting what every piece holds takes 15 ms a million records; beyond this the pieces are drawn unseen. */
const COUNT_MS_MAX = 2_000;
/** Pieces of each side then. */
const UNSEEN_MAX = 24;
/** Of 90 days. */
const SLICES_MAX = 26_000;

export interface Slices {
  /** Begins in seconds since 1970: of occurrences, with the piece before each, and of the others. */
  ofOccurrences: number[];
  ofTraffic: number[];
  /** How much of the records of the time `ofTraffic` holds, 0 to 1. */
  share: number;
}

/** A condition on `logs`, where `name` is the parameter with the begins. */
export const inSlices = (name: string) =>
  `${TIME_IN_KEY.logs} IN (SELECT toDateTime(arrayJoin({${name}:Array(Int64)}), 'UTC'))`;

export async function chooseSlices(
  asking: Asking,
  projects: readonly number[],
  { from, to, items }: Occurrences,
): Promise<Slices> {
  const sliceOf = (ms: number) => Math.floor(ms / 1000 / SLICE_S) * SLICE_S;
  const [first, last] = [sliceOf(from), sliceOf(to)];
  const counted = await countSlices(asking, projects, from, to);
  const all = counted
    ? [...counted.keys()]
    : Array.from({ length: (last - first) / SLICE_S + 1 }, (_, n) => first + n * SLICE_S);
  // Unseen, each counts as so many that the number of pieces is the bound.
  const recordsOf = (slice: number) =>
    counted ? (counted.get(slice) ?? 0) : Math.ceil(RECORDS_MAX / UNSEEN_MAX);
  const ofOccurrences = new Set<number>();
  let read = 0;
  for (const { at } of items) {
    const added = [sliceOf(at), sliceOf(at) - SLICE_S].filter((slice) => !ofOccurrences.has(slice));
    const records = added.reduce((sum, slice) => sum + recordsOf(slice), 0);
    if (read > 0 && read + records > RECORDS_MAX) break;
    read += records;
    for (const slice of added) ofOccurrences.add(slice);
  }
  const ofTraffic: number[] = [];
  let drawn = 0;
  for (const slice of all.toSorted((a, b) => scattered(a) - scattered(b))) {
    if (ofTraffic.length > 0 && drawn + recordsOf(slice) > RECORDS_MAX) break;
    drawn += recordsOf(slice);
    ofTraffic.push(slice);
  }
  const records = all.reduce((sum, slice) => sum + recordsOf(slice), 0);
  return { ofOccurrences: [...ofOccurrences], ofTraffic, share: records === 0 ? 1 : drawn / records };
}

/** A number for each piece that has nothing to do with the hour or the day: which come first is as good as chance. */
const scattered = (slice: number) => Math.imul((slice / SLICE_S) ^ 0x5bd1e995, 0x9e3779b1) >>> 0;

async function countSlices(
  asking: Asking,
  projects: readonly number[],
  from: number,
  to: number,
): Promise<Map<number, number> | null> {
  try {
    const rows = await selectOf<{ slice: number; records: number }>(
      asking,
      projects,
      `SELECT toUnixTimestamp(${TIME_IN_KEY.logs}) AS slice, count() AS records FROM logs
        WHERE project_id IN {projects:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
          AND timestamp <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        GROUP BY slice ORDER BY slice`,
      { from: from - SLICE_S * 1000, to },
      { timeoutMs: COUNT_MS_MAX, rowsMax: SLICES_MAX + 100 },
    );
    return new Map(rows.map(({ slice, records }) => [Number(slice), Number(records)]));
  } catch (error) {
    if (cutShortBy(error) === undefined) throw error;
    return null;
  }
}
