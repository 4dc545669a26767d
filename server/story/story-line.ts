/**
 * A line of a story on its way to the answer: what people see of it, and besides that what decides its place, its reason
 * and whether it may be the cause. Texts and attributes are cut here: a story has a thousand of them.
 */
import type { LogLevel } from '#contract/logs.ts';
import type { StoryItem, StoryReason } from '#contract/story.ts';
import type { Span } from '#contract/traces.ts';
import { recordId, toLogRecord } from '#server/logs/logs.ts';
import type { WholeRow } from '#server/query/plan/run-plan.ts';
import type { Breadcrumb } from '#server/record/event.ts';

const BODY_CHARS_MAX = 4_000;
const ATTRIBUTES_MAX = 50;
const VALUE_CHARS_MAX = 1_000;

export interface StoryLine extends Omit<StoryItem, 'suspect' | 'why' | 'because' | 'offsetNs'> {
  /** Its moment; of a span when it began. */
  at: bigint;
  /** When what it tells was known: of a span its end. */
  known: bigint;
  /** Of log records. */
  pattern: string;
  /** Of spans. */
  parentSpanId: string;
  spanKind: Span['kind'];
  /** A span by which a request came into its service. */
  isSegment: boolean;
  why: StoryReason;
  /** The id or name that ties it, and when it is not tied directly, by which of the user's or session's own. */
  tie: string;
  via: string;
  /** What it is followed by from the lines that the error's own ids bring, where a count can follow it too. */
  over: '' | 'trace' | 'request';
  /** Of errors: their grouping hash. */
  hash: string;
  /** The service that people are told: its own, or the one that others know it by. */
  knownService: string;
}

const PLAIN = {
  host: '',
  service: '',
  traceId: '',
  spanId: '',
  requestId: '',
  sessionId: '',
  userId: '',
  pattern: '',
  parentSpanId: '',
  spanKind: 'unspecified',
  isSegment: false,
  tie: '',
  via: '',
  over: '',
  hash: '',
  why: 'event',
} as const;

export function lineOfLog(row: WholeRow): StoryLine {
  const record = toLogRecord(row);
  const at = BigInt(row.time);
  return {
    ...PLAIN,
    id: `log-${recordId(row)}`,
    kind: 'log',
    timestamp: row.time,
    at,
    known: at,
    projectId: record.projectId,
    service: record.service,
    knownService: record.service,
    host: record.host,
    severity: record.level,
    body: record.body.slice(0, BODY_CHARS_MAX).toWellFormed(),
    ...(record.message !== undefined && { message: record.message.slice(0, BODY_CHARS_MAX).toWellFormed() }),
    attributes: short(record.attributes),
    ref: { logId: record.id, ...(record.traceId && { traceId: record.traceId }) },
    traceId: record.traceId,
    spanId: record.spanId,
    requestId: record.requestId,
    sessionId: record.sessionId,
    userId: record.userId,
    pattern: record.patternId,
  };
}

export function lineOfSpan(span: Span): StoryLine {
  const at = BigInt(span.timestamp);
  return {
    ...PLAIN,
    id: `span-${span.projectId}-${span.spanId}`,
    kind: 'span',
    timestamp: span.timestamp,
    durationNs: span.durationNs,
    at,
    known: at + BigInt(Math.round(span.durationNs)),
    projectId: span.projectId,
    service: span.service,
    knownService: span.service,
    host: span.host,
    severity: span.status === 'error' ? 'error' : 'info',
    body: [span.name, span.statusMessage].filter(Boolean).join(': ').slice(0, BODY_CHARS_MAX),
    attributes: short(span.attributes),
    ref: { traceId: span.traceId, spanId: span.spanId },
    traceId: span.traceId,
    spanId: span.spanId,
    requestId: span.requestId,
    sessionId: span.sessionId,
    userId: span.userId,
    parentSpanId: span.parentSpanId,
    spanKind: span.kind,
    isSegment: span.isSegment,
    pattern: span.name,
  };
}

export interface ErrorRow {
  project_id: number;
  event_id: string;
  grouping_hash: string;
  at: number;
  title: string;
  culprit: string;
  level: string;
  service: string;
  host: string;
  trace_id: string;
  span_id: string;
  request_id: string;
  session_id: string;
  user_id: string;
  user_key: string;
}

export function lineOfError(row: ErrorRow, issue: { id: string; shortId: string } | null): StoryLine {
  const timestamp = `${row.at}000000`;
  return {
    ...PLAIN,
    id: `error-${row.project_id}-${row.event_id}`,
    kind: 'error',
    timestamp,
    at: BigInt(timestamp),
    known: BigInt(timestamp),
    projectId: String(row.project_id),
    service: row.service,
    knownService: row.service,
    host: row.host,
    severity: levelOfEvent(row.level),
    body: row.title.slice(0, BODY_CHARS_MAX),
    attributes: { culprit: row.culprit },
    ref: {
      eventId: row.event_id,
      ...(issue && { issueId: issue.id, shortId: issue.shortId }),
    },
    traceId: row.trace_id,
    spanId: row.span_id,
    requestId: row.request_id,
    sessionId: row.session_id,
    userId: row.user_id,
    hash: row.grouping_hash,
  };
}

/** Null when it names no time: it has no place in an order of time. */
export function lineOfBreadcrumb(crumb: Breadcrumb, index: number, error: StoryLine): StoryLine | null {
  if (crumb.timestamp === undefined || !Number.isFinite(crumb.timestamp)) return null;
  const at = BigInt(Math.round(crumb.timestamp * 1e6)) * 1_000n;
  return {
    ...PLAIN,
    id: `breadcrumb-${index}`,
    kind: 'breadcrumb',
    timestamp: String(at),
    at,
    known: at,
    projectId: error.projectId,
    service: error.service,
    knownService: error.service,
    host: error.host,
    severity: levelOfEvent(crumb.level ?? 'info'),
    body: breadcrumbText(crumb).slice(0, BODY_CHARS_MAX),
    attributes: {
      ...(crumb.category !== undefined && { category: crumb.category }),
      ...short(crumb.data ?? {}),
    },
    ref: { ...error.ref },
    traceId: error.traceId,
    requestId: error.requestId,
    sessionId: error.sessionId,
    userId: error.userId,
  };
}

/** As SDKs spell what a call was: JavaScript's and mobile ones, OpenTelemetry's older and newer names. */
const METHOD_NAMES = ['method', 'http.request.method', 'http.method'];
const STATUS_NAMES = ['status_code', 'http.response.status_code', 'http.status_code'];

function breadcrumbText({ message, category, type, data = {} }: Breadcrumb): string {
  const { url, from, to } = data;
  const one = (names: readonly string[]) =>
    names.map((name) => data[name]).find((value) => value !== undefined);
  const said = [one(METHOD_NAMES), url, one(STATUS_NAMES)]
    .filter((part) => part !== undefined && part !== '')
    .map(String);
  if (said.length > 0) return [message, said.join(' ')].filter(Boolean).join(' ');
  if (from !== undefined && to !== undefined) return `${from} → ${to}`;
  return message || category || type || 'breadcrumb';
}

/** Events say warning where log records say warn. */
function levelOfEvent(level: string): LogLevel {
  if (level === 'warning') return 'warn';
  return level === 'fatal' || level === 'error' || level === 'info' || level === 'debug' ? level : 'unknown';
}

function short(attributes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes)
      .slice(0, ATTRIBUTES_MAX)
      .map(([name, value]) => [name.slice(0, VALUE_CHARS_MAX), shortValue(value)]),
  );
}

function shortValue(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, VALUE_CHARS_MAX).toWellFormed();
  if (value === null || typeof value !== 'object') return value;
  const text = JSON.stringify(value);
  return text.length <= VALUE_CHARS_MAX ? value : text.slice(0, VALUE_CHARS_MAX).toWellFormed();
}
