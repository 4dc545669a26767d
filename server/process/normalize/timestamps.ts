/**
 * Sender's times. Clocks of phones and laptops are wrong by hours: when `sent_at` says so, every time of the
 * event is shifted by the difference to our clock. Times that still cannot be true are replaced by the time of
 * receipt, since a day partition of 1970 or 2100 would outlive every retention.
 */
import { CLOCK_DRIFT_MS_MIN, FUTURE_MS_MAX, PAST_DAYS_MAX } from './bounds.ts';
import type { Reader } from './reader.ts';

const DAY_MS = 86_400_000;

/** Milliseconds since 1970 from seconds (number or digits) or ISO 8601; undefined when unreadable. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.round(value * 1000) : undefined;
  if (typeof value !== 'string' || value.length > 64) return undefined;
  if (/^\d{1,12}(\.\d{1,9})?$/.test(value)) return Math.round(Number(value) * 1000);
  // Python's isoformat has no zone and means UTC.
  const zoned = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?$/.test(value) ? `${value}Z` : value;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}

/** Milliseconds to add to the sender's times; 0 when its clock is right or unknown. */
export function clockDriftMs(sentAt: number | undefined, receivedAt: number): number {
  if (sentAt === undefined) return 0;
  const drift = receivedAt - sentAt;
  return Math.abs(drift) >= CLOCK_DRIFT_MS_MIN ? drift : 0;
}

/** The event's time in milliseconds, corrected, with a note on the event for each correction. */
export function eventTime(value: unknown, driftMs: number, receivedAt: number, reader: Reader): number {
  if (value === undefined || value === null) return receivedAt;
  const said = parseTime(value);
  if (said === undefined) {
    reader.note('invalid_timestamp', 'timestamp', 'not a time; the time of receipt is shown instead');
    return receivedAt;
  }
  const time = said + driftMs;
  if (driftMs !== 0)
    reader.note(
      'clock_drift',
      'timestamp',
      `the sender's clock is off by ${Math.round(driftMs / 1000)} s; its times were shifted`,
    );
  if (time < receivedAt - PAST_DAYS_MAX * DAY_MS) {
    reader.note(
      'past_timestamp',
      'timestamp',
      `${iso(time)} is more than ${PAST_DAYS_MAX} days old; the time of receipt is shown instead`,
    );
    return receivedAt;
  }
  if (time > receivedAt + FUTURE_MS_MAX) {
    reader.note(
      'future_timestamp',
      'timestamp',
      `${iso(time)} is in the future; the time of receipt is shown instead`,
    );
    return receivedAt;
  }
  return time;
}

function iso(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);
}
