import { describe, expect, test } from 'vitest';
import { decodeLogBatch } from '#server/record/log.ts';
import { decodeEnvelope } from './envelope.ts';
import { LOGS_PER_ITEM_MAX } from './limits.ts';
import { requestOf } from './test-request.ts';

const decode = (type: string, payload: unknown, header: object = {}) =>
  decodeEnvelope(
    requestOf(
      `{}\n${JSON.stringify({ type, ...header })}\n${typeof payload === 'string' ? payload : JSON.stringify(payload)}`,
      { headers: { 'user-agent': 'Firefox' } },
    ),
  );
const batchOf = ({ request }: ReturnType<typeof decode>) => decodeLogBatch(request.records[0]!.payload);
const recordsOf = (payload: unknown) =>
  batchOf(decode('log', payload)).groups.flatMap(({ records }) => records);

describe('a container of logs', () => {
  test('is one batch of its records, with what each says', () => {
    const decoded = decode('log', {
      items: [
        {
          timestamp: 1795371176.039364,
          level: 'info',
          severity_number: 9,
          body: 'cart of ann loaded',
          trace_id: '74bd390a4d914058b7bbc357aafc6a08',
          attributes: {
            'sentry.message.template': { value: 'cart of %s loaded', type: 'string' },
            'sentry.message.parameter.0': { value: 'ann', type: 'string' },
            'sentry.trace.parent_span_id': { value: 'b6527621e1f2f692', type: 'string' },
            'server.address': { value: 'web-1', type: 'string' },
            items: { value: 3, type: 'integer', unit: 'none' },
            total: { value: 59.9, type: 'double' },
            gift: { value: false, type: 'boolean' },
            tags: { value: ['a', 'b'], type: 'array' },
          },
        },
      ],
    });
    expect(decoded.counts).toEqual([]);
    expect(decoded.request.records).toMatchObject([
      { type: 'logs', kind: 'log', meta: { quantity: 1, source: 'sentry' } },
    ]);
    expect(batchOf(decoded)).toEqual({
      groups: [
        {
          records: [
            {
              time: '1795371176039364000',
              severityNumber: 9,
              severityText: 'info',
              body: 'cart of ann loaded',
              traceId: '74bd390a4d914058b7bbc357aafc6a08',
              spanId: 'b6527621e1f2f692',
              attributes: {
                'sentry.message.template': 'cart of %s loaded',
                'sentry.message.parameter.0': 'ann',
                'sentry.trace.parent_span_id': 'b6527621e1f2f692',
                'server.address': 'web-1',
                items: 3,
                total: 59.9,
                gift: false,
                tags: ['a', 'b'],
              },
            },
          ],
        },
      ],
    });
  });

  test('keeps every digit of 64-bit integers, sent as number or as text', () => {
    const attributes =
      '{"a":{"value":9007199254740993,"type":"integer"},"b":{"value":"-9223372036854775808","type":"integer"},"c":{"value":"17","type":"integer"},"d":{"value":"017","type":"string"},"e":{"value":[18446744073709551615],"type":"array"}}';
    const [record] = recordsOf(`{"version":2,"items":[{"body":"x","attributes":${attributes}}]}`);
    expect(record!.attributes).toEqual({
      a: '9007199254740993',
      b: '-9223372036854775808',
      c: 17,
      d: '017',
      e: ['18446744073709551615'],
    });
  });

  test('is in the order of time, and of the sequence where times are equal', () => {
    const log = (body: string, timestamp: number, sequence: number) => ({
      body,
      timestamp,
      attributes: { 'sentry.timestamp.sequence': { value: sequence, type: 'integer' } },
    });
    const bodies = recordsOf({
      items: [
        log('d', 1795371177, 0),
        log('c', 1795371176.5, 2),
        log('a', 1795371176, 9),
        log('b', 1795371176.5, 1),
      ],
    }).map(({ body }) => body);
    expect(bodies).toEqual(['a', 'b', 'c', 'd']);
  });

  test('has groups by logger where SDKs name it', () => {
    const log = (body: string, name?: string) => ({
      body,
      attributes: name ? { 'logger.name': { value: name, type: 'string' } } : {},
    });
    const { groups } = batchOf(
      decode('log', {
        items: [log('1', 'shop.payment'), log('2', 'shop.payment'), log('3'), log('4', 'shop.cart')],
      }),
    );
    expect(groups.map(({ scope, records }) => [scope, records.map(({ body }) => body)])).toEqual([
      ['shop.payment', ['1', '2']],
      [undefined, ['3']],
      ['shop.cart', ['4']],
    ]);
  });

  test('is told the address and the browser of its sender only when the SDK asks, from version 2', () => {
    const items = [{ body: 'x' }, { body: 'y', attributes: { 'client.address': { value: '192.0.2.1' } } }];
    const asked = { infer_ip: 'auto', infer_user_agent: 'auto' };
    const attributesOf = (payload: object) => recordsOf(payload).map(({ attributes }) => attributes);
    expect(attributesOf({ version: 2, ingest_settings: asked, items })).toEqual([
      { 'client.address': expect.any(String), 'user_agent.original': 'Firefox' },
      { 'client.address': '192.0.2.1', 'user_agent.original': 'Firefox' },
    ]);
    for (const silent of [
      { ingest_settings: asked },
      { version: 2, ingest_settings: { infer_ip: 'never' } },
      { version: 2 },
    ])
      expect(attributesOf({ ...silent, items })[0], JSON.stringify(silent)).toEqual({});
  });

  test('is taken without the records that have no body, which are counted as rejected', () => {
    const decoded = decode(
      'log',
      { items: [{ body: 'x' }, {}, null, 'text', { body: 7 }, { body: '' }] },
      { item_count: 99 },
    );
    expect(decoded.request.records[0]!.meta.quantity).toBe(2);
    expect(decoded.counts).toEqual([
      { kind: 'log', outcome: 'rejected', reason: 'log_invalid', quantity: 4, bytes: 0 },
    ]);
  });

  test('holds so many records and no more; the rest is counted', () => {
    const decoded = decode('log', { items: Array(LOGS_PER_ITEM_MAX + 3).fill({ body: 'x' }) });
    expect(decoded.request.records[0]!.meta.quantity).toBe(LOGS_PER_ITEM_MAX);
    expect(decoded.counts).toMatchObject([{ outcome: 'rejected', reason: 'too_many_records', quantity: 3 }]);
  });

  test('that is broken harms nothing else, and is counted by what its header says', () => {
    const { request, counts } = decodeEnvelope(
      requestOf(
        `{}\n{"type":"log","item_count":2}\n{"items":[{}\n{"type":"log"}\n{"items":{}}\n{"type":"event"}\n{"message":"x"}`,
      ),
    );
    expect(request.records.map(({ type }) => type)).toEqual(['event']);
    expect(counts.map(({ kind, reason, quantity }) => [kind, reason, quantity])).toEqual([
      ['log', 'invalid_item', 2],
      ['log', 'invalid_item', 1],
    ]);
  });

  test('may be empty, and names no prototype', () => {
    expect(decode('log', { items: [] }).request.records).toEqual([]);
    const [record] = recordsOf('{"items":[{"body":"x","attributes":{"__proto__":{"value":"y"}}}]}');
    expect(Object.entries(record!.attributes!)).toEqual([['__proto__', 'y']]);
  });
});

describe('a time', () => {
  test.each([
    [1795371176, '1795371176000000000'],
    [1795371176.5, '1795371176500000000'],
    ['2026-11-22T18:12:56.041Z', '1795371176041000000'],
    [1e300, undefined],
    [-1, undefined],
    ['soon', undefined],
    [undefined, undefined],
  ])('%s', (timestamp, time) => {
    expect(recordsOf({ items: [{ body: 'x', timestamp }] })[0]!.time).toBe(time);
  });
});

describe('a log of the older form', () => {
  test('is a record', () => {
    const decoded = decode(
      'otel_log',
      '{"severity_text":"warn","trace_id":"74bd390a4d914058b7bbc357aafc6a08","body":{"string_value":"slow"},"time_unix_nano":1795371176039364001,"attributes":[{"key":"n","value":{"intValue":"9007199254740993"}},{"key":"m","value":{"int_value":3}},{"key":"ok","value":{"boolValue":true}},{"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"doubleValue":1.5}]}}},{"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}}},{"key":"none","value":{}}]}',
    );
    expect(batchOf(decoded).groups[0]!.records).toEqual([
      {
        time: '1795371176039364001',
        severityText: 'warn',
        body: 'slow',
        traceId: '74bd390a4d914058b7bbc357aafc6a08',
        attributes: { n: '9007199254740993', m: 3, ok: true, list: ['a', 1.5], map: { k: 'v' } },
      },
    ]);
  });

  test('without a body is no log', () => {
    expect(() => decode('otel_log', { severity_text: 'warn' })).toThrow('no body');
  });
});
