/** Spans, log records and errors for tests, with what a test says about them. Times are milliseconds. */
import type { LogRecord } from '#contract/logs.ts';
import type { Span, Trace, TraceError } from '#contract/traces.ts';

export const START_MS = 1_795_000_000_000;
const ns = (ms: number) => String(BigInt(START_MS) * 1_000_000n + BigInt(Math.round(ms * 1_000_000)));

export const span = (spanId: string, from: number, to: number, more: Partial<Span> = {}): Span => ({
  projectId: '1',
  traceId: 'a'.repeat(32),
  spanId,
  parentSpanId: '',
  timestamp: ns(from),
  durationNs: Math.round((to - from) * 1_000_000),
  name: spanId,
  kind: 'internal',
  op: '',
  status: 'unset',
  statusMessage: '',
  isSegment: false,
  transaction: '',
  service: 'web',
  host: '',
  environment: '',
  release: '',
  scope: '',
  userId: '',
  sessionId: '',
  requestId: '',
  traceState: '',
  source: 'otlp',
  resource: {},
  attributes: {},
  events: [],
  links: [],
  ...more,
});

export const log = (body: string, at: number, more: Partial<LogRecord> = {}): LogRecord => ({
  id: body,
  projectId: '1',
  timestamp: ns(at),
  level: 'info',
  severityNumber: 9,
  severityText: '',
  service: 'web',
  host: '',
  environment: '',
  release: '',
  scope: '',
  eventName: '',
  body,
  patternId: '1',
  traceId: 'a'.repeat(32),
  spanId: '',
  userId: '',
  sessionId: '',
  requestId: '',
  source: '',
  labels: {},
  resource: {},
  attributes: {},
  ...more,
});

export const error = (title: string, at: number, more: Partial<TraceError> = {}): TraceError => ({
  eventId: title,
  projectId: '1',
  issue: { id: '7', shortId: 'WEB-7', status: 'unresolved' },
  timestamp: new Date(START_MS + at).toISOString(),
  title,
  culprit: '',
  level: 'error',
  service: 'web',
  host: '',
  release: '',
  environment: '',
  spanId: '',
  userId: '',
  ...more,
});

export const trace = (more: Partial<Trace>): Trace => ({
  traceId: 'a'.repeat(32),
  spans: [],
  logs: [],
  errors: [],
  cutShort: { spans: false, logs: false, errors: false },
  ...more,
});
