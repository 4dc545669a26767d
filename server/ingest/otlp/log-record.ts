/** A log record as either form of OTLP reads it, and in the terms of a batch. */
import type { Attributes, AttributeValue, LogGroup, LogRecord } from '#server/record/log.ts';
import { readSpanId, readTraceId } from '#server/record/span.ts';
import { resourceWithScope, type Scope, withDropped } from './attributes.ts';

export interface ReadLog {
  /** Nanoseconds since 1970, decimal digits. */
  time?: string;
  /** When the collector saw it; counts when the time of the event is not known. */
  observed?: string;
  severityNumber: number;
  severityText: string;
  body: AttributeValue;
  attributes?: Attributes;
  droppedAttributes: number;
  traceId: string;
  spanId: string;
  eventName: string;
}

export const newLog = (): ReadLog => ({
  severityNumber: 0,
  severityText: '',
  body: null,
  droppedAttributes: 0,
  traceId: '',
  spanId: '',
  eventName: '',
});

/** An id of another length or of zeros is none, as the specification asks. */
export function logRecordOf(log: ReadLog): LogRecord {
  const record: LogRecord = { body: textOf(log.body) };
  const time = log.time ?? log.observed;
  const attributes = withDropped(log.attributes, { attributes: log.droppedAttributes, events: 0, links: 0 });
  const traceId = readTraceId(log.traceId);
  const spanId = readSpanId(log.spanId);
  if (time !== undefined) record.time = time;
  if (log.severityNumber > 0) record.severityNumber = log.severityNumber;
  if (log.severityText !== '') record.severityText = log.severityText;
  if (attributes !== undefined) record.attributes = attributes;
  if (traceId !== undefined) record.traceId = traceId;
  if (spanId !== undefined) record.spanId = spanId;
  if (log.eventName !== '') record.eventName = log.eventName;
  return record;
}

/** Lists and maps as JSON: fields in it are found as in a line of JSON. */
function textOf(body: AttributeValue): string {
  if (typeof body === 'string') return body;
  return body === null ? '' : JSON.stringify(body);
}

export function logGroupOf(
  resource: Attributes | undefined,
  scope: Scope | undefined,
  records: LogRecord[],
): LogGroup {
  const made = resourceWithScope(resource, scope);
  return { ...(made && { resource: made }), ...(scope?.name && { scope: scope.name }), records };
}
