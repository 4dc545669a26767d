/** A span as either form of OTLP reads it, and in the terms of a batch. */
import type { Attributes } from '#server/record/log.ts';
import {
  readSpanId,
  readTraceId,
  SPAN_KINDS,
  SPAN_STATUSES,
  type Span,
  type SpanEvent,
  type SpanGroup,
  type SpanLink,
} from '#server/record/span.ts';
import { resourceWithScope, type Scope, withDropped } from './attributes.ts';
import { InvalidRecord } from './pieces.ts';

export interface ReadLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes?: Attributes;
}

export interface ReadSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  name: string;
  kind: number;
  start?: string;
  end?: string;
  statusCode: number;
  statusMessage: string;
  flags: number;
  attributes?: Attributes;
  events: SpanEvent[];
  links: ReadLink[];
  droppedAttributes: number;
  droppedEvents: number;
  droppedLinks: number;
}

export const newSpan = (): ReadSpan => ({
  traceId: '',
  spanId: '',
  parentSpanId: '',
  traceState: '',
  name: '',
  kind: 0,
  statusCode: 0,
  statusMessage: '',
  flags: 0,
  events: [],
  links: [],
  droppedAttributes: 0,
  droppedEvents: 0,
  droppedLinks: 0,
});

/** Throws InvalidRecord: the specification calls a span without its ids invalid. */
export function spanOf(read: ReadSpan): Span {
  const traceId = readTraceId(read.traceId);
  const spanId = readSpanId(read.spanId);
  const name = JSON.stringify(read.name.slice(0, 100));
  if (traceId === undefined) throw new InvalidRecord(`The span ${name} has no trace id of 16 bytes.`);
  if (spanId === undefined) throw new InvalidRecord(`The span ${name} has no span id of 8 bytes.`);
  if (read.start === undefined) throw new InvalidRecord(`The span ${name} has no start time.`);
  const span: Span = {
    traceId,
    spanId,
    name: read.name,
    start: read.start,
    end: read.end ?? read.start,
    isSegment: isSegment(read),
  };
  const parentSpanId = readSpanId(read.parentSpanId);
  const kind = SPAN_KINDS[read.kind] ?? 'unspecified';
  const status = SPAN_STATUSES[read.statusCode] ?? 'unset';
  const attributes = withDropped(read.attributes, {
    attributes: read.droppedAttributes,
    events: read.droppedEvents,
    links: read.droppedLinks,
  });
  if (parentSpanId !== undefined) span.parentSpanId = parentSpanId;
  if (kind !== 'unspecified') span.kind = kind;
  if (status !== 'unset') span.status = status;
  if (read.statusMessage !== '') span.statusMessage = read.statusMessage;
  if (read.traceState !== '') span.traceState = read.traceState;
  if (attributes !== undefined) span.attributes = attributes;
  if (read.events.length > 0) span.events = read.events;
  if (read.links.length > 0) span.links = read.links.flatMap(linkOf);
  return span;
}

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Flags say whether the parent is in another process; older SDKs do not, and then the kind is what there is. */
function isSegment({ parentSpanId, flags, kind }: ReadSpan): boolean {
  if (parentSpanId === '') return true;
  if (flags & HAS_IS_REMOTE) return (flags & IS_REMOTE) !== 0;
  return SPAN_KINDS[kind] === 'server' || SPAN_KINDS[kind] === 'consumer';
}

/** A link to nowhere says nothing. */
function linkOf({ traceId, spanId, traceState, attributes }: ReadLink): SpanLink[] {
  const [trace, span] = [readTraceId(traceId), readSpanId(spanId)];
  if (trace === undefined || span === undefined) return [];
  return [
    { traceId: trace, spanId: span, ...(traceState && { traceState }), ...(attributes && { attributes }) },
  ];
}

export function spanGroupOf(
  resource: Attributes | undefined,
  scope: Scope | undefined,
  spans: Span[],
): SpanGroup {
  const made = resourceWithScope(resource, scope);
  return { ...(made && { resource: made }), ...(scope?.name && { scope: scope.name }), spans };
}
