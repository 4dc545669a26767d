import { describe, expect, it } from 'vitest';
import { encodeSpanBatch, type Span, type SpanGroup } from '#server/record/span.ts';
import type { SpanRow } from '#server/store/telemetry/rows.ts';
import { spanLines } from './span-rows.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const START = `${NOW}123456`;

function rowsOf(...groups: SpanGroup[]): SpanRow[] {
  const { lines, rows } = spanLines(encodeSpanBatch({ groups }), {
    project: 7,
    receivedAt: NOW,
    source: 'otlp',
  });
  const parsed = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as SpanRow);
  expect(parsed).toHaveLength(rows);
  return parsed;
}
const span = (parts: Partial<Span> = {}): Span => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  name: 'POST /pay',
  start: START,
  end: `${NOW + 12}123457`,
  ...parts,
});
const rowOf = (parts: Partial<Span> = {}, group: Partial<SpanGroup> = {}) =>
  rowsOf({ ...group, spans: [span(parts)] })[0]!;

describe('a row', () => {
  it('has what the span and its group say, and how long it took to the nanosecond', () => {
    const row = rowOf(
      {
        parentSpanId: 'b7ad6b7169203331',
        traceState: 'vendor=1',
        kind: 'server',
        status: 'error',
        statusMessage: 'card declined',
        isSegment: true,
        attributes: { 'user.id': '42', 'http.request.method': 'POST', attempt: 3, tags: ['a'] },
        events: [
          { name: 'exception', time: START, attributes: { 'exception.type': 'PaymentError', retry: true } },
        ],
        links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), attributes: { why: 'batch' } }],
      },
      {
        resource: { 'service.name': 'checkout', 'host.name': 'web-1', 'service.version': '1.4.0' },
        scope: '@opentelemetry/instrumentation-http',
      },
    );
    expect(row).toEqual({
      project_id: 7,
      received_at: NOW,
      source: 'otlp',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
      parent_span_id: 'b7ad6b7169203331',
      timestamp: `${START.slice(0, 10)}.${START.slice(10)}`,
      duration_ns: '12000001',
      name: 'POST /pay',
      kind: 'server',
      op: 'http.server',
      status: 'error',
      status_message: 'card declined',
      is_segment: 1,
      transaction: 'POST /pay',
      service: 'checkout',
      host: 'web-1',
      environment: '',
      release: '1.4.0',
      scope: '@opentelemetry/instrumentation-http',
      user_id: '42',
      session_id: '',
      request_id: '',
      trace_state: 'vendor=1',
      resource: { 'service.name': 'checkout', 'host.name': 'web-1', 'service.version': '1.4.0' },
      attributes: { 'user.id': '42', 'http.request.method': 'POST', attempt: '3', tags: '["a"]' },
      attribute_types: { attempt: 'number', tags: 'json' },
      events: JSON.stringify([
        {
          name: 'exception',
          time: START,
          attributes: { 'exception.type': 'PaymentError', retry: 'true' },
          types: { retry: 'boolean' },
        },
      ]),
      links: JSON.stringify([
        {
          traceId: 'a'.repeat(32),
          spanId: 'b'.repeat(16),
          traceState: '',
          attributes: { why: 'batch' },
          types: {},
        },
      ]),
    });
  });

  it('believes no time that cannot be true, and no duration below nothing', () => {
    expect(rowOf({ start: '17', end: '29' })).toMatchObject({
      timestamp: `${NOW / 1000}.000000000`,
      duration_ns: '12',
    });
    expect(rowOf({ start: START, end: `${NOW - 5000}000000` }).duration_ns).toBe('0');
    expect(rowOf({ start: START, end: 'soon' }).duration_ns).toBe('0');
  });

  it('says where it ran, not whom it called', () => {
    const attributes = { 'server.address': 'api.example.com', host: 'api.example.com' };
    expect(rowOf({ kind: 'client', attributes }).host).toBe('');
    expect(rowOf({ kind: 'client', attributes }, { resource: { 'host.name': 'web-1' } }).host).toBe('web-1');
  });

  it('is cut where there is too much, and says so', () => {
    const many = rowOf({
      name: 'n'.repeat(5_000),
      attributes: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])),
      events: Array.from({ length: 1_000 }, (_, n) => ({ name: `event ${n}` })),
      links: Array.from({ length: 200 }, () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) })),
    });
    expect(many.name).toHaveLength(1_000);
    expect(JSON.parse(many.events)).toHaveLength(128);
    expect(JSON.parse(many.links)).toHaveLength(128);
    expect(Object.keys(many.attributes).length).toBe(513);
    const large = rowOf({
      events: Array.from({ length: 20 }, () => ({ name: 'e', attributes: { stack: 'x'.repeat(60_000) } })),
    });
    expect(JSON.parse(large.events)).toHaveLength(4);
    expect(large.attributes).toEqual({ 'tandem.cut': 'events' });
  });

  it('is the same bytes each time, whatever the text', () => {
    const groups = [
      {
        resource: { a: '\ud800' },
        spans: [span({ name: 'a\0b\ud800\n"', attributes: { ['__proto__']: 1 } })],
      },
    ];
    const from = { project: 1, receivedAt: NOW, source: 'otlp' };
    const payload = encodeSpanBatch({ groups });
    expect(spanLines(payload, from)).toEqual(spanLines(payload, from));
    expect(rowsOf(...groups)).toHaveLength(1);
  });
});

describe('the operation', () => {
  it.each<[Span['kind'], Record<string, string>, string]>([
    ['server', { 'http.request.method': 'GET' }, 'http.server'],
    ['client', { 'http.method': 'GET' }, 'http.client'],
    ['client', { 'db.system.name': 'postgresql' }, 'db'],
    ['client', { 'rpc.system': 'grpc', 'http.request.method': 'POST' }, 'rpc.client'],
    ['producer', { 'messaging.system': 'kafka' }, 'queue.publish'],
    ['consumer', { 'messaging.system': 'kafka' }, 'queue.process'],
    ['internal', { cache: 'miss' }, ''],
    ['internal', {}, ''],
  ])('of a %s span with %o is %s', (kind, attributes, op) => {
    expect(rowOf({ kind, attributes }).op).toBe(op);
  });

  it('is what the sender says before anything else', () => {
    expect(rowOf({ op: 'task', attributes: { 'db.system': 'redis' } }).op).toBe('task');
  });
});
