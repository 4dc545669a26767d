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
      ? cutTo(formatMessage(template, params), BOUNDS.messageChars)
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

/** Fills printf (`%s`, `%d`, `%(name)s`, `%.2f`) and brace (`{}`, `{0}`, `{name}`) templates; leaves the rest. */
export function formatMessage(template: string, params: unknown[] | Json): string {
  let next = 0;
  const pick = (name: string | undefined, whole: string): string => {
    const value = Array.isArray(params)
      ? params[name !== undefined && /^\d+$/.test(name) ? Number(name) : next++]
      : name === undefined
        ? undefined
        : params[name];
    if (value === undefined) return whole;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return template.replace(
    /%(?:\((\w{1,100})\))?[-+ #0]?\d{0,3}(?:\.\d{1,3})?([sdifgeruxXoc%])|\{(\w{0,100})\}/g,
    (
      whole,
      printfName: string | undefined,
      conversion: string | undefined,
      braceName: string | undefined,
    ) => {
      if (conversion === '%') return '%';
      return pick(conversion === undefined ? braceName || undefined : printfName, whole);
    },
  );
}
