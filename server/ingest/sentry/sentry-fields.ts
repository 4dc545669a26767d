/**
 * An event in the text fields of a form, as native crash reporters send it: `sentry` with JSON, the same cut
 * into `sentry__1`, `sentry__2` ... where a field may hold only 20 KiB, or `sentry[tags][os]`, one field per
 * value. All other fields become `extra`. They add to `base`, the event that came by another way.
 */
import { isObject, type JsonObject, readJsonObject } from './json.ts';

/** Brackets of one name, such as 3 in `sentry[contexts][app][build]`. */
const PATH_STEPS_MAX = 20;
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Throws json_invalid, json_too_deep or event_invalid when the JSON is not an event. */
export function eventOfFields(
  fields: readonly (readonly [string, string])[],
  base: JsonObject = {},
): JsonObject {
  const event: JsonObject = {};
  merge(event, base);
  const extra: JsonObject = {};
  const chunks: [number, string][] = [];
  for (const [name, value] of fields) {
    const chunk = /^sentry__(\d{1,4})$/.exec(name);
    if (name === 'sentry') merge(event, readJsonObject(Buffer.from(value)).value);
    else if (chunk) chunks.push([Number(chunk[1]), value]);
    else if (name.startsWith('sentry[')) setPath(event, name, value);
    else if (!UNSAFE_NAMES.has(name)) extra[name] = value;
  }
  const chunked = chunks.sort(([a], [b]) => a - b).map(([, text]) => text);
  if (chunked.length > 0) merge(event, readJsonObject(Buffer.from(chunked.join(''))).value);
  if (Object.keys(extra).length > 0) merge(event, { extra });
  return event;
}

/** Objects are merged, anything else replaced. The depth is bounded by the readers of both sides. */
function merge(into: JsonObject, from: JsonObject): void {
  for (const [name, value] of Object.entries(from)) {
    if (UNSAFE_NAMES.has(name)) continue;
    const present = into[name];
    if (isObject(present) && isObject(value)) merge(present, value);
    else into[name] = value;
  }
}

function setPath(event: JsonObject, name: string, value: string): void {
  const steps = [...name.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!);
  if (steps.length === 0 || steps.length > PATH_STEPS_MAX || steps.some((step) => UNSAFE_NAMES.has(step)))
    return;
  let at = event;
  for (const step of steps.slice(0, -1)) {
    const next = at[step];
    if (isObject(next)) at = next;
    else {
      const made: JsonObject = {};
      at[step] = made;
      at = made;
    }
  }
  at[steps.at(-1)!] = value;
}
