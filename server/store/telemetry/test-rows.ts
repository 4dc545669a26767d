/** Rows for tests: complete, so that a test names only what it is about. */
import { printStream, streamLabels } from '#server/record/stream.ts';
import type { RetentionRun } from './retention.ts';
import type {
  EventRow,
  LogRow,
  NoiseCountRow,
  OutcomeRow,
  SampledEventRow,
  SessionRow,
  SpanRow,
} from './rows.ts';

export const MONDAY = Date.UTC(2026, 8, 7);
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** No project says otherwise, and nobody asks what went. */
export const KEEP_30_DAYS: RetentionRun = {
  policy: { defaultDays: 30, projects: [] },
  onRemoval: async () => {},
};

export function eventRow(row: Partial<EventRow> = {}): EventRow {
  return {
    project_id: 1,
    grouping_hash: '8d777f385d3dfec8815d20f7496026dc',
    grouping_hashes: ['8d777f385d3dfec8815d20f7496026dc'],
    event_id: '0d51cdd55d5a4ed6a4f2a4cbf2a4cbf2',
    timestamp: MONDAY + 5_025,
    received_at: MONDAY + 5_150,
    type: 'error',
    level: 'error',
    platform: 'node',
    title: 'PaymentError: card declined',
    culprit: 'pay(src/pay.ts)',
    message: '',
    exception_type: 'PaymentError',
    exception_value: 'card declined',
    transaction: 'POST /pay',
    release: 'shop@1.4.0',
    dist: '',
    environment: 'production',
    service: 'shop',
    host: 'web-1',
    logger: '',
    sdk_name: 'sentry.javascript.node',
    sdk_version: '11.12.0',
    user_key: 'id:7',
    user_id: '7',
    user_email: 'seven@example.com',
    user_username: '',
    user_ip: '10.0.0.7',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: '00f067aa0ba902b7',
    session_id: '',
    request_id: 'r-1',
    url: 'https://shop.example.com/pay',
    handled: 0,
    tags: { region: 'eu' },
    payload: '{"event_id":"0d51cdd55d5a4ed6a4f2a4cbf2a4cbf2"}',
    ...row,
  };
}

export function sampledEventRow(row: Partial<SampledEventRow> = {}): SampledEventRow {
  const { project_id, event_id, grouping_hash, timestamp, received_at, environment, release, user_key } =
    eventRow(row);
  return { project_id, event_id, grouping_hash, timestamp, received_at, environment, release, user_key };
}

export function sessionRow(row: Partial<SessionRow> = {}): SessionRow {
  return {
    project_id: 1,
    received_at: MONDAY + 100,
    started: MONDAY,
    session_id: 's-1',
    user_key: 'id:7',
    sequence: 1,
    status: 'ok',
    errors: 0,
    duration_ms: null,
    release: 'shop@1.4.0',
    environment: 'production',
    init: 1,
    quantity: 1,
    ...row,
  };
}

export function outcomeRow(row: Partial<OutcomeRow> = {}): OutcomeRow {
  return {
    hour: MONDAY,
    project_id: 1,
    key_id: 1,
    kind: 'error',
    outcome: 'stored',
    reason: '',
    quantity: 1,
    bytes: 100,
    ...row,
  };
}

export function logRow(row: Partial<LogRow> = {}): LogRow {
  const { service = 'checkout', labels = { app: 'checkout' }, resource = {} } = row;
  return {
    stream: printStream(streamLabels({ labels, resource, service })),
    project_id: 1,
    timestamp: `${MONDAY / 1000}.000000001`,
    received_at: MONDAY + 100,
    sequence: 0,
    source: 'loki',
    severity_number: 17,
    severity_text: 'error',
    service,
    host: 'web-1',
    environment: 'production',
    release: 'shop@1.4.0',
    scope: '',
    event_name: '',
    body: 'payment failed',
    pattern_id: 1,
    trace_id: '',
    span_id: '',
    user_id: '7',
    session_id: '',
    request_id: '',
    labels,
    resource,
    attributes: { attempt: '3' },
    attribute_types: { attempt: 'number' },
    ...row,
  };
}

export function spanRow(row: Partial<SpanRow> = {}): SpanRow {
  return {
    project_id: 1,
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    span_id: '00f067aa0ba902b7',
    parent_span_id: '',
    timestamp: `${MONDAY / 1000}.000000001`,
    duration_ns: '12000000',
    received_at: MONDAY + 100,
    source: 'otlp',
    name: 'POST /pay',
    kind: 'server',
    op: 'http.server',
    status: 'unset',
    status_message: '',
    is_segment: 1,
    transaction: 'POST /pay',
    service: 'checkout',
    host: 'web-1',
    environment: 'production',
    release: 'shop@1.4.0',
    scope: 'shop',
    user_id: '7',
    session_id: '',
    request_id: '',
    trace_state: '',
    resource: { 'service.name': 'checkout' },
    attributes: { attempt: '3' },
    attribute_types: { attempt: 'number' },
    events: '[]',
    links: '[]',
    ...row,
  };
}

export function jsonLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Many events of one project, each its own user, spread over as many issues. */
export function manyEvents(
  count: number,
  row: (index: number) => Partial<EventRow> = () => ({}),
): EventRow[] {
  return Array.from({ length: count }, (_, index) =>
    eventRow({ event_id: index.toString(16).padStart(32, '0'), user_key: `id:${index}`, ...row(index) }),
  );
}

export function noiseCountRow(row: Partial<NoiseCountRow> = {}): NoiseCountRow {
  return {
    project_id: 1,
    pattern_id: 4_711,
    minute: MONDAY,
    rule_id: 1,
    fate: 'dropped',
    service: 'shop',
    severity_number: 9,
    records: 12,
    bytes: 1_440,
    ...row,
  };
}
