import { PbfWriter } from 'pbf';
import { compress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { decodeLogBatch, type LogBatch } from '#server/record/log.ts';
import { readLabelText } from './label-text.ts';
import { lokiProtocol } from './loki.ts';

const route = lokiProtocol.routes[0]!;
const NS = '1795348800123456789';

function push(body: string | Uint8Array, contentType?: string): Decoded {
  const request: IngestRequest = {
    method: 'POST',
    path: '/loki/api/v1/push',
    params: {},
    query: new URLSearchParams(),
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: Buffer.from(body as Uint8Array),
    unpack: async (bytes) => bytes,
    clientIp: '127.0.0.1',
    receivedAt: 0,
  };
  return route.decode(request) as Decoded;
}
const json = (value: unknown) => push(JSON.stringify(value), 'application/json; charset=utf-8');
const batchOf = (decoded: Decoded): LogBatch => decodeLogBatch(decoded.request.records[0]!.payload);
const answerTo = (decoded: Decoded) => route.answer(decoded, { limited: [] });

function refusalOf(run: () => unknown): [status: number, text: string] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const { status, body } = lokiProtocol.refuse(error, []);
    return [status, String(body)];
  }
  throw new Error('was taken');
}

describe('a push as JSON', () => {
  it('is records with their labels and structured metadata, answered with nothing', () => {
    const decoded = json({
      streams: [
        { stream: { app: 'shop', level: 30 }, values: [[NS, 'one'], null, [NS, 'two', { trace_id: 'abc' }]] },
        { stream: { app: 'empty' }, values: null },
      ],
    });
    expect(batchOf(decoded)).toEqual({
      groups: [
        {
          labels: { app: 'shop', level: '30' },
          records: [
            { time: NS, body: 'one' },
            { time: NS, body: 'two', attributes: { trace_id: 'abc' } },
          ],
        },
      ],
    });
    expect(decoded.request.records[0]).toMatchObject({ type: 'logs', kind: 'log', meta: { quantity: 2 } });
    expect(answerTo(decoded)).toEqual({ status: 204, body: '' });
  });

  it('joins the lines of a stack trace of one stream, near in time; they count as they were sent', () => {
    const frame = '\tat com.shop.Cart.total(Cart.java:31)';
    const later = String(BigInt(NS) + 60_000_000_000n);
    const values = [
      [NS, 'java.lang.IllegalStateException: no cart'],
      [String(BigInt(NS) + 1n), frame],
      [later, frame],
      [later, 'cart loaded'],
    ];
    const decoded = json({
      streams: [
        { stream: { app: 'shop' }, values },
        { stream: { app: 'shop', level: 'info' }, values: values.slice(0, 2) },
      ],
    });
    const joined = { time: NS, body: `java.lang.IllegalStateException: no cart\n${frame}` };
    expect(batchOf(decoded).groups.map(({ records }) => records)).toEqual([
      [
        { ...joined, severityNumber: 17 },
        { time: later, body: frame },
        { time: later, body: 'cart loaded' },
      ],
      [joined],
    ]);
    expect(decoded.request.records[0]).toMatchObject({ meta: { quantity: 6 } });
  });

  it.each<[string, unknown, number, RegExp]>([
    [
      'a time that is a number',
      { streams: [{ stream: {}, values: [[1795348800, 'x']] }] },
      400,
      /string of nanoseconds/,
    ],
    [
      'a time that is no number',
      { streams: [{ stream: {}, values: [['now', 'x']] }] },
      400,
      /string of nanoseconds/,
    ],
    [
      'a line that is no string',
      { streams: [{ stream: {}, values: [[NS, { a: 1 }]] }] },
      400,
      /line must be a string/,
    ],
    [
      'metadata with a number',
      { streams: [{ stream: {}, values: [[NS, 'x', { n: 1 }]] }] },
      400,
      /metadata n must be a string/,
    ],
    [
      'a label that is a list',
      { streams: [{ stream: { a: [] }, values: [[NS, 'x']] }] },
      400,
      /label a must be a string/,
    ],
    ['no streams', { streams: [] }, 422, /at least one stream/i],
    ['another shape', [1], 400, /streams must be a list/],
  ])('is refused with %s', (_, body, status, sentence) => {
    const [given, text] = refusalOf(() => json(body));
    expect(given).toBe(status);
    expect(text).toMatch(sentence);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('is refused when it is no JSON, or nothing', () => {
    expect(refusalOf(() => push('{"streams":', 'application/json'))[0]).toBe(400);
    expect(refusalOf(() => push('', 'application/json'))[0]).toBe(400);
  });
});

describe('a push as protobuf', () => {
  const protobuf = (...streams: { labels: string; lines: [string, Record<string, string>?][] }[]) => {
    const pbf = new PbfWriter();
    for (const { labels, lines } of streams)
      pbf.writeMessage(
        1,
        (_: unknown, stream) => {
          stream.writeStringField(1, labels);
          for (const [line, metadata = {}] of lines)
            stream.writeMessage(
              2,
              (__: unknown, entry) => {
                entry.writeMessage(
                  1,
                  (___: unknown, time) => {
                    time.writeVarintField(1, 1_795_348_800);
                    time.writeVarintField(2, 123_456_789);
                  },
                  null,
                );
                entry.writeStringField(2, line);
                for (const [name, value] of Object.entries(metadata))
                  entry.writeMessage(
                    3,
                    (___: unknown, pair) => {
                      pair.writeStringField(1, name);
                      pair.writeStringField(2, value);
                    },
                    null,
                  );
              },
              null,
            );
        },
        null,
      );
    return compress(pbf.finish());
  };

  it('is the same records, with any or no Content-Type', () => {
    const body = protobuf({
      labels: '{app="shop", say="a \\"quoted\\" word"}',
      lines: [['one', { trace_id: 'abc' }]],
    });
    for (const contentType of ['application/x-protobuf', undefined, 'text/plain'])
      expect(batchOf(push(body, contentType))).toEqual({
        groups: [
          {
            labels: { app: 'shop', say: 'a "quoted" word' },
            records: [{ time: NS, body: 'one', attributes: { trace_id: 'abc' } }],
          },
        ],
      });
  });

  it('is taken without the streams whose labels cannot be read, and the answer says so', () => {
    const decoded = push(
      protobuf(
        { labels: '{app="shop"}', lines: [['one']] },
        { labels: '{app=shop', lines: [['two'], ['three']] },
      ),
    );
    expect(batchOf(decoded).groups).toHaveLength(1);
    expect(decoded.counts).toMatchObject([{ kind: 'log', outcome: 'rejected', quantity: 2 }]);
    expect(answerTo(decoded)).toMatchObject({ status: 400, body: expect.stringContaining('{app=shop') });
    expect(refusalOf(() => push(protobuf({ labels: 'nonsense', lines: [['x']] })))[0]).toBe(400);
  });

  it.each<[string, Uint8Array]>([
    ['not snappy', Buffer.from('hello there')],
    ['a bomb that says it is 4 GB', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00])],
    ['snappy of something else', compress(Buffer.from('hello there, this is text'))],
  ])('is refused when it is %s', (_, body) => {
    expect(refusalOf(() => push(body, 'application/x-protobuf'))[0]).toBe(400);
  });
});

describe('label text', () => {
  it.each<[string, Record<string, string> | null]>([
    ['{}', {}],
    ['{a="b"}', { a: 'b' }],
    ['{ a = "b" , c="d", }', { a: 'b', c: 'd' }],
    ['{a="line\\nbreak"}', { a: 'line\nbreak' }],
    ['{a="b" c="d"}', null],
    ['{a=b}', null],
    ['a="b"', null],
    ['', null],
  ])('%s', (text, expected) => expect(readLabelText(text)).toEqual(expected));
});
