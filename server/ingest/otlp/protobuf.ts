/**
 * OTLP's requests as protobuf. Message shapes: https://github.com/open-telemetry/opentelemetry-proto, logs.proto,
 * trace.proto, common.proto, resource.proto. Written as loops over tags: a hundred thousand records a second pass here.
 */
import { PbfReader } from 'pbf';
import { Rejection } from '#server/platform/rejection.ts';
import type { Attributes, AttributeValue, LogBatch, LogRecord } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import type { Span, SpanBatch, SpanEvent } from '#server/record/span.ts';
import { numberOrText, type Scope, setAttribute, VALUE_DEPTH_MAX } from './attributes.ts';
import { logGroupOf, logRecordOf, newLog, type ReadLog } from './log-record.ts';
import type { Part, Pieces } from './pieces.ts';
import { newSpan, type ReadLink, type ReadSpan, spanGroupOf, spanOf } from './span.ts';
import {
  BYTES,
  endOfMessage,
  FIXED32,
  FIXED64,
  Malformed,
  nextTag,
  readBytes,
  readFixed64,
  readInt64,
  readText,
  VARINT,
} from './wire.ts';

/** A field's number and wire type, as `nextTag` gives them. */
const field = (number: number, wireType: number) => number * 8 + wireType;

/** Throws otlp_invalid and too_many_records. */
export function readLogsProtobuf(body: Buffer, pieces: Pieces): LogBatch {
  return read(body, pieces, (reader) => reader.logs());
}

/** Throws otlp_invalid and too_many_records. */
export function readTracesProtobuf(body: Buffer, pieces: Pieces): SpanBatch {
  return read(body, pieces, (reader) => reader.traces());
}

function read<T>(body: Buffer, pieces: Pieces, how: (reader: Reader) => T): T {
  try {
    return how(new Reader(body, pieces));
  } catch (cause) {
    // A TypeError would be a mistake of ours; Error and RangeError are how pbf and DataView call bad bytes.
    if (!(cause instanceof Error) || cause instanceof Rejection || cause instanceof TypeError) throw cause;
    throw reject('otlp_invalid', `as protobuf: ${cause.message.slice(0, 200)}`, { cause });
  }
}

const REQUEST = { resource: field(1, BYTES) };
const OF_RESOURCE = { resource: field(1, BYTES), scope: field(2, BYTES) };
const OF_SCOPE = { scope: field(1, BYTES), record: field(2, BYTES) };
const RESOURCE = { attributes: field(1, BYTES) };
const SCOPE = { name: field(1, BYTES), version: field(2, BYTES), attributes: field(3, BYTES) };
const PAIR = { key: field(1, BYTES), value: field(2, BYTES) };
const VALUE = {
  string: field(1, BYTES),
  bool: field(2, VARINT),
  int: field(3, VARINT),
  double: field(4, FIXED64),
  array: field(5, BYTES),
  map: field(6, BYTES),
  bytes: field(7, BYTES),
};
const LIST = { values: field(1, BYTES) };
const LOG = {
  time: field(1, FIXED64),
  severityNumber: field(2, VARINT),
  severityText: field(3, BYTES),
  body: field(5, BYTES),
  attributes: field(6, BYTES),
  droppedAttributes: field(7, VARINT),
  traceId: field(9, BYTES),
  spanId: field(10, BYTES),
  observed: field(11, FIXED64),
  eventName: field(12, BYTES),
};
const SPAN = {
  traceId: field(1, BYTES),
  spanId: field(2, BYTES),
  traceState: field(3, BYTES),
  parentSpanId: field(4, BYTES),
  name: field(5, BYTES),
  kind: field(6, VARINT),
  start: field(7, FIXED64),
  end: field(8, FIXED64),
  attributes: field(9, BYTES),
  droppedAttributes: field(10, VARINT),
  events: field(11, BYTES),
  droppedEvents: field(12, VARINT),
  links: field(13, BYTES),
  droppedLinks: field(14, VARINT),
  status: field(15, BYTES),
  flags: field(16, FIXED32),
};
const EVENT = { time: field(1, FIXED64), name: field(2, BYTES), attributes: field(3, BYTES) };
const LINK = {
  traceId: field(1, BYTES),
  spanId: field(2, BYTES),
  traceState: field(3, BYTES),
  attributes: field(4, BYTES),
};
const STATUS = { message: field(2, BYTES), code: field(3, VARINT) };

class Reader {
  readonly #pbf: PbfReader;
  readonly #pieces: Pieces;

  constructor(body: Buffer, pieces: Pieces) {
    this.#pbf = new PbfReader(body);
    this.#pieces = pieces;
  }

  logs(): LogBatch {
    const parts = this.#request<LogRecord>(() => logRecordOf(this.#log()));
    return { groups: parts.map(({ resource, scope, records }) => logGroupOf(resource, scope, records)) };
  }

  traces(): SpanBatch {
    const parts = this.#request<Span>(() => spanOf(this.#span()));
    return { groups: parts.map(({ resource, scope, records }) => spanGroupOf(resource, scope, records)) };
  }

  #request<T>(record: () => T): Part<T>[] {
    const pbf = this.#pbf;
    const parts: Part<T>[] = [];
    for (let tag = nextTag(pbf, pbf.length); tag !== 0; tag = nextTag(pbf, pbf.length))
      if (tag === REQUEST.resource) this.#ofResource(record, parts);
    return parts.filter(({ records }) => records.length > 0);
  }

  /** The resource may come after what it made. */
  #ofResource<T>(record: () => T, parts: Part<T>[]): void {
    this.#pieces.take();
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const first = parts.length;
    let resource: Attributes | undefined;
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === OF_RESOURCE.resource) resource = this.#resource();
      else if (tag === OF_RESOURCE.scope) parts.push(this.#ofScope(record));
    }
    for (let at = first; at < parts.length; at += 1) parts[at]!.resource = resource;
  }

  #ofScope<T>(record: () => T): Part<T> {
    this.#pieces.take();
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const part: Part<T> = { records: [] };
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === OF_SCOPE.scope) part.scope = this.#scope();
      else if (tag === OF_SCOPE.record) {
        this.#pieces.take();
        const one = this.#pieces.attempt(record);
        if (one !== undefined) part.records.push(one);
      }
    }
    return part;
  }

  #resource(): Attributes {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const attributes: Attributes = {};
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end))
      if (tag === RESOURCE.attributes) this.#pair(attributes, 0);
    return attributes;
  }

  #scope(): Scope {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const scope: Scope = { name: '', version: '' };
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === SCOPE.name) scope.name = readText(pbf);
      else if (tag === SCOPE.version) scope.version = readText(pbf);
      else if (tag === SCOPE.attributes) {
        scope.attributes ??= {};
        this.#pair(scope.attributes, 0);
      }
    }
    return scope;
  }

  #log(): ReadLog {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const log = newLog();
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === LOG.attributes) {
        log.attributes ??= {};
        this.#pair(log.attributes, 0);
      } else if (tag === LOG.time) log.time = readFixed64(pbf);
      else if (tag === LOG.observed) log.observed = readFixed64(pbf);
      else if (tag === LOG.severityNumber) log.severityNumber = pbf.readVarint(true);
      else if (tag === LOG.severityText) log.severityText = readText(pbf);
      else if (tag === LOG.body) log.body = this.#value(0);
      else if (tag === LOG.traceId) log.traceId = readBytes(pbf).toString('hex');
      else if (tag === LOG.spanId) log.spanId = readBytes(pbf).toString('hex');
      else if (tag === LOG.eventName) log.eventName = readText(pbf);
      else if (tag === LOG.droppedAttributes) log.droppedAttributes = pbf.readVarint();
    }
    return log;
  }

  #span(): ReadSpan {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const span = newSpan();
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === SPAN.attributes) {
        span.attributes ??= {};
        this.#pair(span.attributes, 0);
      } else if (tag === SPAN.traceId) span.traceId = readBytes(pbf).toString('hex');
      else if (tag === SPAN.spanId) span.spanId = readBytes(pbf).toString('hex');
      else if (tag === SPAN.parentSpanId) span.parentSpanId = readBytes(pbf).toString('hex');
      else if (tag === SPAN.traceState) span.traceState = readText(pbf);
      else if (tag === SPAN.name) span.name = readText(pbf);
      else if (tag === SPAN.kind) span.kind = pbf.readVarint(true);
      else if (tag === SPAN.start) span.start = readFixed64(pbf);
      else if (tag === SPAN.end) span.end = readFixed64(pbf);
      else if (tag === SPAN.events) span.events.push(this.#event());
      else if (tag === SPAN.links) span.links.push(this.#link());
      else if (tag === SPAN.status) this.#status(span);
      else if (tag === SPAN.flags) span.flags = pbf.readFixed32();
      else if (tag === SPAN.droppedAttributes) span.droppedAttributes = pbf.readVarint();
      else if (tag === SPAN.droppedEvents) span.droppedEvents = pbf.readVarint();
      else if (tag === SPAN.droppedLinks) span.droppedLinks = pbf.readVarint();
    }
    return span;
  }

  #event(): SpanEvent {
    this.#pieces.take();
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const event: SpanEvent = { name: '' };
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === EVENT.time) event.time = readFixed64(pbf);
      else if (tag === EVENT.name) event.name = readText(pbf);
      else if (tag === EVENT.attributes) {
        event.attributes ??= {};
        this.#pair(event.attributes, 0);
      }
    }
    return event;
  }

  #link(): ReadLink {
    this.#pieces.take();
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const link: ReadLink = { traceId: '', spanId: '', traceState: '' };
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === LINK.traceId) link.traceId = readBytes(pbf).toString('hex');
      else if (tag === LINK.spanId) link.spanId = readBytes(pbf).toString('hex');
      else if (tag === LINK.traceState) link.traceState = readText(pbf);
      else if (tag === LINK.attributes) {
        link.attributes ??= {};
        this.#pair(link.attributes, 0);
      }
    }
    return link;
  }

  #status(span: ReadSpan): void {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === STATUS.message) span.statusMessage = readText(pbf);
      else if (tag === STATUS.code) span.statusCode = pbf.readVarint(true);
    }
  }

  /** One attribute, put among the others. */
  #pair(into: Attributes, depth: number): void {
    this.#pieces.take();
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    let key = '';
    let value: AttributeValue = null;
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === PAIR.key) key = readText(pbf);
      else if (tag === PAIR.value) value = this.#value(depth);
    }
    setAttribute(into, key, value);
  }

  /** Bytes become base64, as in OTLP's JSON. */
  #value(depth: number): AttributeValue {
    if (depth > VALUE_DEPTH_MAX) throw new Malformed(`values nested deeper than ${VALUE_DEPTH_MAX} levels`);
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    let value: AttributeValue = null;
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end)) {
      if (tag === VALUE.string) value = readText(pbf);
      else if (tag === VALUE.int) value = readInt64(pbf);
      else if (tag === VALUE.bool) value = pbf.readBoolean();
      else if (tag === VALUE.double) value = numberOrText(pbf.readDouble());
      else if (tag === VALUE.array) value = this.#array(depth);
      else if (tag === VALUE.map) value = this.#map(depth);
      else if (tag === VALUE.bytes) value = readBytes(pbf).toString('base64');
    }
    return value;
  }

  #array(depth: number): AttributeValue[] {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const values: AttributeValue[] = [];
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end))
      if (tag === LIST.values) {
        this.#pieces.take();
        values.push(this.#value(depth + 1));
      }
    return values;
  }

  #map(depth: number): Attributes {
    const pbf = this.#pbf;
    const end = endOfMessage(pbf);
    const attributes: Attributes = {};
    for (let tag = nextTag(pbf, end); tag !== 0; tag = nextTag(pbf, end))
      if (tag === LIST.values) this.#pair(attributes, depth + 1);
    return attributes;
  }
}
