/**
 * An event's JSON: only looked at far enough to know its kind and id. The bytes go on as they came; events that
 * are made here, out of a report or a form, keep to the same limit.
 */
import type { AcceptedRecord, EventMeta } from '#server/record/accepted.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import { reject } from '#server/record/rejections.ts';
import { type Contents, keep } from './contents.ts';
import { readEventId } from './event-id.ts';
import { type JsonObject, readJsonObject } from './json.ts';
import { EVENT_BYTES_MAX } from './limits.ts';
import { decodeTransaction } from './transaction.ts';

/** Event types that a browser's security report becomes. */
const SECURITY_TYPES: ReadonlySet<unknown> = new Set(['csp', 'hpkp', 'expectct', 'expectstaple', 'nel']);

/** Throws json_invalid, json_too_deep, event_invalid or event_id_invalid, and span_invalid for a transaction. */
export function decodeEvent(payload: Buffer): Contents {
  const { value, bytes } = readJsonObject(payload);
  const eventId = readEventId(value.event_id);
  if (value.type === 'transaction') return decodeTransaction({ payload });
  const kind: RecordKind = SECURITY_TYPES.has(value.type) ? 'security' : 'event';
  return { records: [keep('event', kind, bytes)], counts: [], eventId };
}

/** The record of an event that was made here. Throws item_too_large. */
export function eventRecord(
  event: JsonObject,
  kind: RecordKind = 'event',
  meta: EventMeta = {},
): AcceptedRecord {
  const payload = Buffer.from(JSON.stringify(event));
  if (payload.length > EVENT_BYTES_MAX)
    throw reject('item_too_large', `event, at most ${EVENT_BYTES_MAX} bytes`);
  return keep('event', kind, payload, { ...meta });
}
