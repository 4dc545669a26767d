/** What Sentry's two forms of spans have in common, in OpenTelemetry's terms. */
import type { AcceptedRecord } from '#server/record/accepted.ts';
import type { Attributes } from '#server/record/log.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import { reject } from '#server/record/rejections.ts';
import {
  encodeSpanBatch,
  readSpanId,
  readTraceId,
  SPAN_KINDS,
  type Span,
  type SpanGroup,
  type SpanKind,
  type SpanLink,
  type SpanStatus,
} from '#server/record/span.ts';
import type { Count } from './contents.ts';
import { isObject, type JsonObject, textOf } from './json.ts';
import { nanosecondsOfSeconds, readAttributes } from './log-values.ts';

/** What every span must have. Throws span_invalid. */
export function readFrame(
  traceId: unknown,
  spanId: unknown,
  start: unknown,
  end: unknown,
): Pick<Span, 'traceId' | 'spanId' | 'start' | 'end'> {
  const frame = {
    traceId: readTraceId(withoutDashes(traceId)),
    spanId: readSpanId(spanId),
    start: spanTime(start),
    end: spanTime(end),
  };
  for (const [name, value] of Object.entries(frame))
    if (value === undefined) throw reject('span_invalid', `without a valid ${name}`);
  return frame as { [Name in keyof typeof frame]: string };
}

const withoutDashes = (id: unknown) => (typeof id === 'string' ? id.replaceAll('-', '') : id);

/** Python's isoformat leaves out the zone, which means UTC. */
const ISO_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,20}))? ?(Z|[+-]\d\d:?\d\d)?$/i;

/** Seconds or RFC 3339 as nanoseconds, with all digits: many a span takes some microseconds. */
function spanTime(sent: unknown): string | undefined {
  if (typeof sent !== 'string') return nanosecondsOfSeconds(sent);
  const [, day, clock, fraction = '', zone = 'Z'] = ISO_TIME.exec(sent) ?? [];
  if (day === undefined) return nanosecondsOfSeconds(sent);
  const seconds = Date.parse(`${day}T${clock}${zone}`) / 1000;
  return seconds > 0 ? `${seconds}${fraction.slice(0, 9).padEnd(9, '0')}` : undefined;
}

/** `ok`, or a word for what went wrong: `not_found`, `internal_error` … */
export function readStatus(sent: unknown): { status?: SpanStatus; statusMessage?: string } {
  const word = textOf(sent);
  if (word === undefined || word === 'unset' || word === 'unknown') return {};
  if (word === 'ok') return { status: 'ok' };
  return { status: 'error', ...(word !== 'error' && { statusMessage: word }) };
}

/** What SDKs that are made of OpenTelemetry say; else what the operation implies. */
export function kindOf(attributes: Attributes, op: string): SpanKind {
  const said = attributes['sentry.kind'] ?? attributes['otel.kind'];
  const kind = SPAN_KINDS.find((each) => each === String(said).toLowerCase());
  if (kind !== undefined) return kind;
  if (/^(http|grpc|rpc|websocket)\.server\b/.test(op) || /^function\b/.test(op)) return 'server';
  if (/^(http|grpc|rpc)\.client\b/.test(op) || /^(db|cache)\b/.test(op)) return 'client';
  if (/^queue\.(publish|submit|create)\b/.test(op)) return 'producer';
  return /^queue\.(process|task|receive)\b/.test(op) ? 'consumer' : 'internal';
}

/** Links to nowhere say nothing. */
export function readLinks(sent: unknown): SpanLink[] {
  if (!Array.isArray(sent)) return [];
  return sent.flatMap((link) => {
    const traceId = isObject(link) ? readTraceId(link.trace_id) : undefined;
    const spanId = isObject(link) ? readSpanId(link.span_id) : undefined;
    if (traceId === undefined || spanId === undefined) return [];
    return [{ traceId, spanId, attributes: readAttributes((link as JsonObject).attributes) }];
  });
}

/** `quantity`: what the ledger calls it, as the SDK would: spans, or one transaction. */
export function spansRecord(
  groups: SpanGroup[],
  kind: Extract<RecordKind, 'span' | 'transaction'>,
  quantity: number,
): AcceptedRecord {
  return {
    type: 'spans',
    kind,
    meta: { quantity, source: 'sentry' },
    payload: encodeSpanBatch({ groups }),
  };
}

export function rejectedSpans(code: 'span_invalid' | 'too_many_records', quantity: number): Count[] {
  return quantity === 0 ? [] : [{ kind: 'span', outcome: 'rejected', reason: code, quantity, bytes: 0 }];
}
