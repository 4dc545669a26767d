/** A row of the table `spans` as people see it. */
import type { Span } from '#contract/traces.ts';
import { asSent } from '#server/logs/logs.ts';
import type { SpanRow } from '#server/store/telemetry/rows.ts';

/** The columns of a span as the engine gives them. */
export const SPAN_COLUMNS = `project_id, trace_id, span_id, parent_span_id, toString(toUnixTimestamp64Nano(timestamp)) AS at,
  toFloat64(duration_ns) AS duration, source, name, kind, op, status, status_message, is_segment, transaction, service, host,
  environment, release, scope, user_id, session_id, request_id, trace_state, resource, attributes, attribute_types,
  events, links`;

export type StoredSpan = Omit<SpanRow, 'timestamp' | 'duration_ns' | 'received_at' | 'kind' | 'status'> &
  Pick<Span, 'kind' | 'status'> & { at: string; duration: number };

interface Typed {
  attributes: Record<string, string>;
  types: Record<string, string>;
}

export function toSpan(row: StoredSpan): Span {
  const events: (Typed & { name: string; time?: string })[] = JSON.parse(row.events);
  const links: (Typed & { traceId: string; spanId: string; traceState: string })[] = JSON.parse(row.links);
  return {
    projectId: String(row.project_id),
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    timestamp: row.at,
    durationNs: row.duration,
    name: row.name,
    kind: row.kind,
    op: row.op,
    status: row.status,
    statusMessage: row.status_message,
    isSegment: row.is_segment === 1,
    transaction: row.transaction,
    service: row.service,
    host: row.host,
    environment: row.environment,
    release: row.release,
    scope: row.scope,
    userId: row.user_id,
    sessionId: row.session_id,
    requestId: row.request_id,
    traceState: row.trace_state,
    source: row.source,
    resource: row.resource,
    attributes: asSent(row.attributes, row.attribute_types),
    events: events.map(({ name, time = '', attributes, types }) => ({
      name,
      timestamp: time,
      attributes: asSent(attributes, types),
    })),
    links: links.map(({ traceId, spanId, traceState, attributes, types }) => ({
      traceId,
      spanId,
      traceState,
      attributes: asSent(attributes, types),
    })),
  };
}
