/**
 * OTLP's requests as JSON: protobuf's mapping with ids in hex. Rules: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.
 * Taken besides: the names of the .proto files (`time_unix_nano`) and the names of enums, which other writers of
 * protobuf's JSON use. A record of the wrong form is left out and the sender told; the rest is taken.
 */
import type { Attributes, AttributeValue, LogBatch, LogRecord } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { SPAN_KINDS, SPAN_STATUSES, type Span, type SpanBatch, type SpanEvent } from '#server/record/span.ts';
import { numberOrText, type Scope, setAttribute, VALUE_DEPTH_MAX } from './attributes.ts';
import { logGroupOf, logRecordOf, newLog } from './log-record.ts';
import { parseLossless } from './lossless-json.ts';
import { InvalidRecord, type Part, type Pieces } from './pieces.ts';
import { newSpan, type ReadLink, spanGroupOf, spanOf } from './span.ts';

type JsonObject = Record<string, unknown>;

/** Throws json_invalid, json_too_deep, otlp_invalid and too_many_records. */
export function readLogsJson(body: Buffer, pieces: Pieces): LogBatch {
  const parts = partsOf(body, pieces, 'resourceLogs', 'scopeLogs', 'logRecords', (log) =>
    readLog(log, pieces),
  );
  return { groups: parts.map(({ resource, scope, records }) => logGroupOf(resource, scope, records)) };
}

/** Throws json_invalid, json_too_deep, otlp_invalid and too_many_records. */
export function readTracesJson(body: Buffer, pieces: Pieces): SpanBatch {
  const parts = partsOf(body, pieces, 'resourceSpans', 'scopeSpans', 'spans', (span) =>
    readSpan(span, pieces),
  );
  return { groups: parts.map(({ resource, scope, records }) => spanGroupOf(resource, scope, records)) };
}

/** The records of a request by resource and scope. What stands above the records is whole, or the request is bad. */
function partsOf<T>(
  body: Buffer,
  pieces: Pieces,
  resources: string,
  scopes: string,
  records: string,
  read: (record: unknown) => T,
): Part<T>[] {
  const request = parseLossless(body);
  const parts: Part<T>[] = [];
  try {
    if (!isObject(request)) throw new InvalidRecord('The body is no object.');
    for (const ofResource of listIn(request, resources)) {
      const resource = objectIn(ofResource, resources, 'resource');
      const made = resource && attributesIn(resource, pieces);
      for (const ofScope of listIn(ofResource as JsonObject, scopes)) {
        const scope = objectIn(ofScope, scopes, 'scope');
        const part: Part<T> = { resource: made, scope: scope && scopeOf(scope, pieces), records: [] };
        for (const record of listIn(ofScope as JsonObject, records)) {
          pieces.take();
          const one = pieces.attempt(() => read(record));
          if (one !== undefined) part.records.push(one);
        }
        if (part.records.length > 0) parts.push(part);
      }
    }
  } catch (error) {
    if (error instanceof InvalidRecord) throw reject('otlp_invalid', error.message);
    throw error;
  }
  return parts;
}

function scopeOf(scope: JsonObject, pieces: Pieces): Scope {
  const attributes = attributesIn(scope, pieces);
  return {
    name: textIn(scope, 'name'),
    version: textIn(scope, 'version'),
    ...(attributes && Object.keys(attributes).length > 0 && { attributes }),
  };
}

function readLog(log: unknown, pieces: Pieces): LogRecord {
  if (!isObject(log)) throw new InvalidRecord('A log record is no object.');
  const body = get(log, 'body');
  return logRecordOf({
    ...newLog(),
    time: timeIn(log, 'timeUnixNano'),
    observed: timeIn(log, 'observedTimeUnixNano'),
    severityNumber: enumIn(log, 'severityNumber', severityOfName),
    severityText: textIn(log, 'severityText'),
    body: body === undefined || body === null ? null : anyValue(body, pieces, 0),
    attributes: attributesIn(log, pieces),
    droppedAttributes: countIn(log, 'droppedAttributesCount'),
    traceId: textIn(log, 'traceId'),
    spanId: textIn(log, 'spanId'),
    eventName: textIn(log, 'eventName'),
  });
}

function readSpan(span: unknown, pieces: Pieces): Span {
  if (!isObject(span)) throw new InvalidRecord('A span is no object.');
  const status = objectIn(span, 'span', 'status') ?? {};
  return spanOf({
    ...newSpan(),
    traceId: textIn(span, 'traceId'),
    spanId: textIn(span, 'spanId'),
    parentSpanId: textIn(span, 'parentSpanId'),
    traceState: textIn(span, 'traceState'),
    name: textIn(span, 'name'),
    kind: enumIn(span, 'kind', (name) => placeOf(SPAN_KINDS, name, 'SPAN_KIND_')),
    start: timeIn(span, 'startTimeUnixNano'),
    end: timeIn(span, 'endTimeUnixNano'),
    statusCode: enumIn(status, 'code', (name) => placeOf(SPAN_STATUSES, name, 'STATUS_CODE_')),
    statusMessage: textIn(status, 'message'),
    flags: countIn(span, 'flags'),
    attributes: attributesIn(span, pieces),
    events: listIn(span, 'events').map((event) => readEvent(event, pieces)),
    links: listIn(span, 'links').map((link) => readLink(link, pieces)),
    droppedAttributes: countIn(span, 'droppedAttributesCount'),
    droppedEvents: countIn(span, 'droppedEventsCount'),
    droppedLinks: countIn(span, 'droppedLinksCount'),
  });
}

function readEvent(event: unknown, pieces: Pieces): SpanEvent {
  pieces.take();
  if (!isObject(event)) throw new InvalidRecord('An event of a span is no object.');
  const time = timeIn(event, 'timeUnixNano');
  const attributes = attributesIn(event, pieces);
  return { name: textIn(event, 'name'), ...(time && { time }), ...(attributes && { attributes }) };
}

function readLink(link: unknown, pieces: Pieces): ReadLink {
  pieces.take();
  if (!isObject(link)) throw new InvalidRecord('A link of a span is no object.');
  const attributes = attributesIn(link, pieces);
  return {
    traceId: textIn(link, 'traceId'),
    spanId: textIn(link, 'spanId'),
    traceState: textIn(link, 'traceState'),
    ...(attributes && { attributes }),
  };
}

/** Nothing when there are none. */
function attributesIn(object: JsonObject, pieces: Pieces): Attributes | undefined {
  const pairs = listIn(object, 'attributes');
  return pairs.length === 0 ? undefined : pairsOf(pairs, pieces, 0);
}

function pairsOf(pairs: readonly unknown[], pieces: Pieces, depth: number): Attributes {
  const attributes: Attributes = {};
  for (const pair of pairs) {
    pieces.take();
    if (!isObject(pair)) throw new InvalidRecord('An attribute is no object of key and value.');
    const value = get(pair, 'value');
    setAttribute(
      attributes,
      textIn(pair, 'key'),
      value === undefined || value === null ? null : anyValue(value, pieces, depth),
    );
  }
  return attributes;
}

/** `{"stringValue":…}` and its like; the empty object is null. */
function anyValue(any: unknown, pieces: Pieces, depth: number): AttributeValue {
  if (!isObject(any))
    throw new InvalidRecord(`A value is no object such as {"stringValue":"x"}: ${show(any)}.`);
  if (depth > VALUE_DEPTH_MAX)
    throw new InvalidRecord(`Values are nested deeper than ${VALUE_DEPTH_MAX} levels.`);
  const text = get(any, 'stringValue');
  if (text !== undefined) return textIn(any, 'stringValue');
  const int = get(any, 'intValue');
  if (int !== undefined) return integerOf(int, 'intValue');
  const bool = get(any, 'boolValue');
  if (bool !== undefined) return booleanOf(bool);
  const double = get(any, 'doubleValue');
  if (double !== undefined) return doubleOf(double);
  const array = get(any, 'arrayValue');
  if (array !== undefined)
    return listIn(objectOf(array, 'arrayValue'), 'values').map((value) => {
      pieces.take();
      return anyValue(value, pieces, depth + 1);
    });
  const map = get(any, 'kvlistValue');
  if (map !== undefined) return pairsOf(listIn(objectOf(map, 'kvlistValue'), 'values'), pieces, depth + 1);
  return get(any, 'bytesValue') === undefined ? null : textIn(any, 'bytesValue');
}

function booleanOf(value: unknown): boolean {
  if (typeof value !== 'boolean')
    throw new InvalidRecord(`A boolValue is true or false, not ${show(value)}.`);
  return value;
}

/** protobuf writes "NaN", "Infinity" and "-Infinity" as text. */
function doubleOf(value: unknown): number | string {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || (Number.isNaN(number) && value !== 'NaN'))
    throw new InvalidRecord(`A doubleValue is a number, not ${show(value)}.`);
  return numberOrText(number);
}

/** A number where that loses nothing, else its digits. */
function integerOf(value: unknown, name: string): number | string {
  if (Number.isSafeInteger(value)) return value as number;
  const digits = typeof value === 'number' && Number.isInteger(value) ? String(BigInt(value)) : value;
  if (typeof digits !== 'string' || !/^-?\d{1,20}$/.test(digits))
    throw new InvalidRecord(`${name} is an integer, not ${show(value)}.`);
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

/** Nanoseconds since 1970; nothing for 0, which is how protobuf says nothing. */
function timeIn(object: JsonObject, name: string): string | undefined {
  const value = get(object, name);
  if (value === undefined || value === null || value === '') return undefined;
  const time = String(integerOf(value, name));
  if (time.startsWith('-')) throw new InvalidRecord(`${name} is nanoseconds since 1970, not ${show(value)}.`);
  return time === '0' ? undefined : time;
}

function countIn(object: JsonObject, name: string): number {
  const value = get(object, name);
  return value === undefined || value === null ? 0 : Number(integerOf(value, name));
}

function enumIn(object: JsonObject, name: string, numberOfName: (text: string) => number): number {
  const value = get(object, name);
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string' && !/^\d+$/.test(value)) {
    const number = numberOfName(value);
    if (number < 0) throw new InvalidRecord(`${name} has no value ${show(value)}.`);
    return number;
  }
  return Number(integerOf(value, name));
}

const placeOf = (list: readonly string[], name: string, prefix: string) =>
  name.startsWith(prefix) ? list.indexOf(name.slice(prefix.length).toLowerCase()) : -1;

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** `SEVERITY_NUMBER_INFO2` is 10. */
function severityOfName(name: string): number {
  if (name === 'SEVERITY_NUMBER_UNSPECIFIED') return 0;
  const [, level = '', step = '1'] = /^SEVERITY_NUMBER_([A-Z]+)([234])?$/.exec(name) ?? [];
  const place = SEVERITIES.indexOf(level);
  return place < 0 ? -1 : place * 4 + Number(step);
}

/** Empty when it is not there. */
function textIn(object: JsonObject, name: string): string {
  const value = get(object, name);
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new InvalidRecord(`${name} is a text, not ${show(value)}.`);
  return value;
}

function listIn(object: JsonObject, name: string): readonly unknown[] {
  const value = get(object, name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InvalidRecord(`${name} is a list, not ${show(value)}.`);
  return value;
}

function objectIn(parent: unknown, parentName: string, name: string): JsonObject | undefined {
  if (!isObject(parent)) throw new InvalidRecord(`${parentName} holds objects, not ${show(parent)}.`);
  const value = get(parent, name);
  return value === undefined || value === null ? undefined : objectOf(value, name);
}

function objectOf(value: unknown, name: string): JsonObject {
  if (!isObject(value)) throw new InvalidRecord(`${name} is an object, not ${show(value)}.`);
  return value;
}

/** By its name in JSON, else by that of the .proto file. */
function get(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const other = protoNameOf(name);
  return other !== name && Object.hasOwn(object, other) ? object[other] : undefined;
}

/** As many as this file names. */
const PROTO_NAMES = new Map<string, string>();

function protoNameOf(name: string): string {
  let known = PROTO_NAMES.get(name);
  if (known === undefined) {
    known = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    PROTO_NAMES.set(name, known);
  }
  return known;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const show = (value: unknown) => String(JSON.stringify(value)).slice(0, 100);
