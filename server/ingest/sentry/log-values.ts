/**
 * Values of log records in the two spellings SDKs have: `{"value":3,"type":"integer"}`, and OpenTelemetry's
 * `{"intValue":"3"}` of the older item. Times as nanoseconds.
 */
import type { Attributes, AttributeValue } from '#server/record/log.ts';
import { isObject } from './json.ts';

/** `{name: {value, type}}`; a bare value is taken as it stands. `inferred` yields to what the sender says. */
export function readAttributes(sent: unknown, inferred: Attributes = {}): Attributes {
  const attributes: [string, AttributeValue][] = Object.entries(inferred);
  if (isObject(sent))
    for (const [name, attribute] of Object.entries(sent)) {
      const value = isObject(attribute) && 'value' in attribute ? attribute.value : attribute;
      attributes.push([
        name,
        isIntegerText(attribute, value) ? exactInteger(value) : (value as AttributeValue),
      ]);
    }
  // From entries, so that a name such as __proto__ is a name like any other.
  return Object.fromEntries(attributes);
}

function isIntegerText(attribute: unknown, value: unknown): value is string {
  return (
    typeof value === 'string' && isObject(attribute) && attribute.type === 'integer' && INTEGER.test(value)
  );
}

const INTEGER = /^-?\d{1,20}$/;

/** A number where that loses no digit, else its text. */
export function exactInteger(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** `[{key, value: {stringValue}}]`. */
export function readOtelAttributes(sent: unknown): Attributes {
  if (!Array.isArray(sent)) return readAttributes(sent);
  return Object.fromEntries(
    sent.flatMap((pair) => {
      if (!isObject(pair) || typeof pair.key !== 'string') return [];
      const value = readOtelValue(pair.value);
      return value === undefined ? [] : [[pair.key, value]];
    }),
  );
}

/** OpenTelemetry's AnyValue as JSON, names in camel or snake case. Undefined for what is none. */
export function readOtelValue(sent: unknown): AttributeValue | undefined {
  if (typeof sent === 'string') return sent;
  if (!isObject(sent)) return undefined;
  const integer = sent.intValue ?? sent.int_value;
  if (typeof integer === 'string' && INTEGER.test(integer)) return exactInteger(integer);
  const plain =
    sent.stringValue ??
    sent.string_value ??
    sent.boolValue ??
    sent.bool_value ??
    integer ??
    sent.doubleValue ??
    sent.double_value;
  if (plain !== undefined) return plain as AttributeValue;
  const list = sent.arrayValue ?? sent.array_value;
  if (isObject(list) && Array.isArray(list.values))
    return list.values.map((value) => readOtelValue(value) ?? null);
  const pairs = sent.kvlistValue ?? sent.kvlist_value;
  return isObject(pairs) ? readOtelAttributes(pairs.values) : undefined;
}

/** Seconds since 1970 as JSON numbers print them (`1795371176.039364`), or RFC 3339. */
export function nanosecondsOfSeconds(sent: unknown): string | undefined {
  const [, seconds, fraction = ''] = /^(\d{1,10})(?:\.(\d{1,20}))?$/.exec(String(sent)) ?? [];
  if (seconds !== undefined) return seconds + fraction.slice(0, 9).padEnd(9, '0');
  const ms = typeof sent === 'string' ? Date.parse(sent) : Number.NaN;
  return ms > 0 ? `${ms}000000` : undefined;
}

/** Whole nanoseconds, as a number or, with all digits, as text. */
export function nanosecondsOf(sent: unknown): string | undefined {
  return /^\d{10,19}$/.test(String(sent)) ? String(sent) : undefined;
}
