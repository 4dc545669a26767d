/**
 * Spans in OpenTelemetry's terms on their way from a protocol's decoder to `process`: what every protocol makes of
 * what it reads. One batch is the payload of one accepted record, as JSON; it says as much as the sender said. What
 * is derived (correlation, an operation that was not said) is the business of `process`.
 */
import type { Attributes } from './log.ts';

/** The numbers of OpenTelemetry's SpanKind are places in this list. `unspecified`: not said. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** The numbers of OpenTelemetry's StatusCode are places in this list. */
export const SPAN_STATUSES = ['unset', 'ok', 'error'] as const;
export type SpanStatus = (typeof SPAN_STATUSES)[number];

/** Something that happened at one moment of a span, such as an exception. */
export interface SpanEvent {
  name: string;
  /** Nanoseconds since 1970, decimal digits. */
  time?: string;
  attributes?: Attributes;
}

/** A span elsewhere that this one has to do with. */
export interface SpanLink {
  /** Lower-case hex. */
  traceId: string;
  spanId: string;
  traceState?: string;
  attributes?: Attributes;
}

export interface Span {
  /** Lower-case hex: 32 digits and 16. */
  traceId: string;
  spanId: string;
  /** Absent: the first of its trace. */
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind?: SpanKind;
  /** Nanoseconds since 1970, decimal digits. */
  start: string;
  end: string;
  status?: SpanStatus;
  statusMessage?: string;
  /** Sentry's word for what kind of work it is: `http.server`, `db` … */
  op?: string;
  /** The first span of its trace in one service: what Sentry calls a transaction. */
  isSegment?: boolean;
  /** Name of the segment it belongs to, where the sender says it. */
  transaction?: string;
  attributes?: Attributes;
  events?: SpanEvent[];
  links?: SpanLink[];
}

/** Spans and what they have in common. */
export interface SpanGroup {
  /** What made them: `service.name`, `host.name` … */
  resource?: Attributes;
  /** Name of the instrumentation scope. */
  scope?: string;
  spans: Span[];
}

export interface SpanBatch {
  groups: SpanGroup[];
}

export function encodeSpanBatch(batch: SpanBatch): Uint8Array {
  return Buffer.from(JSON.stringify(batch));
}

/** Throws SyntaxError for what `encodeSpanBatch` did not write. */
export function decodeSpanBatch(payload: Uint8Array): SpanBatch {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
}

export function countSpans(batch: SpanBatch): number {
  return batch.groups.reduce((sum, group) => sum + group.spans.length, 0);
}

/** 32 hex digits that are not all zero, in any case; else nothing. */
export function readTraceId(id: unknown): string | undefined {
  return readHexId(id, 32);
}

/** 16 hex digits that are not all zero, in any case; else nothing. */
export function readSpanId(id: unknown): string | undefined {
  return readHexId(id, 16);
}

function readHexId(id: unknown, digits: number): string | undefined {
  if (typeof id !== 'string' || id.length !== digits || !/^[0-9a-f]+$/i.test(id) || /^0+$/.test(id))
    return undefined;
  return id.toLowerCase();
}
