/** An event's JSON: only looked at far enough to know its kind and id. The bytes go on as they came. */
import type { RecordKind } from '#server/record/outcome.ts';
import { type Contents, drop, keep } from './contents.ts';
import { readEventId } from './event-id.ts';
import { readJsonObject } from './json.ts';

/** Event types that a browser's security report becomes. */
const SECURITY_TYPES: ReadonlySet<unknown> = new Set(['csp', 'hpkp', 'expectct', 'expectstaple', 'nel']);

/** Throws json_invalid, json_too_deep, event_invalid or event_id_invalid. */
export function decodeEvent(payload: Buffer): Contents {
  const { value, bytes } = readJsonObject(payload);
  const eventId = readEventId(value.event_id);
  if (value.type === 'transaction')
    return { records: [], counts: [drop('transaction', 'kind_not_stored', bytes.length)], eventId };
  const kind: RecordKind = SECURITY_TYPES.has(value.type) ? 'security' : 'event';
  return { records: [keep('event', kind, bytes)], counts: [], eventId };
}
