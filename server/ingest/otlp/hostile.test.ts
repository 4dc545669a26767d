/** Whatever bytes come as OTLP, a decoder ends in records that can be journalled or in a refusal of the table. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { encodeAccepted } from '#server/record/accepted.ts';
import { REJECTIONS } from '#server/record/rejections.ts';
import { otlpProtocol } from './otlp.ts';
import {
  all,
  bytes,
  double,
  fixed32,
  fixed64,
  message,
  pair,
  protobufRequest,
  text,
  varint,
} from './test-messages.ts';

const always = { seed: 20_261_122, numRuns: 1_500 };

/** `taken`, or the code of the refusal; anything else thrown is a mistake of ours. */
function codesOf(body: Buffer, contentType: string): string[] {
  return otlpProtocol.routes.map((route) => {
    const request: IngestRequest = {
      method: 'POST',
      path: route.path,
      params: {},
      query: new URLSearchParams(),
      headers: { 'content-type': contentType },
      body,
      unpack: async (part) => part,
      clientIp: '127.0.0.1',
      receivedAt: 0,
    };
    try {
      const decoded = route.decode(request) as Awaited<ReturnType<typeof route.decode>>;
      encodeAccepted({ ...decoded.request, project: 1, key: 1, receivedAt: 0 });
      route.answer(decoded, { limited: [] }, request);
      return 'taken';
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      return error.code;
    }
  });
}
const isKnown = (codes: string[]) => codes.every((code) => code === 'taken' || code in REJECTIONS);

const PROTOBUF = 'application/x-protobuf';
const log = all(
  fixed64(1, 1544712660300000000n),
  varint(2, 10),
  message(5, message(6, pair(1, 'a', message(5, message(1, text(1, 'x')))))),
  pair(6, 'int', varint(3, -1n)),
  pair(6, 'double', double(4, 0.5)),
  bytes(9, '5b8efff798038103d269b633813fc60c'),
);
const span = all(
  bytes(1, '5b8efff798038103d269b633813fc60c'),
  bytes(2, 'eee19b7ec3c1b174'),
  text(5, 'GET /'),
  fixed64(7, 1544712660300000000n),
  message(11, fixed64(1, 1n), text(2, 'exception'), pair(3, 'k', text(1, 'v'))),
  message(15, text(2, 'no'), varint(3, 2)),
  fixed32(16, 1),
);
const whole = [protobufRequest({ records: [log, log] }), protobufRequest({ records: [span] })];

test('bytes at random', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (random) =>
      isKnown(codesOf(Buffer.from(random), PROTOBUF)),
    ),
    always,
  );
});

test('good protobuf, cut, flipped and stuffed', () => {
  const change = fc.record({
    at: fc.nat(1_000),
    cut: fc.nat(20),
    stuff: fc.uint8Array({ maxLength: 8 }),
    flip: fc.nat(255),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (good, changes) => {
        let body = good;
        for (const { at, cut, stuff, flip } of changes) {
          const from = at % (body.length + 1);
          body = Buffer.concat([body.subarray(0, from), stuff, body.subarray(from + cut)]);
          if (body.length > 0) body[from % body.length]! ^= flip;
        }
        return isKnown(codesOf(body, PROTOBUF));
      },
    ),
    always,
  );
});

test('JSON in which every field may be anything', () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(null, -1, 1e300, '-1', '99999999999999999999999', '\ud800', [[]], { toString: 1 }),
  );
  const object = (fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record(
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fc.oneof(value, anything)])),
      { requiredKeys: [] },
    );
  const list = (of: fc.Arbitrary<unknown>) =>
    fc.oneof(fc.array(fc.oneof(of, anything), { maxLength: 3 }), anything);
  const value = object({
    stringValue: fc.string(),
    intValue: fc.integer(),
    kvlistValue: anything,
    bytesValue: anything,
  });
  const attributes = list(object({ key: fc.string(), value }));
  const record = object({
    timeUnixNano: anything,
    startTimeUnixNano: fc.constant('1544712660300000000'),
    traceId: fc.constant('5b8efff798038103d269b633813fc60c'),
    spanId: fc.constant('eee19b7ec3c1b174'),
    severityNumber: anything,
    kind: anything,
    body: value,
    attributes,
    events: list(object({ name: fc.string(), attributes })),
    links: list(object({ traceId: anything, attributes })),
    status: object({ code: anything, message: anything }),
  });
  const scope = object({
    scope: object({ name: anything, attributes }),
    logRecords: list(record),
    spans: list(record),
  });
  const resource = object({
    resource: object({ attributes }),
    scopeLogs: list(scope),
    scopeSpans: list(scope),
  });
  fc.assert(
    fc.property(object({ resourceLogs: list(resource), resourceSpans: list(resource) }), (request) =>
      isKnown(codesOf(Buffer.from(JSON.stringify(request) ?? 'null'), 'application/json')),
    ),
    always,
  );
});

test('the good ones are taken', () => {
  expect(codesOf(whole[0]!, PROTOBUF)[0]).toBe('taken');
  expect(codesOf(whole[1]!, PROTOBUF).at(-1)).toBe('taken');
});
