/**
 * RFC 3164's time has no year and no zone: `Nov 22 15:29:13`. The zone is the configured one; the year is the one that
 * brings the time nearest to now, so that December is last year's in January and a clock ahead is not a year old.
 */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface LocalTime {
  /** `Jan` to `Dec`. */
  month: string;
  day: number;
  /** Of the day, ms. */
  ms: number;
  /** Some devices say it. */
  year?: number;
}

/** Milliseconds a place is ahead of UTC at a moment. */
export type OffsetAt = (utcMs: number) => number;

/** Milliseconds since 1970; undefined for a day that no year near now has. */
export function guessTime(local: LocalTime, now: number, offsetAt: OffsetAt): number | undefined {
  const month = MONTHS.indexOf(local.month);
  const thisYear = new Date(now).getUTCFullYear();
  const years = local.year === undefined ? [thisYear - 1, thisYear, thisYear + 1] : [local.year];
  let nearest: number | undefined;
  for (const year of years) {
    const day = Date.UTC(year, month, local.day);
    if (new Date(day).getUTCMonth() !== month || new Date(day).getUTCDate() !== local.day) continue;
    const time = utcOf(day + local.ms, offsetAt);
    if (nearest === undefined || Math.abs(time - now) < Math.abs(nearest - now)) nearest = time;
  }
  return nearest;
}

/** The offset is that of the moment meant, which is known only with the offset: the second look is exact but in the hour that is skipped. */
function utcOf(localMs: number, offsetAt: OffsetAt): number {
  const first = localMs - offsetAt(localMs);
  return localMs - offsetAt(first);
}

/** Zones change on the quarter of an hour at the finest. */
const QUARTER_MS = 900_000;
/** Moments remembered: the senders' clocks stand near now, give or take the years tried. */
const REMEMBERED_MAX = 64;

/** Throws RangeError for a name that is no zone. */
export function offsetsOf(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  if (format.resolvedOptions().timeZone === 'UTC') return () => 0;
  const remembered = new Map<number, number>();
  return (utcMs) => {
    const quarter = Math.floor(utcMs / QUARTER_MS);
    let offset = remembered.get(quarter);
    if (offset === undefined) {
      offset = readOffset(format.format(quarter * QUARTER_MS));
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      remembered.set(quarter, offset);
    }
    return offset;
  };
}

/** `11/22/2026, GMT+01:00` */
function readOffset(text: string): number {
  const [, sign, hours = 0, minutes = 0] = /GMT([+-])(\d\d):(\d\d)/.exec(text) ?? [];
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -ms : ms;
}
