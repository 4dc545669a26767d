/** Lengths of time in nanoseconds, as words and as the ticks of an axis. */

const US = 1000;
const MS = 1000 * US;
const SECOND = 1000 * MS;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Three figures are what one compares by: `1.23 s`, `45.6 ms`, `789 µs`. */
const figures = (value: number) => String(Number(value.toPrecision(3)));

/** `840 ns`, `45.6 ms`, `1.23 s`, `2 min 5 s`, `3 h 20 min`. */
export function durationText(ns: number): string {
  const size = Math.abs(ns);
  const sign = ns < 0 ? '−' : '';
  if (size === 0) return '0 s';
  // Half a unit of the last figure earlier, so that no `1000 ms` appears.
  if (size < 999.5) return `${sign}${Math.round(size)} ns`;
  if (size < 999.5 * US) return `${sign}${figures(size / US)} µs`;
  if (size < 999.5 * MS) return `${sign}${figures(size / MS)} ms`;
  if (size < 59.95 * SECOND) return `${sign}${figures(size / SECOND)} s`;
  if (size < HOUR - SECOND / 2) return sign + pair(Math.round(size / SECOND), 60, 'min', 's');
  if (size < DAY - MINUTE / 2) return sign + pair(Math.round(size / MINUTE), 60, 'h', 'min');
  return sign + pair(Math.round(size / HOUR), 24, 'd', 'h');
}

function pair(small: number, per: number, big: string, unit: string): string {
  const rest = small % per;
  return `${Math.floor(small / per)} ${big}${rest === 0 ? '' : ` ${rest} ${unit}`}`;
}

/** Where something stands after the beginning: `+1.2 s`. */
export const offsetText = (ns: number) => `${ns < 0 ? '' : '+'}${durationText(ns)}`;

/** Beyond a second three figures hide what came first: `−25.121 s`, `+2 min 5.4 s`. */
export function fineOffsetText(ns: number): string {
  const size = Math.abs(ns);
  const sign = ns < 0 ? '−' : '+';
  if (size < SECOND || size >= HOUR) return offsetText(ns);
  if (size < MINUTE - MS / 2) return `${sign}${(size / SECOND).toFixed(3)} s`;
  const tenths = Math.round(size / (100 * MS));
  return `${sign}${Math.floor(tenths / 600)} min ${(tenths % 600) / 10} s`;
}

const ROUND_STEPS = [
  ...[1, 10, 100].flatMap((tens) => [1, 2, 5].map((each) => each * tens)),
  ...[US, MS].flatMap((unit) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map((each) => each * unit)),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
];

/** Round moments within a range, at most so many. */
export function ticksOf({ from, to }: Range, most: number): number[] {
  const least = (to - from) / Math.max(1, most);
  const step = ROUND_STEPS.find((each) => each >= least) ?? Math.ceil(least / DAY) * DAY;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: last - first + 1 }, (_, n) => (first + n) * step);
}

/** Nanoseconds after the beginning of the trace. */
export interface Range {
  from: number;
  to: number;
}

/** Where a moment stands in a range, in percent; outside of it at its ends. */
export const placeIn = ({ from, to }: Range, at: number) =>
  Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
