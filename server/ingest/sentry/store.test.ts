import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { storeRoutes } from './store.ts';
import { refusalOf, requestOf } from './test-request.ts';

const decode = (body: Buffer | string, parts: Partial<IngestRequest> = {}) =>
  storeRoutes[0]!.decode(requestOf(body, parts));
const ID = '9ec79c33ec9942ab8353589fcb2e04dc';
const EVENT = `{"event_id":"${ID}","message":"hi"}`;

test.each([
  ['JSON', EVENT],
  ['base64 of zlib, as raven sends it', deflateSync(EVENT).toString('base64')],
  ['zlib alone', deflateSync(EVENT)],
])('an event as %s is taken', async (_, body) => {
  const { request } = await decode(body, {
    headers: { 'x-sentry-auth': 'Sentry sentry_client=raven-node/2.6.4, sentry_key=a' },
  });
  expect(request.eventId).toBe(ID);
  expect(request.sdk).toEqual({ name: 'raven-node', version: '2.6.4' });
  expect(Buffer.from(request.records[0]!.payload).toString()).toBe(EVENT);
});

test.each([
  ['', 'body_empty'],
  ['eJnonsense', 'encoding_invalid'],
  ['eJ', 'encoding_invalid'],
  ['hello', 'json_invalid'],
  ['"hello"', 'event_invalid'],
  [`{"event_id":"${ID.slice(1)}"}`, 'event_id_invalid'],
  [`{"a":"${'x'.repeat(1_048_576)}"}`, 'item_too_large'],
  [deflateSync(Buffer.alloc(50_000_000)).toString('base64'), 'item_too_large'],
  [`{"a":${'['.repeat(500_000)}${']'.repeat(500_000)}}`, 'json_too_deep'],
])('%.40s is %s', async (body, code) => {
  expect(await refusalOf(() => decode(body))).toBe(code);
});

test('an event of type csp is counted as security, and an all-zero id as none', async () => {
  const { request } = await decode(`{"event_id":"${'0'.repeat(32)}","type":"csp","csp":{}}`);
  expect(request.records[0]!.kind).toBe('security');
  expect(request.eventId).not.toMatch(/^0+$/);
});
