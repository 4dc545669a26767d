/**
 * Sender's times. Clocks of phones and laptops are wrong by hours: when `sent_at` says so, every time of the
 * event is shifted by the difference to our clock. Times that still cannot be true are replaced by the time of
 * receipt, since a day partition of 1970 or 2100 would outlive every retention.
 */
import { CLOCK_DRIFT_MS_MIN, FUTURE_MS_MAX, PAST_DAYS_MAX } from './bounds.ts';
import type { Reader } from './reader.ts';

const DAY_MS = 86_400_000;

/** What a Date can hold, ms to either side of 1970: a time beyond it is none, and would throw where it is shown. */
const TIME_MS_MAX = 8.64e15;
/** ISO 8601 with what SDKs leave out: the seconds, the zone (Python's isoformat, which means UTC), the whole clock. */
const ISO_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Milliseconds since 1970 from seconds (number or digits) or ISO 8601; undefined when unreadable. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return timeOf(value * 1000);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  if (/^\d{1,12}(\.\d{1,9})?$/.test(value)) return timeOf(Number(value) * 1000);
  // Nothing else is handed to Date.parse: it guesses at words, and takes most of them for times of this machine's zone.
  const [, day, clock = '00:00', zone = 'Z'] = ISO_TIME.exec(value) ?? [];
  return day === undefined ? undefined : timeOf(Date.parse(`${day}T${clock}${zone}`));
}

/** A time on our clock; undefined when it is beyond all times. */
export function shiftedTime(value: unknown, driftMs: number): number | undefined {
  const time = parseTime(value);
  return time === undefined ? undefined : timeOf(time + driftMs);
}

function timeOf(ms: number): number | undefined {
  return Math.abs(ms) <= TIME_MS_MAX ? Math.round(ms) : undefined;
}

/** Milliseconds to add to the sender's times; 0 when its clock is right or unknown. */
export function clockDriftMs(sentAt: number | undefined, receivedAt: number): number {
  if (sentAt === undefined) return 0;
  const drift = receivedAt - sentAt;
  return Math.abs(drift) >= CLOCK_DRIFT_MS_MIN ? drift : 0;
}

/** The event's time in milliseconds, corrected, with a note on the event for each correction. */
export function eventTime(
  value: unknown,
  driftMs: number,
  { receivedAt, imported = false }: { receivedAt: number; imported?: boolean | undefined },
  reader: Reader,
): number {
  if (value === undefined || value === null) return receivedAt;
  const time = shiftedTime(value, driftMs);
  if (time === undefined) {
    reader.note('invalid_timestamp', 'timestamp', 'not a time; the time of receipt is shown instead');
    return receivedAt;
  }
  if (driftMs !== 0)
    reader.note(
      'clock_drift',
      'timestamp',
      `the sender's clock is off by ${Math.round(driftMs / 1000)} s; its times were shifted`,
    );
  if (!imported && time < receivedAt - PAST_DAYS_MAX * DAY_MS) {
    reader.note(
      'past_timestamp',
      'timestamp',
      `${new Date(time).toISOString()} is more than ${PAST_DAYS_MAX} days old; the time of receipt is shown instead`,
    );
    return receivedAt;
  }
  if (time > receivedAt + FUTURE_MS_MAX) {
    reader.note(
      'future_timestamp',
      'timestamp',
      `${new Date(time).toISOString()} is in the future; the time of receipt is shown instead`,
    );
    return receivedAt;
  }
  return time;
}
