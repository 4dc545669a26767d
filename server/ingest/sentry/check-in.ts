/**
 * Check-ins of cron monitors. The JSON goes on as sent once slug and status are known to be usable.
 * Source: https://develop.sentry.dev/sdk/telemetry/check-ins/.
 */
import { reject } from '#server/record/rejections.ts';
import { type Contents, keep } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { type JsonObject, readJsonObject, textOf } from './json.ts';

const CHECK_IN_STATUSES: ReadonlySet<unknown> = new Set(['in_progress', 'ok', 'error']);
/** Sentry's own limit is 50 characters; names made by generators are longer, and kept. */
const SLUG_CHARS_MAX = 200;

export function decodeCheckIn({ payload }: Item): Contents {
  const { value, bytes } = readJsonObject(payload);
  requireCheckIn(value);
  return { records: [keep('check_in', 'check_in', bytes)], counts: [] };
}

/** Throws check_in_invalid with what is missing. */
export function requireCheckIn(checkIn: JsonObject): void {
  const slug = textOf(checkIn.monitor_slug)?.trim();
  if (!slug || slug.length > SLUG_CHARS_MAX)
    throw reject('check_in_invalid', `monitor_slug must be 1 to ${SLUG_CHARS_MAX} characters`);
  if (!CHECK_IN_STATUSES.has(checkIn.status)) throw reject('check_in_invalid', 'status is none of these');
}
