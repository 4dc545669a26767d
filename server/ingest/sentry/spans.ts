/**
 * Span items: since version 11 of the JavaScript SDK a container of many (`{version:2,items:[…]}`), before that a span
 * alone, as browsers send for web vitals. A span that cannot be used is counted as rejected and harms no other.
 * Source: https://develop.sentry.dev/sdk/telemetry/spans/span-protocol/.
 */
import { Rejection } from '#server/platform/rejection.ts';
import type { Attributes } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import { readSpanId, type Span } from '#server/record/span.ts';
import type { Contents } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { isObject, type JsonObject, readExactJsonObject, textOf } from './json.ts';
import { SPANS_PER_ITEM_MAX } from './limits.ts';
import { readAttributes } from './log-values.ts';
import { kindOf, readFrame, readLinks, readStatus, rejectedSpans, spansRecord } from './span-values.ts';

export function decodeSpans({ payload }: Item): Contents {
  const { value } = readExactJsonObject(payload);
  if (!('items' in value)) return contentsOf([readSpan(value)], 1);
  if (!Array.isArray(value.items)) throw reject('span_invalid', 'items must be a list');
  const sent = value.items as unknown[];
  return contentsOf(readSpans(sent.slice(0, SPANS_PER_ITEM_MAX), readSpanOfContainer), sent.length);
}

/** Those of the list that can be used. */
export function readSpans(sent: readonly unknown[], read: (span: JsonObject) => Span): Span[] {
  return sent.flatMap((span) => {
    try {
      return isObject(span) ? [read(span)] : [];
    } catch (error) {
      if (error instanceof Rejection) return [];
      throw error;
    }
  });
}

function contentsOf(spans: Span[], sent: number): Contents {
  const beyond = Math.max(0, sent - SPANS_PER_ITEM_MAX);
  return {
    records: spans.length === 0 ? [] : [spansRecord([{ spans }], 'span', spans.length)],
    counts: [
      ...rejectedSpans('span_invalid', sent - beyond - spans.length),
      ...rejectedSpans('too_many_records', beyond),
    ],
  };
}

function readSpanOfContainer(sent: JsonObject): Span {
  const attributes = readAttributes(sent.attributes);
  const parentSpanId = readSpanId(sent.parent_span_id);
  const op = wordOf(attributes['sentry.op']);
  const links = readLinks(sent.links);
  const transaction = textOf(attributes['sentry.segment.name']);
  const message = textOf(attributes['sentry.status.message']);
  return {
    ...readFrame(sent.trace_id, sent.span_id, sent.start_timestamp, sent.end_timestamp),
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: textOf(sent.name) ?? op,
    kind: kindOf(attributes, op),
    ...(op !== '' && { op }),
    ...readStatus(sent.status),
    ...(message !== undefined && { statusMessage: message }),
    isSegment: sent.is_segment === true || parentSpanId === undefined,
    ...(transaction !== undefined && { transaction }),
    attributes,
    ...(links.length > 0 && { links }),
  };
}

/** A span alone, or one of a transaction. */
export function readSpan(sent: JsonObject): Span {
  const attributes: Attributes = {
    ...readAttributes(sent.tags),
    ...readAttributes(sent.data),
    ...readMeasurements(sent.measurements),
    ...(textOf(sent.origin) !== undefined && { 'sentry.origin': sent.origin as string }),
  };
  const parentSpanId = readSpanId(sent.parent_span_id);
  const op = textOf(sent.op) ?? wordOf(attributes['sentry.op']);
  const links = readLinks(sent.links);
  const transaction = textOf(attributes['sentry.segment.name']) ?? textOf(attributes.transaction);
  return {
    ...readFrame(sent.trace_id, sent.span_id, sent.start_timestamp, sent.timestamp ?? sent.end_timestamp),
    ...(parentSpanId !== undefined && { parentSpanId }),
    name: textOf(sent.description) ?? textOf(sent.name) ?? op,
    kind: kindOf(attributes, op),
    ...(op !== '' && { op }),
    ...readStatus(sent.status),
    isSegment: sent.is_segment === true || parentSpanId === undefined,
    ...(transaction !== undefined && { transaction }),
    attributes,
    ...(links.length > 0 && { links }),
  };
}

/** `{"lcp":{"value":2500,"unit":"millisecond"}}`. */
export function readMeasurements(sent: unknown): Record<string, number> {
  if (!isObject(sent)) return {};
  return Object.fromEntries(
    Object.entries(sent).flatMap(([name, measurement]) => {
      const value = isObject(measurement) ? measurement.value : measurement;
      return typeof value === 'number' ? [[`measurements.${name}`, value]] : [];
    }),
  );
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : '');
