/** Spans and traces. */
import * as z from 'zod';
import { IssueStatus, Level } from './issues.ts';
import { LogRecord } from './logs.ts';
import { time } from './time.ts';

export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const SPAN_STATUSES = ['unset', 'ok', 'error'] as const;

export const Span = z.object({
  projectId: z.string(),
  /** 32 hex digits. */
  traceId: z.string(),
  /** 16 hex digits. */
  spanId: z.string(),
  /** Empty: the first of the trace. It may name a span that is not stored. */
  parentSpanId: z.string(),
  /** Its start. Nanoseconds since 1970, decimal digits: more than a number can hold. */
  timestamp: z.string(),
  /** Nanoseconds; exact up to a hundred days. */
  durationNs: z.number(),
  name: z.string(),
  kind: z.enum(SPAN_KINDS),
  /** What kind of work it is: `http.server`, `db` … Empty: not known. */
  op: z.string(),
  status: z.enum(SPAN_STATUSES),
  statusMessage: z.string(),
  /** The first of its trace in one service: what Sentry calls a transaction. */
  isSegment: z.boolean(),
  /** Name of the segment it belongs to, where that is known. */
  transaction: z.string(),
  service: z.string(),
  host: z.string(),
  environment: z.string(),
  release: z.string(),
  /** Instrumentation scope. */
  scope: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  requestId: z.string(),
  traceState: z.string(),
  /** The protocol it came by. */
  source: z.string(),
  resource: z.record(z.string(), z.string()),
  attributes: z.record(z.string(), z.unknown()),
  /** What happened at one moment of it, such as an exception; in the sender's order. */
  events: z.array(
    z.object({
      name: z.string(),
      /** Nanoseconds since 1970; empty: not said. */
      timestamp: z.string(),
      attributes: z.record(z.string(), z.unknown()),
    }),
  ),
  links: z.array(
    z.object({
      traceId: z.string(),
      spanId: z.string(),
      traceState: z.string(),
      attributes: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type Span = z.infer<typeof Span>;

/** An error event of a trace. */
export const TraceError = z.object({
  eventId: z.string(),
  projectId: z.string(),
  /** Null when its issue was deleted or is being made. */
  issue: z.object({ id: z.string(), shortId: z.string(), status: IssueStatus }).nullable(),
  timestamp: time,
  title: z.string(),
  culprit: z.string(),
  level: Level,
  service: z.string(),
  host: z.string(),
  release: z.string(),
  environment: z.string(),
  /** The span it happened in; empty: not said. */
  spanId: z.string(),
  userId: z.string(),
});
export type TraceError = z.infer<typeof TraceError>;

/** GET /api/v1/traces/:traceId: all of a trace, each list in the order of time. 404 when nothing of it is stored. */
export const Trace = z.object({
  traceId: z.string(),
  /** Each span once, however often it was sent. */
  spans: z.array(Span),
  logs: z.array(LogRecord),
  errors: z.array(TraceError),
  /** The trace has more of these than one answer holds; these are the first. */
  cutShort: z.object({ spans: z.boolean(), logs: z.boolean(), errors: z.boolean() }),
});
export type Trace = z.infer<typeof Trace>;

export const TRACE_SORTS = ['newest', 'slowest'] as const;

/** A trace by the span it came in with: its first one, or the first that is stored and matches. */
export const TraceSummary = z.object({
  traceId: z.string(),
  projectId: z.string(),
  spanId: z.string(),
  /** Nothing is before it. False: it continues a trace whose beginning is not stored, or does not match. */
  isRoot: z.boolean(),
  /** Nanoseconds since 1970. */
  timestamp: z.string(),
  durationNs: z.number(),
  name: z.string(),
  op: z.string(),
  status: z.enum(SPAN_STATUSES),
  service: z.string(),
  environment: z.string(),
  /** Of the whole trace, within an hour of the period. */
  spans: z.number(),
  errorSpans: z.number(),
  /** In the order of the alphabet; the first ten. */
  services: z.array(z.string()),
});
export type TraceSummary = z.infer<typeof TraceSummary>;

/** GET /api/v1/traces: each trace of a period once. There may be more; one narrows down and does not page. */
export const TraceList = z.object({ items: z.array(TraceSummary), isCut: z.boolean() });
export type TraceList = z.infer<typeof TraceList>;
