/** The rows of each telemetry table as JSON lines carry them. `tables.ts` has the DDL; a test keeps them equal. */

export interface EventRow {
  project_id: number;
  /** The deciding hash of grouping; an issue owns one or more of them (metadata: issue_hashes). */
  grouping_hash: string;
  /** All hashes of grouping, the deciding one first. */
  grouping_hashes: string[];
  /** 32 lower-case hex. */
  event_id: string;
  /** Milliseconds since 1970 (DateTime64(3)). */
  timestamp: number;
  received_at: number;
  type: string;
  level: string;
  platform: string;
  title: string;
  culprit: string;
  message: string;
  exception_type: string;
  exception_value: string;
  transaction: string;
  release: string;
  dist: string;
  environment: string;
  service: string;
  host: string;
  logger: string;
  sdk_name: string;
  sdk_version: string;
  /** What a distinct user is counted by: id, else username, email, ip; prefixed `id:` `email:` ... Empty: unknown. */
  user_key: string;
  user_id: string;
  user_email: string;
  user_username: string;
  user_ip: string;
  trace_id: string;
  span_id: string;
  session_id: string;
  request_id: string;
  url: string;
  /** 1 handled, 0 unhandled, null not said. */
  handled: number | null;
  tags: Record<string, string>;
  /** EventPayload as JSON. */
  payload: string;
}

/** An event that is counted and whose row is not kept: what the roll-ups need to know of it. */
export interface SampledEventRow
  extends Pick<
    EventRow,
    | 'project_id'
    | 'event_id'
    | 'grouping_hash'
    | 'timestamp'
    | 'received_at'
    | 'environment'
    | 'release'
    | 'user_key'
  > {}

export interface SessionRow {
  project_id: number;
  received_at: number;
  started: number;
  /** Empty for pre-aggregated rows. */
  session_id: string;
  user_key: string;
  sequence: number;
  status: string;
  errors: number;
  duration_ms: number | null;
  release: string;
  environment: string;
  init: number;
  /** 1 for a single session's update; for aggregates how many sessions the row stands for. */
  quantity: number;
}

export interface OutcomeRow {
  /** Start of the hour, ms. */
  hour: number;
  project_id: number;
  key_id: number;
  kind: string;
  outcome: string;
  reason: string;
  quantity: number;
  bytes: number;
}

export interface LogRow {
  project_id: number;
  /** Seconds since 1970 with nine decimals, as text: nanoseconds are more than a number can hold. */
  timestamp: string;
  received_at: number;
  /** Place in the request it came with: loggers write many lines in one millisecond, and their order matters. */
  sequence: number;
  /** The protocol it came by: `loki`, `otlp` … */
  source: string;
  /** 1-24 as in OpenTelemetry, 0: not known. */
  severity_number: number;
  /** As the sender spelled it. */
  severity_text: string;
  service: string;
  host: string;
  environment: string;
  release: string;
  /** Instrumentation scope or logger. */
  scope: string;
  event_name: string;
  body: string;
  /** process/patterns: a safe integer. */
  pattern_id: number;
  trace_id: string;
  span_id: string;
  user_id: string;
  session_id: string;
  request_id: string;
  /** Stream labels. */
  labels: Record<string, string>;
  resource: Record<string, string>;
  /** Its stream as one text: record/stream.ts. */
  stream: string;
  /** Values as text; what was no text is JSON. */
  attributes: Record<string, string>;
  /** `number`, `boolean` or `json` for each attribute that was no text, `label` for one that was a label of the stream. */
  attribute_types: Record<string, 'number' | 'boolean' | 'json' | 'label'>;
}

/** Log records that a noise rule met (record/noise.ts). */
export interface NoiseCountRow {
  project_id: number;
  /** A safe integer. */
  pattern_id: number;
  /** Its start, ms. */
  minute: number;
  rule_id: number;
  fate: string;
  service: string;
  severity_number: number;
  records: number;
  bytes: number;
}

export interface SpanRow {
  project_id: number;
  /** 32 lower-case hex. */
  trace_id: string;
  /** 16 lower-case hex. */
  span_id: string;
  /** Empty: the first of its trace. */
  parent_span_id: string;
  /** Its start. Seconds since 1970 with nine decimals, as text: nanoseconds are more than a number can hold. */
  timestamp: string;
  /** Nanoseconds, decimal digits. */
  duration_ns: string;
  received_at: number;
  /** The protocol it came by: `otlp`, `sentry` … */
  source: string;
  name: string;
  /** record/span.ts, SPAN_KINDS. */
  kind: string;
  /** What kind of work it is, in Sentry's words: `http.server`, `db` … */
  op: string;
  /** record/span.ts, SPAN_STATUSES. */
  status: string;
  status_message: string;
  /** 1: the first span of its trace in one service. */
  is_segment: number;
  /** Name of the segment it belongs to, where that is known. */
  transaction: string;
  service: string;
  host: string;
  environment: string;
  release: string;
  scope: string;
  user_id: string;
  session_id: string;
  request_id: string;
  trace_state: string;
  resource: Record<string, string>;
  /** Values as text; what was no text is JSON. */
  attributes: Record<string, string>;
  /** `number`, `boolean` or `json` for each attribute that was no text. */
  attribute_types: Record<string, 'number' | 'boolean' | 'json'>;
  /** JSON: a list of SpanEvent (record/span.ts). */
  events: string;
  /** JSON: a list of SpanLink. */
  links: string;
}
