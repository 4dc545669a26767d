/**
 * A transaction: an event that is a span itself, the segment, and carries the spans below it. For the ledger it is
 * one transaction, as for the SDK. Source: https://develop.sentry.dev/sdk/data-model/event-payloads/transaction/.
 */
import type { Attributes, AttributeValue } from '#server/record/log.ts';
import { readSpanId, type Span } from '#server/record/span.ts';
import type { Contents } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { readEventId } from './event-id.ts';
import { isObject, type JsonObject, readExactJsonObject, textOf } from './json.ts';
import { SPANS_PER_ITEM_MAX } from './limits.ts';
import { readAttributes } from './log-values.ts';
import { kindOf, readFrame, readLinks, readStatus, rejectedSpans, spansRecord } from './span-values.ts';
import { readMeasurements, readSpan, readSpans } from './spans.ts';

/** Throws json_invalid, json_too_deep, event_invalid, event_id_invalid or span_invalid. */
export function decodeTransaction({ payload }: Pick<Item, 'payload'>): Contents {
  const { value } = readExactJsonObject(payload);
  const eventId = readEventId(value.event_id);
  const segment = readSegment(value);
  const sent = Array.isArray(value.spans) ? (value.spans as unknown[]) : [];
  const spans = readSpans(sent.slice(0, SPANS_PER_ITEM_MAX), (span) => spanBelow(segment, span));
  const beyond = Math.max(0, sent.length - SPANS_PER_ITEM_MAX);
  return {
    records: [spansRecord([{ resource: resourceOf(value), spans: [segment, ...spans] }], 'transaction', 1)],
    counts: [
      ...rejectedSpans('span_invalid', sent.length - beyond - spans.length),
      ...rejectedSpans('too_many_records', beyond),
    ],
    ...(eventId !== undefined && { eventId }),
  };
}

function readSegment(event: JsonObject): Span {
  const contexts = isObject(event.contexts) ? event.contexts : {};
  const trace = isObject(contexts.trace) ? contexts.trace : {};
  const attributes: Attributes = {
    ...readContexts(contexts),
    ...prefixed('extra.', event.extra),
    ...readTags(event.tags),
    ...readUser(event.user),
    ...readRequest(event.request),
    ...readMeasurements(event.measurements),
    ...readAttributes(trace.data),
    ...(textOf(event.event_id) !== undefined && { 'sentry.event_id': event.event_id as string }),
    ...(textOf(trace.origin) !== undefined && { 'sentry.origin': trace.origin as string }),
  };
  const op = textOf(trace.op) ?? '';
  const name = textOf(event.transaction) ?? textOf(trace.description) ?? op;
  const parentSpanId = readSpanId(trace.parent_span_id);
  const links = readLinks(trace.links);
  return {
    ...readFrame(trace.trace_id, trace.span_id, event.start_timestamp, event.timestamp),
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: kindOf(attributes, op),
    ...(op !== '' && { op }),
    ...readStatus(trace.status),
    isSegment: true,
    transaction: name,
    attributes,
    ...(links.length > 0 && { links }),
  };
}

/** It has the trace, the segment and the user of its transaction where it does not say them. */
function spanBelow(segment: Span, sent: JsonObject): Span {
  const span = readSpan({
    parent_span_id: segment.spanId,
    ...sent,
    trace_id: sent.trace_id ?? segment.traceId,
  });
  const user = segment.attributes?.['user.id'];
  return {
    ...span,
    isSegment: false,
    transaction: segment.name,
    ...(user !== undefined && { attributes: { 'user.id': user, ...span.attributes } }),
  };
}

/** What made the spans, under OpenTelemetry's names. */
function resourceOf(event: JsonObject): Attributes {
  const tags = readTags(event.tags);
  const sdk = isObject(event.sdk) ? event.sdk : {};
  return withTexts({
    'service.name': tags['service.name'] ?? tags.service,
    'service.version': event.release,
    'deployment.environment.name': event.environment,
    'host.name': event.server_name,
    'telemetry.sdk.name': sdk.name,
    'telemetry.sdk.version': sdk.version,
  });
}

function readUser(user: unknown): Attributes {
  if (!isObject(user)) return {};
  return withTexts({
    'user.id': typeof user.id === 'number' ? String(user.id) : user.id,
    'user.email': user.email,
    'user.name': user.username,
    'client.address': user.ip_address,
  });
}

function readRequest(request: unknown): Attributes {
  if (!isObject(request)) return {};
  return withTexts({ 'url.full': request.url, 'http.request.method': request.method });
}

/** `{key: value}`, or a list of pairs. */
function readTags(tags: unknown): Attributes {
  const pairs = Array.isArray(tags) ? tags.filter(Array.isArray) : isObject(tags) ? Object.entries(tags) : [];
  return Object.fromEntries(
    pairs.flatMap(([key, value]) =>
      typeof key === 'string' && value !== null && typeof value !== 'object'
        ? [[key, value as AttributeValue]]
        : [],
    ),
  );
}

/** `{"os":{"name":"Linux"}}` is `os.name`. The trace is the span itself. */
function readContexts(contexts: JsonObject): Attributes {
  return Object.assign(
    {},
    ...Object.entries(contexts).map(([name, context]) =>
      name === 'trace' ? {} : prefixed(`${name}.`, context),
    ),
  );
}

function prefixed(prefix: string, fields: unknown): Attributes {
  if (!isObject(fields)) return {};
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [prefix + name, value as AttributeValue]),
  );
}

/** Those that are texts, and not empty. */
function withTexts(fields: Record<string, unknown>): Attributes {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const text = textOf(value);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
