/** Tags of an event: the sender's own, then those every event has so that facets need no special cases. */
import type { EventPayload } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import { cut, isRecord, type Reader } from './reader.ts';
import { userKey } from './user.ts';

/** The sender's tags: pairs or an object; the last value of a repeated key wins, as in the SDKs' scopes. */
export function readTags(value: unknown, reader: Reader): Map<string, string> {
  const tags = new Map<string, string>();
  const entries: unknown[] = Array.isArray(value)
    ? value
    : Object.entries(reader.record(value, 'tags') ?? {});
  for (const entry of entries) {
    const [key, given] = Array.isArray(entry) ? entry : isRecord(entry) ? [entry.key, entry.value] : [];
    const name = reader.field(key, 'tags', BOUNDS.tagKeyChars);
    if (name === undefined || given === null || given === undefined) continue;
    const text = typeof given === 'object' ? JSON.stringify(given) : given;
    const read = reader.field(text, `tags.${name}`, BOUNDS.tagValueChars)?.replace(/[\r\n]+/g, ' ');
    if (read === undefined) continue;
    if (tags.size === BOUNDS.tags && !tags.has(name)) {
      reader.note('too_many', 'tags', `kept ${BOUNDS.tags} of ${entries.length} tags`);
      break;
    }
    tags.set(name, read);
  }
  return tags;
}

/** Adds what is known from elsewhere in the event; never overrules a tag the sender set. */
export function addDerivedTags(tags: Map<string, string>, event: Omit<EventPayload, 'tags'>): void {
  const add = (key: string, value: unknown) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return;
    const text = String(value);
    if (text !== '' && !tags.has(key))
      tags.set(key, text.length > BOUNDS.tagValueChars ? cut(text, BOUNDS.tagValueChars) : text);
  };
  const mechanism = event.exception?.values.at(-1)?.mechanism;
  add('level', event.level);
  add('environment', event.environment);
  add('release', event.release);
  add('dist', event.dist);
  add('server_name', event.server_name);
  add('transaction', event.transaction);
  add('logger', event.logger);
  add('url', event.request?.url);
  add('user', userKey(event.user));
  add('handled', mechanism?.handled === undefined ? undefined : mechanism.handled ? 'yes' : 'no');
  add('mechanism', mechanism?.type);
  for (const [tag, context] of [
    ['browser', event.contexts?.browser],
    ['os', event.contexts?.os],
    ['runtime', event.contexts?.runtime],
  ] as const) {
    if (typeof context?.name !== 'string') continue;
    add(
      tag,
      [context.name, context.version].filter((part) => typeof part === 'string' && part !== '').join(' '),
    );
    add(`${tag}.name`, context.name);
  }
  add('device', event.contexts?.device?.model);
  add('device.family', event.contexts?.device?.family);
}
