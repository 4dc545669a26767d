import { describe, expect, it } from 'vitest';
import { encodeLogBatch, type LogBatch, type LogRecord } from '#server/record/log.ts';
import { printStream, readStream, streamLabels } from '#server/record/stream.ts';
import type { LogRow } from '#server/store/telemetry/rows.ts';
import { nativeRows, readNative } from '#server/store/telemetry/test-native.ts';
import { LOG_COLUMNS, logRows } from './log-rows.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const AT = `${NOW}123456`;

function rowsOf(...groups: LogBatch['groups']): LogRow[] {
  const part = logRows(encodeLogBatch({ groups }), { project: 7, receivedAt: NOW, source: 'loki' });
  const parsed = readNative(nativeRows(LOG_COLUMNS, [part])) as unknown as LogRow[];
  expect(parsed).toHaveLength(part.rows);
  return parsed;
}
const rowOf = (record: Partial<LogRecord>, group: Partial<LogBatch['groups'][number]> = {}) =>
  rowsOf({ ...group, records: [{ body: 'hello', ...record }] })[0]!;

describe('a row', () => {
  it('has what the record and its group say', () => {
    const row = rowOf(
      {
        time: AT,
        severityNumber: 17,
        severityText: 'ERROR',
        body: 'payment failed',
        traceId: '4BF92F3577B34DA6A3CE929D0E0E4736',
        spanId: '00f067aa0ba902b7',
        eventName: 'payment.failed',
        attributes: { 'user.id': '42', attempt: 3, retry: true, tags: ['a', 'b'], nothing: null },
      },
      {
        resource: { 'service.name': 'checkout', 'host.name': 'web-1', 'service.version': '1.4.0' },
        labels: { env: 'production' },
        scope: 'shop.payments',
      },
    );
    expect(row).toMatchObject({
      project_id: 7,
      received_at: NOW,
      sequence: 0,
      source: 'loki',
      timestamp: `${AT.slice(0, 10)}.${AT.slice(10)}`,
      severity_number: 17,
      severity_text: 'ERROR',
      service: 'checkout',
      host: 'web-1',
      environment: 'production',
      release: '1.4.0',
      scope: 'shop.payments',
      event_name: 'payment.failed',
      body: 'payment failed',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
      user_id: '42',
      labels: { env: 'production' },
      attributes: { 'user.id': '42', attempt: '3', retry: 'true', tags: '["a","b"]' },
      attribute_types: { attempt: 'number', retry: 'boolean', tags: 'json' },
    });
  });

  it('has its stream as the engine would make it of the other columns', () => {
    const rows = rowsOf(
      {
        labels: { env: 'production', request: '0123456789abcdef0123456789abcdef', long: 'v'.repeat(2_000) },
        resource: { 'k8s.pod.name': 'p-1', 'service.instance.id': 7, 'os.type': 'linux' },
        records: [
          { body: 'service=cart' },
          { body: 'plain', attributes: { app: 'shop' } },
          { body: 'plain' },
        ],
      },
      { labels: { app: 'named' }, records: [{ body: 'x', attributes: { service: 'other' } }] },
    );
    expect(rows.map(({ stream }) => readStream(stream).service_name)).toEqual([
      ...['cart', 'shop', 'unknown_service', 'named'],
    ]);
    for (const row of rows) expect(row.stream).toBe(printStream(streamLabels(row)));
  });

  it('keeps every digit of a time, and takes the time of arrival for one that cannot be true', () => {
    expect(rowOf({ time: '1795348800000000001' }).timestamp).toBe('1795348800.000000001');
    for (const time of [undefined, '0', '17', '4102444800000000000', '99999999999999999999999', 'soon'])
      expect(rowOf({ time }).timestamp, time).toBe(`${NOW / 1000}.000000000`);
  });

  it('is cut where a text is too long, and says so', () => {
    const row = rowOf({ body: 'x'.repeat(2_000_000), attributes: { huge: 'y'.repeat(100_000) } });
    expect(row.body).toHaveLength(1_048_576);
    expect(row.attributes.huge).toHaveLength(65_536);
    expect(row.attributes['tandem.cut']).toBe('body');
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n]));
    const wide = rowOf({ attributes: many });
    expect(Object.keys(wide.attributes)).toHaveLength(513);
    expect(wide.attributes['tandem.cut']).toBe('attributes');
  });

  it('has labels that are ids among its attributes, beside what it says itself', () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const row = rowOf(
      { attributes: { request_id: 'own', attempt: 3 } },
      { labels: { app: 'shop', trace_id: id, request_id: '11111111-2222-3333-4444-555555555555' } },
    );
    expect(row.labels).toEqual({ app: 'shop' });
    expect(row.attributes).toEqual({
      ...{ request_id: 'own', attempt: '3', trace_id: id },
      request_id_label: '11111111-2222-3333-4444-555555555555',
    });
    expect(row.attribute_types).toEqual({ attempt: 'number', trace_id: 'label', request_id_label: 'label' });
    expect([row.trace_id, row.service]).toEqual([id, 'shop']);
  });

  it('survives text that no column can hold', () => {
    const row = rowOf({ body: 'a\0b\ud800c\n"d"', attributes: { 'k"\n': '\ud800' } });
    expect(row.body).toContain('a\0b');
    expect(Object.keys(row.attributes)).toEqual(['k"\n']);
  });
});

describe('the severity', () => {
  it.each<[string, Partial<LogRecord>, Record<string, string>, number]>([
    ['a number', { severityNumber: 10, severityText: 'Information' }, {}, 10],
    ['a word', { severityText: 'Warning' }, {}, 13],
    ['an attribute', { attributes: { level: 'err' } }, {}, 17],
    ["pino's number", { attributes: { level: 50 } }, {}, 17],
    ['a label', {}, { level: 'critical' }, 21],
    ['an attribute before a label', { attributes: { severity: 'debug' } }, { level: 'error' }, 5],
    ['a field of JSON in the body', { body: '{"level":"warn","msg":"slow"}' }, {}, 13],
    ['a field of logfmt in the body', { body: 'time=12:00 level=error msg="boom"' }, {}, 17],
    ['a word at the front', { body: '2026-11-22 12:00:00,123 ERROR [main] boom' }, {}, 17],
    ['a word in brackets', { body: '12:00 [warn] slow' }, {}, 13],
    ['a word before a colon', { body: 'error: no such file' }, {}, 17],
    ['nothing for a word in a sentence', { body: 'there was no error this time' }, {}, 0],
    ['nothing at all', { body: 'hello' }, {}, 0],
    ['nothing for a number out of range', { severityNumber: 99 }, {}, 0],
  ])('is found in %s', (_, record, labels, expected) => {
    expect(rowOf(record, { labels }).severity_number).toBe(expected);
  });
});

describe('correlation', () => {
  it.each<[string, Partial<LogRecord>, Partial<LogRow>]>([
    [
      'attributes of OpenTelemetry',
      { attributes: { 'user.id': 'u1', 'session.id': 's1' } },
      { user_id: 'u1', session_id: 's1' },
    ],
    [
      'Datadog',
      { attributes: { 'dd.trace_id': '1234567890abcdef', 'dd.service': 'shop' } },
      { trace_id: '1234567890abcdef', service: 'shop' },
    ],
    [
      "Sentry's SDKs",
      {
        attributes: {
          'sentry.release': 'shop@1.4.0',
          'sentry.environment': 'production',
          'sentry.trace.parent_span_id': 'b6527621e1f2f692',
          'server.address': 'web-1',
          'user.id': '42',
        },
      },
      {
        release: 'shop@1.4.0',
        environment: 'production',
        span_id: 'b6527621e1f2f692',
        host: 'web-1',
        user_id: '42',
      },
    ],
    [
      'a traceparent',
      { attributes: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' } },
      { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' },
    ],
    [
      'JSON in the body',
      { body: '{"msg":"x","user":{"id":"u2"},"requestId":"r-9"}' },
      { user_id: 'u2', request_id: 'r-9' },
    ],
    [
      'logfmt in the body',
      { body: 'msg="token issued" user_id=17 request_id=abc' },
      { user_id: '17', request_id: 'abc' },
    ],
    ['a number', { attributes: { userId: 42 } }, { user_id: '42' }],
  ])('is found in %s', (_, record, expected) => {
    expect(rowOf(record)).toMatchObject(expected);
  });

  it('prefers the specific spelling, and what the group says of the service', () => {
    expect(rowOf({ attributes: { uid: 'general', 'user.id': 'specific' } }).user_id).toBe('specific');
    const row = rowOf({ body: 'app=other x' }, { resource: { 'service.name': 'checkout' } });
    expect(row.service).toBe('checkout');
  });

  it('is not shared between records', () => {
    const [first, second] = rowsOf({
      records: [{ body: 'a', attributes: { user_id: '1', level: 'error' } }, { body: 'b' }],
    });
    expect([first!.user_id, second!.user_id]).toEqual(['1', '']);
    expect([first!.severity_number, second!.severity_number]).toEqual([17, 0]);
  });
});
