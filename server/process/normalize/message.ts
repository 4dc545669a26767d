/** The message of an event: the template, its parameters and the text a person reads. */
import type { EventPayload } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import { cut, isRecord, type Json, type Reader } from './reader.ts';

/** `logentry` from `logentry`, the legacy `sentry.interfaces.Message`, or a plain `message`. */
export function readMessage(event: Json, reader: Reader): EventPayload['logentry'] {
  const given = event.logentry ?? event['sentry.interfaces.Message'] ?? event.message;
  if (given === undefined || given === null) return undefined;
  const record = isRecord(given) ? given : { formatted: given };
  const template = reader.text(record.message, 'logentry.message', BOUNDS.messageChars);
  const params = readParams(record.params, reader);
  const formatted =
    reader.text(record.formatted, 'logentry.formatted', BOUNDS.messageChars) ??
    (template !== undefined && params !== undefined
      ? cutTo(formatMessage(template, params, BOUNDS.messageChars), BOUNDS.messageChars)
      : undefined);

  const read: NonNullable<EventPayload['logentry']> = {};
  if (template !== undefined && template !== '') read.message = template;
  if (formatted !== undefined && formatted !== '' && formatted !== template) read.formatted = formatted;
  if (params !== undefined) read.params = params;
  return read.message !== undefined || read.formatted !== undefined ? read : undefined;
}

function readParams(value: unknown, reader: Reader): unknown[] | Json | undefined {
  if (Array.isArray(value))
    return value.length === 0 ? undefined : (reader.data(value, 'logentry.params', 4) as unknown[]);
  return isRecord(value) ? reader.dataRecord(value, 'logentry.params', 4) : undefined;
}

function cutTo(text: string, charsMax: number): string {
  return text.length > charsMax ? cut(text, charsMax) : text;
}

const PLACEHOLDER = /%(?:\((\w{1,100})\))?[-+ #0]?\d{0,3}(?:\.\d{1,3})?([sdifgeruxXoc%])|\{(\w{0,100})\}/g;

/**
 * Fills printf (`%s`, `%d`, `%(name)s`, `%.2f`) and brace (`{}`, `{0}`, `{name}`) templates; leaves the rest. Stops
 * once it is longer than `charsMax`: 8 KB of `{0}` with a parameter of 1 MB would be 2 GB of text.
 */
export function formatMessage(
  template: string,
  params: unknown[] | Json,
  charsMax: number = Number.POSITIVE_INFINITY,
): string {
  const texts = new Map<string | number, string | undefined>();
  const textOf = (name: string | number): string | undefined => {
    if (!texts.has(name)) texts.set(name, Object.hasOwn(params, name) ? paramText(params, name) : undefined);
    return texts.get(name);
  };
  let next = 0;
  let formatted = '';
  let at = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, printfName, conversion, braceName] = match;
    const name = conversion === undefined ? braceName || undefined : printfName;
    formatted += template.slice(at, match.index);
    at = match.index + whole.length;
    if (conversion === '%') formatted += '%';
    else if (!Array.isArray(params)) formatted += (name === undefined ? undefined : textOf(name)) ?? whole;
    else formatted += textOf(name !== undefined && /^\d+$/.test(name) ? Number(name) : next++) ?? whole;
    if (formatted.length > charsMax) return formatted;
  }
  return formatted + template.slice(at);
}

function paramText(params: unknown[] | Json, name: string | number): string | undefined {
  const value = (params as Json)[name];
  return typeof value === 'object' ? JSON.stringify(value) : value === undefined ? undefined : String(value);
}
