import { describe, expect, test } from 'vitest';
import { decodeSpanBatch, type Span, type SpanGroup } from '#server/record/span.ts';
import type { Contents } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { decodeSpans } from './spans.ts';
import { refusalOf } from './test-request.ts';
import { decodeTransaction } from './transaction.ts';

const TRACE = '74bd390a4d914058b7bbc357aafc6a08';
const itemOf = (payload: unknown): Item => ({
  header: {},
  payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
});
const groupsOf = ({ records }: Contents): SpanGroup[] => decodeSpanBatch(records[0]!.payload).groups;
const spansOf = (contents: Contents): Span[] => groupsOf(contents)[0]!.spans;

const streamed = {
  name: 'GET /checkout',
  span_id: 'b6527621e1f2f692',
  trace_id: TRACE,
  start_timestamp: 1795371176.0370498,
  end_timestamp: 1795371176.040286,
  is_segment: true,
  status: 'ok',
  attributes: {
    'sentry.op': { value: 'http.server', type: 'string' },
    'sentry.segment.name': { value: 'GET /checkout', type: 'string' },
    'user.id': { value: '42', type: 'string' },
    retries: { value: 3, type: 'integer' },
  },
};

describe('a container of spans', () => {
  test('is a record of as many spans, in the terms of OpenTelemetry', () => {
    const contents = decodeSpans(
      itemOf({
        version: 2,
        items: [
          {
            ...streamed,
            links: [{ trace_id: TRACE, span_id: '9001ffbb7f8b5bb2', attributes: { why: { value: 'x' } } }],
          },
          {
            ...streamed,
            span_id: '9001ffbb7f8b5bb2',
            parent_span_id: 'b6527621e1f2f692',
            is_segment: false,
            status: 'not_found',
          },
        ],
      }),
    );
    expect(contents.records).toMatchObject([
      { type: 'spans', kind: 'span', meta: { quantity: 2, source: 'sentry' } },
    ]);
    const [segment, below] = spansOf(contents);
    expect(segment).toEqual({
      traceId: TRACE,
      spanId: 'b6527621e1f2f692',
      start: '1795371176037049800',
      end: '1795371176040286000',
      name: 'GET /checkout',
      kind: 'server',
      op: 'http.server',
      status: 'ok',
      isSegment: true,
      transaction: 'GET /checkout',
      attributes: {
        'sentry.op': 'http.server',
        'sentry.segment.name': 'GET /checkout',
        'user.id': '42',
        retries: 3,
      },
      links: [{ traceId: TRACE, spanId: '9001ffbb7f8b5bb2', attributes: { why: 'x' } }],
    });
    expect(below).toMatchObject({
      parentSpanId: 'b6527621e1f2f692',
      isSegment: false,
      status: 'error',
      statusMessage: 'not_found',
    });
  });

  test('is taken without the spans that cannot be used, which are counted', () => {
    const { records, counts } = decodeSpans(
      itemOf({
        items: [streamed, {}, null, { ...streamed, trace_id: 'abc' }, { ...streamed, end_timestamp: 'soon' }],
      }),
    );
    expect(records[0]!.meta.quantity).toBe(1);
    expect(counts).toEqual([
      { kind: 'span', outcome: 'rejected', reason: 'span_invalid', quantity: 4, bytes: 0 },
    ]);
  });

  test('holds so many and no more', () => {
    const { records, counts } = decodeSpans(
      itemOf({ items: Array.from({ length: 10_003 }, () => streamed) }),
    );
    expect(records[0]!.meta.quantity).toBe(10_000);
    expect(counts).toMatchObject([{ reason: 'too_many_records', quantity: 3 }]);
  });

  test.each<[string, unknown, string]>([
    ['another shape', { items: {} }, 'span_invalid'],
    ['a list', [], 'event_invalid'],
    ['half of it', '{"items":[', 'json_invalid'],
    ['a span alone without anything', {}, 'span_invalid'],
  ])('is refused when it is %s', async (_, payload, code) => {
    expect(await refusalOf(() => decodeSpans(itemOf(payload)))).toBe(code);
  });
});

test('a span alone, as browsers send web vitals, is a record of one span', () => {
  const contents = decodeSpans(
    itemOf({
      op: 'ui.interaction.click',
      description: 'button.pay',
      span_id: 'b6527621e1f2f692',
      trace_id: TRACE.toUpperCase(),
      start_timestamp: 1795371176.5,
      timestamp: 1795371176.75,
      data: { transaction: '/checkout', release: 'shop@1.4.0', 'sentry.exclusive_time': 250 },
      measurements: { inp: { value: 250, unit: 'millisecond' } },
      origin: 'auto.http.browser.inp',
    }),
  );
  expect(contents.records).toMatchObject([{ kind: 'span', meta: { quantity: 1 } }]);
  expect(spansOf(contents)).toEqual([
    {
      traceId: TRACE,
      spanId: 'b6527621e1f2f692',
      start: '1795371176500000000',
      end: '1795371176750000000',
      name: 'button.pay',
      kind: 'internal',
      op: 'ui.interaction.click',
      isSegment: true,
      transaction: '/checkout',
      attributes: {
        transaction: '/checkout',
        release: 'shop@1.4.0',
        'sentry.exclusive_time': 250,
        'measurements.inp': 250,
        'sentry.origin': 'auto.http.browser.inp',
      },
    },
  ]);
});

describe('a transaction', () => {
  const transaction = {
    type: 'transaction',
    event_id: 'f51c4b3b3f4d47c8b4e11e41da30ad4e',
    transaction: 'checkout',
    start_timestamp: '2026-11-22T17:54:42.715220Z',
    timestamp: '2026-11-22T17:54:42.718546Z',
    contexts: {
      trace: {
        trace_id: TRACE,
        span_id: 'b04a6ac0136be0f4',
        parent_span_id: null,
        op: 'task',
        status: 'internal_error',
        data: { 'thread.name': 'MainThread' },
      },
      runtime: { name: 'CPython', version: '3.11.2' },
    },
    spans: [
      {
        span_id: 'a7dddf753d106802',
        op: 'db',
        description: 'SELECT cart',
        start_timestamp: '2026-11-22T17:54:42.718534',
        timestamp: '2026-11-22T17:54:42.718565',
        data: { 'db.system': 'postgresql' },
      },
      { span_id: 'nonsense' },
    ],
    user: { id: 42, email: 'ann@example.com' },
    tags: { service: 'shop', region: 'eu' },
    request: { url: 'https://shop.example/checkout', method: 'POST' },
    measurements: { lcp: { value: 1200, unit: 'millisecond' } },
    release: 'shop@1.4.0',
    environment: 'production',
    server_name: 'web-1',
    sdk: { name: 'sentry.python', version: '2.75.0' },
  };

  test('is a span itself, with the spans below it, to the microsecond', () => {
    const contents = decodeTransaction(itemOf(transaction));
    expect(contents.eventId).toBe(transaction.event_id);
    expect(contents.records).toMatchObject([
      { type: 'spans', kind: 'transaction', meta: { quantity: 1, source: 'sentry' } },
    ]);
    const [group] = groupsOf(contents);
    expect(group!.resource).toEqual({
      'service.name': 'shop',
      'service.version': 'shop@1.4.0',
      'deployment.environment.name': 'production',
      'host.name': 'web-1',
      'telemetry.sdk.name': 'sentry.python',
      'telemetry.sdk.version': '2.75.0',
    });
    expect(group!.spans).toEqual([
      {
        traceId: TRACE,
        spanId: 'b04a6ac0136be0f4',
        start: '1795370082715220000',
        end: '1795370082718546000',
        name: 'checkout',
        kind: 'internal',
        op: 'task',
        status: 'error',
        statusMessage: 'internal_error',
        isSegment: true,
        transaction: 'checkout',
        attributes: {
          'runtime.name': 'CPython',
          'runtime.version': '3.11.2',
          service: 'shop',
          region: 'eu',
          'user.id': '42',
          'user.email': 'ann@example.com',
          'url.full': 'https://shop.example/checkout',
          'http.request.method': 'POST',
          'measurements.lcp': 1200,
          'thread.name': 'MainThread',
          'sentry.event_id': transaction.event_id,
        },
      },
      {
        traceId: TRACE,
        spanId: 'a7dddf753d106802',
        parentSpanId: 'b04a6ac0136be0f4',
        start: '1795370082718534000',
        end: '1795370082718565000',
        name: 'SELECT cart',
        kind: 'client',
        op: 'db',
        isSegment: false,
        transaction: 'checkout',
        attributes: { 'user.id': '42', 'db.system': 'postgresql' },
      },
    ]);
    expect(contents.counts).toMatchObject([{ kind: 'span', reason: 'span_invalid', quantity: 1 }]);
  });

  test('without a trace is none', async () => {
    for (const contexts of [
      undefined,
      {},
      { trace: {} },
      { trace: { ...transaction.contexts.trace, span_id: '' } },
    ])
      expect(await refusalOf(() => decodeTransaction(itemOf({ ...transaction, contexts })))).toBe(
        'span_invalid',
      );
  });
});
