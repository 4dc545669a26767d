/**
 * Times in words. Relative on the page because "5 min ago" is what a person wants to know, absolute with the
 * zone on hover because it is what they compare with other systems. Pure: `now` is an argument.
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From the coarsest: how long a unit is, where it begins to be used, and its short name. */
const UNITS: readonly [lengthMs: number, fromMs: number, name: string][] = [
  [365 * DAY, 365 * DAY, 'y'],
  [30 * DAY, 60 * DAY, 'mo'],
  [DAY, DAY, 'd'],
  [HOUR, HOUR, 'h'],
  [MINUTE, MINUTE, 'min'],
  [SECOND, 10 * SECOND, 's'],
];

/** `5 min ago`, `in 2 h`, `now`; `unknown` for text that is no time. */
export function relativeTime(time: string | number, now: number): string {
  const at = typeof time === 'number' ? time : Date.parse(time);
  if (!Number.isFinite(at)) return 'unknown';
  const distance = now - at;
  const short = duration(Math.abs(distance));
  if (short === '') return 'now';
  return distance > 0 ? `${short} ago` : `in ${short}`;
}

/** `5 min`, `3 d`; empty below ten seconds. */
export function duration(milliseconds: number): string {
  const unit = UNITS.find(([, from]) => milliseconds >= from);
  return unit ? `${Math.floor(milliseconds / unit[0])} ${unit[2]}` : '';
}

/** `22 Nov 2025, 17:18:03 GMT+1`, in the reader's zone unless told otherwise. */
export function absoluteTime(time: string | number, timeZone?: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return String(time);
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(at);
}

/** Below it labels are less than a minute apart. */
const SECONDS_TOLD_MS = 10 * 60_000;

/** A label on a time axis: the second for a few minutes, the hour for spans up to two days, else the day. */
export function axisTime(time: number, spanMs: number, timeZone?: string): string {
  const options: Intl.DateTimeFormatOptions =
    spanMs <= 2 * DAY
      ? {
          ...{ hour: '2-digit', minute: '2-digit', timeZone },
          ...(spanMs < SECONDS_TOLD_MS && { second: '2-digit' }),
        }
      : { day: 'numeric', month: 'short', timeZone };
  return new Intl.DateTimeFormat('en-GB', options).format(time);
}

/** Distance from a moment with millisecond detail, as a timeline shows it: `−1.2 s`, `+340 ms`, `−2 min 5 s`. */
export function offsetFrom(time: number, origin: number): string {
  const distance = time - origin;
  const size = Math.abs(Math.round(distance));
  if (size === 0) return '0 s';
  const sign = distance < 0 ? '−' : '+';
  if (size < SECOND) return `${sign}${size} ms`;
  if (size < MINUTE) return `${sign}${(size / SECOND).toFixed(1)} s`;
  if (size < HOUR) return `${sign}${Math.floor(size / MINUTE)} min ${Math.round((size % MINUTE) / SECOND)} s`;
  return `${sign}${Math.floor(size / HOUR)} h ${Math.round((size % HOUR) / MINUTE)} min`;
}
