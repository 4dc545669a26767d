import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { decodeLogBatch, type LogBatch } from '#server/record/log.ts';
import { decodeSpanBatch, type SpanBatch } from '#server/record/span.ts';
import { otlpProtocol } from './otlp.ts';
import {
  all,
  bytes,
  double,
  fixed32,
  fixed64,
  message,
  pair,
  protobufRequest as requestOf,
  stringValue,
  text,
  varint,
} from './test-messages.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

const routeOf = (signal: 'logs' | 'traces') =>
  otlpProtocol.routes.find(({ path }) => path === `/v1/${signal}`)!;

function requestWith(body: string | Uint8Array, contentType?: string): IngestRequest {
  return {
    method: 'POST',
    path: '/v1/logs',
    params: {},
    query: new URLSearchParams(),
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    body: Buffer.from(body as Uint8Array),
    unpack: async (part) => part,
    clientIp: '127.0.0.1',
    receivedAt: 0,
  };
}
const send = (signal: 'logs' | 'traces', body: string | Uint8Array, contentType?: string) =>
  routeOf(signal).decode(requestWith(body, contentType)) as Decoded;
const sendJson = (signal: 'logs' | 'traces', value: unknown) =>
  send(signal, typeof value === 'string' ? value : JSON.stringify(value), `${JSON_TYPE}; charset=utf-8`);
const logsOf = ({ request }: Decoded): LogBatch => decodeLogBatch(request.records[0]!.payload);
const spansOf = ({ request }: Decoded): SpanBatch => decodeSpanBatch(request.records[0]!.payload);
const logJson = (...logRecords: unknown[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
const spanJson = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const recordOf = (log: unknown) => logsOf(sendJson('logs', logJson(log))).groups[0]!.records[0]!;

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Rejection) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'taken';
}

/** The example of the specification, examples/logs.json: its bare number is beyond 2^53. */
const EXAMPLE = `{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
  "scopeLogs":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":"my.scope.attribute","value":{"stringValue":"some scope attribute"}}]},
  "logRecords":[{"timeUnixNano":1544712660300000000,"observedTimeUnixNano":1544712660300000000,"severityNumber":10,"severityText":"Information",
  "traceId":"${TRACE.toUpperCase()}","spanId":"${SPAN.toUpperCase()}","body":{"stringValue":"Example log record"},
  "attributes":[{"key":"string.attribute","value":{"stringValue":"some string"}},{"key":"boolean.attribute","value":{"boolValue":true}},
  {"key":"int.attribute","value":{"intValue":"10"}},{"key":"double.attribute","value":{"doubleValue":637.704}},
  {"key":"array.attribute","value":{"arrayValue":{"values":[{"stringValue":"many"},{"stringValue":"values"}]}}},
  {"key":"map.attribute","value":{"kvlistValue":{"values":[{"key":"some.map.key","value":{"stringValue":"some value"}}]}}}]}]}]}]}`;

const EXAMPLE_BATCH: LogBatch = {
  groups: [
    {
      resource: {
        'service.name': 'my.service',
        'otel.scope.version': '1.0.0',
        'otel.scope.my.scope.attribute': 'some scope attribute',
      },
      scope: 'my.library',
      records: [
        {
          body: 'Example log record',
          time: '1544712660300000000',
          severityNumber: 10,
          severityText: 'Information',
          attributes: {
            'string.attribute': 'some string',
            'boolean.attribute': true,
            'int.attribute': 10,
            'double.attribute': 637.704,
            'array.attribute': ['many', 'values'],
            'map.attribute': { 'some.map.key': 'some value' },
          },
          traceId: TRACE,
          spanId: SPAN,
        },
      ],
    },
  ],
};

describe('logs', () => {
  it('as JSON keep every digit of a bare number, and take ids in any case', () => {
    const decoded = sendJson('logs', EXAMPLE);
    expect(logsOf(decoded)).toEqual(EXAMPLE_BATCH);
    expect(decoded.request.records).toMatchObject([
      { type: 'logs', kind: 'log', meta: { quantity: 1, source: 'otlp' } },
    ]);
  });

  it('as protobuf are the same records', () => {
    const body = requestOf({
      resource: pair(1, 'service.name', stringValue('my.service')),
      scope: all(
        text(1, 'my.library'),
        text(2, '1.0.0'),
        pair(3, 'my.scope.attribute', stringValue('some scope attribute')),
      ),
      records: [
        all(
          fixed64(1, 1544712660300000000n),
          varint(2, 10),
          text(3, 'Information'),
          message(5, stringValue('Example log record')),
          pair(6, 'string.attribute', stringValue('some string')),
          pair(6, 'boolean.attribute', varint(2, 1)),
          pair(6, 'int.attribute', varint(3, 10)),
          pair(6, 'double.attribute', double(4, 637.704)),
          pair(
            6,
            'array.attribute',
            message(5, all(message(1, stringValue('many')), message(1, stringValue('values')))),
          ),
          pair(6, 'map.attribute', message(6, pair(1, 'some.map.key', stringValue('some value')))),
          bytes(9, TRACE),
          bytes(10, SPAN),
          fixed64(11, 1544712660300000000n),
        ),
      ],
    });
    expect(logsOf(send('logs', body, PROTOBUF))).toEqual(EXAMPLE_BATCH);
  });

  it('have the time they were seen when they do not say when they were made', () => {
    expect(recordOf({ timeUnixNano: '0', observedTimeUnixNano: '1544712660300000001' }).time).toBe(
      '1544712660300000001',
    );
    expect(recordOf({ observedTimeUnixNano: 1544712660300000001n.toString() }).time).toBe(
      '1544712660300000001',
    );
    expect(recordOf({}).time).toBeUndefined();
    const body = requestOf({ records: [all(fixed64(1, 0n), fixed64(11, 18446744073709551615n))] });
    expect(logsOf(send('logs', body, PROTOBUF)).groups[0]!.records[0]!.time).toBe('18446744073709551615');
  });

  it.each<[string, unknown, unknown]>([
    ['an int64 as text', { intValue: '-9223372036854775808' }, '-9223372036854775808'],
    ['a small one as text', { intValue: '-7' }, -7],
    ['a small one as a number', { intValue: 42 }, 42],
    ['bytes', { bytesValue: 'AQID' }, 'AQID'],
    ['infinity', { doubleValue: '-Infinity' }, '-Infinity'],
    ['a double as text', { doubleValue: '0.5' }, 0.5],
    ['an empty list', { arrayValue: {} }, []],
    ['an empty map', { kvlistValue: {} }, {}],
    [
      'a list of maps',
      { arrayValue: { values: [{ kvlistValue: { values: [{ key: 'a', value: { intValue: 1 } }] } }] } },
      [{ a: 1 }],
    ],
    ['names as in the .proto files', { string_value: 'x' }, 'x'],
    ['nothing', {}, null],
    ['what a later version brings', { stringValueStrindex: 3 }, null],
  ])('as JSON read %s', (_, value, expected) => {
    expect(recordOf({ attributes: [{ key: 'k', value }] }).attributes).toEqual({ k: expected });
  });

  it('as protobuf read 64-bit integers, bytes and numbers that JSON does not know', () => {
    const record = all(
      pair(6, 'least', varint(3, -9223372036854775808n)),
      pair(6, 'odd', varint(3, 9007199254740993n)),
      pair(6, 'bytes', bytes(7, Uint8Array.of(1, 2, 3))),
      pair(6, 'nan', double(4, Number.NaN)),
      pair(6, 'negative', varint(3, -5)),
    );
    const [read] = logsOf(send('logs', requestOf({ records: [record] }), PROTOBUF)).groups[0]!.records;
    expect(read!.attributes).toEqual({
      least: '-9223372036854775808',
      odd: '9007199254740993',
      bytes: 'AQID',
      nan: 'NaN',
      negative: -5,
    });
  });

  it('keep a body that is no text as JSON, the name of an event, and what the SDK left out', () => {
    expect(
      recordOf({
        body: { kvlistValue: { values: [{ key: 'order', value: { intValue: '17' } }] } },
        eventName: 'order.placed',
        droppedAttributesCount: 2,
        attributes: [{ key: 'exception.type', value: { stringValue: 'PaymentError' } }],
      }),
    ).toEqual({
      body: '{"order":17}',
      eventName: 'order.placed',
      attributes: { 'exception.type': 'PaymentError', 'otel.dropped_attributes_count': 2 },
    });
    expect(recordOf({ body: { intValue: '9007199254740993' } }).body).toBe('9007199254740993');
  });

  it.each<[unknown, number | undefined]>([
    [17, 17],
    ['17', 17],
    ['SEVERITY_NUMBER_ERROR', 17],
    ['SEVERITY_NUMBER_DEBUG4', 8],
    ['SEVERITY_NUMBER_UNSPECIFIED', undefined],
    [0, undefined],
  ])('of severity %s', (severityNumber, expected) => {
    expect(recordOf({ severityNumber }).severityNumber).toBe(expected);
  });

  it('are of no trace when the id is of another length, or zeros', () => {
    for (const traceId of ['abc', '0'.repeat(32), 'x'.repeat(32)])
      expect(recordOf({ traceId })).toEqual({ body: '' });
  });

  it('without those that cannot be read are stored, and the answer says which', () => {
    const decoded = sendJson(
      'logs',
      logJson({ body: { stringValue: 'good' } }, { timeUnixNano: 'soon' }, 7, { traceId: 5 }),
    );
    expect(logsOf(decoded).groups[0]!.records).toEqual([{ body: 'good' }]);
    expect(decoded.counts).toMatchObject([
      { kind: 'log', outcome: 'rejected', reason: 'otlp_records_invalid', quantity: 3 },
    ]);
    const answer = routeOf('logs').answer(decoded, { limited: [] }, requestWith('', JSON_TYPE));
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': JSON_TYPE } });
    expect(JSON.parse(String(answer.body))).toEqual({
      partialSuccess: {
        rejectedLogRecords: '3',
        errorMessage:
          'timeUnixNano is an integer, not "soon". A log record is no object. traceId is a text, not 5.',
      },
    });
  });

  it('may be none', () => {
    for (const decoded of [
      sendJson('logs', {}),
      sendJson('logs', { resourceLogs: [] }),
      send('logs', '', PROTOBUF),
    ])
      expect([decoded.request.records, decoded.counts]).toEqual([[], []]);
  });
});

describe('spans', () => {
  const whole = {
    traceId: TRACE,
    spanId: SPAN,
    parentSpanId: 'eee19b7ec3c1b173',
    traceState: 'a=b',
    name: "I'm a server span",
    kind: 2,
    startTimeUnixNano: '1544712660000000001',
    endTimeUnixNano: 1544712661000000003n.toString(),
    flags: 0x301,
    attributes: [{ key: 'my.span.attr', value: { stringValue: 'some value' } }],
    droppedAttributesCount: 1,
    events: [
      {
        timeUnixNano: '1544712660500000000',
        name: 'exception',
        attributes: [{ key: 'exception.message', value: { stringValue: 'card declined' } }],
      },
    ],
    droppedEventsCount: 4,
    links: [{ traceId: TRACE, spanId: SPAN, attributes: [] }, { traceId: 'nowhere' }],
    status: { code: 2, message: 'declined' },
  };
  const expected = {
    traceId: TRACE,
    spanId: SPAN,
    parentSpanId: 'eee19b7ec3c1b173',
    traceState: 'a=b',
    name: "I'm a server span",
    kind: 'server',
    start: '1544712660000000001',
    end: '1544712661000000003',
    isSegment: true,
    status: 'error',
    statusMessage: 'declined',
    attributes: {
      'my.span.attr': 'some value',
      'otel.dropped_attributes_count': 1,
      'otel.dropped_events_count': 4,
    },
    events: [
      {
        name: 'exception',
        time: '1544712660500000000',
        attributes: { 'exception.message': 'card declined' },
      },
    ],
    links: [{ traceId: TRACE, spanId: SPAN }],
  };

  it('are the same as JSON and as protobuf', () => {
    const decoded = sendJson('traces', spanJson(whole));
    expect(spansOf(decoded)).toEqual({ groups: [{ spans: [expected] }] });
    expect(decoded.request.records).toMatchObject([
      { type: 'spans', kind: 'span', meta: { quantity: 1, source: 'otlp' } },
    ]);
    const body = requestOf({
      records: [
        all(
          bytes(1, TRACE),
          bytes(2, SPAN),
          text(3, 'a=b'),
          bytes(4, 'eee19b7ec3c1b173'),
          text(5, "I'm a server span"),
          varint(6, 2),
          fixed64(7, 1544712660000000001n),
          fixed64(8, 1544712661000000003n),
          pair(9, 'my.span.attr', stringValue('some value')),
          varint(10, 1),
          message(
            11,
            all(
              fixed64(1, 1544712660500000000n),
              text(2, 'exception'),
              pair(3, 'exception.message', stringValue('card declined')),
            ),
          ),
          varint(12, 4),
          message(13, all(bytes(1, TRACE), bytes(2, SPAN))),
          message(13, bytes(1, 'aa')),
          message(15, all(text(2, 'declined'), varint(3, 2))),
          fixed32(16, 0x301),
        ),
      ],
    });
    expect(spansOf(send('traces', body, PROTOBUF))).toEqual({
      groups: [{ resource: {}, spans: [expected] }],
    });
  });

  it.each<[string, object, boolean]>([
    ['the first of a trace', { parentSpanId: '' }, true],
    ['one whose parent is elsewhere', { flags: 0x300, kind: 1 }, true],
    ['one whose parent is here', { flags: 0x100, kind: 2 }, false],
    ['a server span of an SDK that does not say', { flags: 0, kind: 2 }, true],
    ['another span of such an SDK', { flags: 0, kind: 3 }, false],
  ])('%s begins a segment, or not', (_, parts, isSegment) => {
    expect(spansOf(sendJson('traces', spanJson({ ...whole, ...parts }))).groups[0]!.spans[0]!.isSegment).toBe(
      isSegment,
    );
  });

  it('take kinds and status by name', () => {
    const [span] = spansOf(
      sendJson(
        'traces',
        spanJson({ ...whole, kind: 'SPAN_KIND_CLIENT', status: { code: 'STATUS_CODE_OK' } }),
      ),
    ).groups[0]!.spans;
    expect(span).toMatchObject({ kind: 'client', status: 'ok' });
  });

  it('without their ids or their start are left out, and the answer says so in protobuf too', () => {
    const decoded = sendJson(
      'traces',
      spanJson(
        whole,
        { ...whole, traceId: 'abc' },
        { ...whole, spanId: '0'.repeat(16) },
        { ...whole, startTimeUnixNano: 0 },
        { ...whole, kind: 'SPAN_KIND_LOUD' },
      ),
    );
    expect(spansOf(decoded).groups[0]!.spans).toHaveLength(1);
    expect(decoded.counts).toMatchObject([{ kind: 'span', outcome: 'rejected', quantity: 4 }]);
    const { body } = routeOf('traces').answer(decoded, { limited: [] }, requestWith('', PROTOBUF));
    const sentence = 'The span "I\'m a server span" has no trace id of 16 bytes.';
    expect(Buffer.from(body as Buffer).toString('utf8')).toContain(sentence);
    expect([...(body as Buffer).subarray(0, 1), ...(body as Buffer).subarray(3, 5)]).toEqual([0x0a, 0x08, 4]);
  });
});

describe('the answer', () => {
  it('to what was taken whole is empty, in the form of the request', () => {
    const decoded = sendJson('logs', logJson({}));
    const answerTo = (contentType: string) =>
      routeOf('logs').answer(decoded, { limited: [] }, requestWith('', contentType));
    expect(answerTo(JSON_TYPE)).toEqual({ status: 200, headers: { 'content-type': JSON_TYPE }, body: '{}' });
    expect(answerTo(PROTOBUF)).toEqual({
      status: 200,
      headers: { 'content-type': PROTOBUF },
      body: Buffer.alloc(0),
    });
  });

  it.each<[Rejection | Unavailable, number, number]>([
    [new Rejection('otlp_invalid', 400, 'Bad.'), 400, 3],
    [new Rejection('key_unknown', 403, 'Who?'), 403, 7],
    [new Rejection('rate_limited', 429, 'Later.'), 429, 8],
    [new Unavailable('disk_full', 'Later.'), 503, 14],
  ])('to what is refused is a Status: %s', (error, status, code) => {
    const inJson = otlpProtocol.refuse(error, [], requestWith('', JSON_TYPE));
    expect([inJson.status, JSON.parse(String(inJson.body))]).toEqual([
      status,
      { code, message: error.message },
    ]);
    const inProtobuf = otlpProtocol.refuse(error, [], requestWith('', PROTOBUF));
    expect(inProtobuf.status).toBe(status);
    expect(inProtobuf.headers).toEqual({ 'content-type': PROTOBUF });
    expect([...(inProtobuf.body as Buffer)]).toEqual([...all(varint(1, code), text(2, error.message))]);
  });
});

describe('the key', () => {
  it.each<[string, Record<string, string>]>([
    ['as a bearer', { authorization: 'Bearer abc' }],
    ['as a password', { authorization: `Basic ${Buffer.from('any:abc').toString('base64')}` }],
    ["in Sentry's header", { 'x-sentry-auth': 'sentry sentry_key=abc' }],
  ])('comes %s', (_, headers) => {
    expect(routeOf('logs').credentials({ ...requestWith(''), headers }).keys).toEqual(['abc']);
  });
});

describe('what cannot be taken', () => {
  const value = (depth: number): unknown =>
    depth === 0 ? { stringValue: 'x' } : { arrayValue: { values: [value(depth - 1)] } };
  const valueBytes = (depth: number): Buffer =>
    depth === 0 ? stringValue('x') : message(5, bytes(1, valueBytes(depth - 1)));
  const nested = (depth: number) => requestOf({ records: [bytes(5, valueBytes(depth))] });
  const good = requestOf({ records: [message(5, stringValue('hello'))] });

  it.each<[string, string | Uint8Array, string | undefined, string]>([
    ['no type', '{}', undefined, '415 media_type_unknown'],
    ['a form', '{}', 'application/x-www-form-urlencoded', '415 media_type_unknown'],
    ['half JSON', '{"resourceLogs":', JSON_TYPE, '400 json_invalid'],
    ['nothing as JSON', '', JSON_TYPE, '400 body_empty'],
    ['a list as JSON', '[]', JSON_TYPE, '400 otlp_invalid'],
    ['an object for a list', '{"resourceLogs":{}}', JSON_TYPE, '400 otlp_invalid'],
    ['a text for a resource', '{"resourceLogs":["x"]}', JSON_TYPE, '400 otlp_invalid'],
    ['JSON of great depth', '['.repeat(100_000), JSON_TYPE, '400 json_too_deep'],
    ['protobuf of great depth', nested(65), PROTOBUF, '400 otlp_invalid'],
    ['text as protobuf', 'hello there, this is text', PROTOBUF, '400 otlp_invalid'],
    ['protobuf without its last byte', good.subarray(0, -1), PROTOBUF, '400 otlp_invalid'],
    ['a length of 4 GB', Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f), PROTOBUF, '400 otlp_invalid'],
    ['a number without end', new Uint8Array(64).fill(0xff), PROTOBUF, '400 otlp_invalid'],
    ['a field without a number', Uint8Array.of(0x02, 0x00), PROTOBUF, '400 otlp_invalid'],
    ['a group', Uint8Array.of(0x0b, 0x0c), PROTOBUF, '400 otlp_invalid'],
  ])('is refused when it is %s', (_, body, contentType, expected) => {
    expect(refusalOf(() => send('logs', body, contentType))).toBe(expected);
  });

  it('is any protobuf that ends too early, and no prefix is half taken', () => {
    for (let end = 1; end < good.length; end += 1)
      expect(
        refusalOf(() => send('logs', good.subarray(0, end), PROTOBUF)),
        `${end} bytes`,
      ).toBe('400 otlp_invalid');
  });

  it('is a field of another wire type, which is passed over as a field that nobody knows', () => {
    const body = requestOf({
      records: [
        all(
          varint(5, 1),
          varint(6, 2),
          varint(99, 3),
          text(1, 'x'),
          message(5, stringValue('hello')),
          text(2, 'warn'),
        ),
      ],
    });
    expect(logsOf(send('logs', body, PROTOBUF)).groups[0]!.records).toEqual([{ body: 'hello' }]);
  });

  it('is not deep nesting within bounds, nor many attributes, nor text that is no UTF-8', () => {
    expect(logsOf(send('logs', nested(64), PROTOBUF)).groups[0]!.records[0]!.body).toMatch(
      /^\[{64}"x"\]{64}$/,
    );
    expect(recordOf({ body: value(64) }).body).toMatch(/^\[{64}"x"\]{64}$/);
    const attributes = Array.from({ length: 10_000 }, (_, n) => ({ key: `k${n}`, value: { intValue: n } }));
    expect(Object.keys(recordOf({ attributes }).attributes!)).toHaveLength(10_000);
    const body = requestOf({ records: [message(5, bytes(1, Uint8Array.of(0x61, 0xff, 0x62)))] });
    expect(logsOf(send('logs', body, PROTOBUF)).groups[0]!.records[0]!.body).toBe('a\ufffdb');
  });

  it('is a million things in two bytes each', () => {
    // Attributes without key and value, of which protobuf needs two bytes each.
    const record = Buffer.alloc(2 * 2_000_000, Uint8Array.of(0x32, 0x00));
    expect(refusalOf(() => send('logs', requestOf({ records: [record] }), PROTOBUF))).toBe(
      '413 too_many_records',
    );
  });

  it('is no way into the program: __proto__ is a name', () => {
    const attributes = [
      { key: '__proto__', value: { kvlistValue: { values: [{ key: 'a', value: { intValue: 1 } }] } } },
    ];
    const { attributes: read } = recordOf({ attributes });
    expect(Object.keys(read!)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });
});

describe('what real exporters were recorded to send', () => {
  const FIXTURES = join(import.meta.dirname, '../../../fixtures/otlp');
  const recorded = (name: string) => {
    const { headers, body } = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'));
    const bytesSent = Buffer.from(body, 'base64');
    const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytesSent) : bytesSent;
    return send(name.endsWith('logs') ? 'logs' : 'traces', plain, headers['content-type']);
  };
  const names = readdirSync(FIXTURES).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));

  it.each(names)('%s is taken whole', (name) => {
    const { request, counts } = recorded(name);
    expect(counts).toEqual([]);
    expect(request.records[0]!.meta.quantity).toBeGreaterThan(0);
  });

  it('is the same story in JSON and in protobuf', () => {
    const [json, protobuf] = ['node-json-logs', 'node-protobuf-gzip-logs'].map((name) => {
      const [group] = logsOf(recorded(name)).groups;
      return group!.records.map(({ body, attributes, severityText }) => ({ body, attributes, severityText }));
    });
    expect(json).toEqual(protobuf);
    expect(json![0]).toEqual({
      body: 'order 17 placed',
      severityText: 'INFO',
      attributes: {
        'user.id': '42',
        items: 3,
        total: 59.9,
        gift: false,
        cart: { sku: 'A-1', sizes: ['s', 'm'] },
      },
    });
    const spans = spansOf(recorded('node-protobuf-gzip-traces')).groups[0]!.spans;
    expect(spans).toMatchObject([
      { name: 'SELECT cart', kind: 'client', isSegment: false, parentSpanId: spans[1]!.spanId },
      {
        name: 'POST /checkout',
        kind: 'server',
        isSegment: true,
        status: 'error',
        events: [{ name: 'exception', attributes: { 'exception.type': 'TypeError' } }],
      },
    ]);
  });
});
