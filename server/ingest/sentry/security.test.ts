import { describe, expect, test } from 'vitest';
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { decodeEnvelope } from './envelope.ts';
import { securityRoutes } from './security.ts';
import { jsonOf, refusalOf, requestOf } from './test-request.ts';

const decode = (body: unknown, parts: Partial<IngestRequest> = {}) =>
  securityRoutes[0]!.decode(
    requestOf(typeof body === 'string' ? body : JSON.stringify(body), parts),
  ) as Decoded;
const eventOf = (body: unknown, parts: Partial<IngestRequest> = {}) =>
  jsonOf(decode(body, parts).request.records[0]);

const BLOCKED_STYLE = {
  'document-uri': 'https://shop.example/cart?step=2',
  referrer: 'https://search.example/',
  'violated-directive': 'style-src cdn.example.com https://shop.example',
  'effective-directive': 'style-src',
  'blocked-uri': 'https://evil.example:8443/x.css?token=secret',
  'status-code': 200,
};

test('a CSP report by report-uri becomes an event that says what was blocked where', () => {
  const { request, counts } = decode(
    { 'csp-report': BLOCKED_STYLE },
    {
      query: new URLSearchParams({
        sentry_key: 'k',
        sentry_release: 'web@1.2',
        sentry_environment: 'production',
      }),
      headers: { 'user-agent': 'Firefox' },
    },
  );
  expect(counts).toEqual([]);
  expect(request.records.map(({ type, kind }) => [type, kind])).toEqual([['event', 'security']]);
  expect(jsonOf(request.records[0])).toEqual({
    event_id: request.eventId,
    type: 'csp',
    platform: 'other',
    logger: 'csp',
    timestamp: 1_764_000_000,
    release: 'web@1.2',
    environment: 'production',
    user: { ip_address: '{{auto}}' },
    logentry: { formatted: "Blocked 'style' from 'evil.example:8443'" },
    culprit: "style-src cdn.example.com 'self'",
    tags: [
      ['effective-directive', 'style-src'],
      ['blocked-uri', 'https://evil.example:8443/x.css'],
      ['blocked-host', 'evil.example'],
    ],
    request: {
      url: 'https://shop.example/cart?step=2',
      headers: [
        ['Referer', 'https://search.example/'],
        ['User-Agent', 'Firefox'],
      ],
    },
    csp: {
      effective_directive: 'style-src',
      violated_directive: 'style-src cdn.example.com https://shop.example',
      blocked_uri: 'https://evil.example:8443/x.css?token=secret',
      document_uri: 'https://shop.example/cart?step=2',
      referrer: 'https://search.example/',
      status_code: 200,
    },
  });
});

test('a report that a relay forwards in an envelope is stored under the id of the envelope', () => {
  const id = '9ec79c33ec9942ab8353589fcb2e04dc';
  const { request } = decodeEnvelope(
    requestOf(
      `{"event_id":"${id}"}\n{"type":"raw_security","sentry_release":"web@3"}\n${JSON.stringify({ 'csp-report': BLOCKED_STYLE })}`,
    ),
  );
  expect(request).toMatchObject({ eventId: id, records: [{ type: 'event', kind: 'security', meta: {} }] });
  expect(jsonOf(request.records[0])).toMatchObject({ type: 'csp', release: 'web@3' });
});

test('a Reporting API body may hold several reports: each has its own id, age moves it back, others are counted', () => {
  const violation = (blockedURL: string) => ({
    type: 'csp-violation',
    age: 5_000,
    url: 'https://shop.example/',
    user_agent: 'Chrome',
    body: {
      documentURL: 'https://shop.example/',
      blockedURL,
      effectiveDirective: 'script-src-elem',
      disposition: 'report',
    },
  });
  const { request, counts } = decode([
    violation('https://a.example/x.js'),
    violation('inline'),
    { type: 'deprecation', body: { id: 'x' } },
    { type: 'csp-violation', body: {} },
  ]);
  const events = request.records.map(jsonOf);
  expect(events.map((event) => event.logentry)).toEqual([
    { formatted: "Blocked 'script' from 'a.example'" },
    { formatted: "Blocked inline 'script'" },
  ]);
  expect(events[0]!.timestamp).toBe(1_763_999_995);
  expect(request.records.map(({ meta }) => meta.eventId)).toEqual(events.map((event) => event.event_id));
  expect(new Set(events.map((event) => event.event_id)).size).toBe(2);
  expect(request.eventId).toBe(events[0]!.event_id);
  expect(counts.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['security', 'unknown_item'],
    ['security', 'invalid_item'],
  ]);
});

describe('what was blocked, in words', () => {
  test.each([
    [{ 'violated-directive': 'img-src', 'blocked-uri': 'data' }, "Blocked 'image' from 'data:'"],
    [{ 'violated-directive': "script-src 'self'", 'blocked-uri': 'eval' }, "Blocked eval() in 'script'"],
    [{ 'violated-directive': 'script-src' }, "Blocked inline 'script'"],
    [
      { 'effective-directive': 'form-action', 'blocked-uri': 'https://pay.example/go' },
      "Blocked 'form' action to 'pay.example'",
    ],
    [
      { 'effective-directive': 'connect-src', 'blocked-uri': 'wss://live.example/s' },
      "Blocked 'connect' from 'wss://live.example'",
    ],
    [
      { 'effective-directive': 'default-src', 'blocked-uri': 'blob:https://x/1' },
      "Blocked 'default-src' from 'blob:'",
    ],
  ])('%j is %s', (report, formatted) => {
    expect(eventOf({ 'csp-report': report }).logentry).toEqual({ formatted });
  });
});

test('a network error says phase and type, with the status of an HTTP error', () => {
  const report = (body: object) => [
    { type: 'network-error', age: 100, url: 'https://api.example/pay', body },
  ];
  expect(
    eventOf(
      report({
        phase: 'connection',
        type: 'tcp.refused',
        method: 'GET',
        server_ip: '192.0.2.1',
        status_code: 0,
      }),
    ),
  ).toMatchObject({
    type: 'nel',
    logger: 'nel',
    logentry: { formatted: 'connection / tcp.refused' },
    tags: [
      ['method', 'GET'],
      ['status_code', '0'],
      ['server_ip', '192.0.2.1'],
    ],
    request: { url: 'https://api.example/pay', method: 'GET' },
    nel: { url: 'https://api.example/pay', body: { phase: 'connection' } },
  });
  expect(eventOf(report({ phase: 'application', type: 'http.error', status_code: 503 })).logentry).toEqual({
    formatted: 'application / http.error (503)',
  });
});

test.each([
  [
    { 'expect-ct-report': { hostname: 'shop.example', port: 443, 'date-time': '2026-01-02T03:04:05Z' } },
    'expectct',
    "Expect-CT failed for 'shop.example'",
  ],
  [
    { 'expect-staple-report': { hostname: 'shop.example', port: 8443, 'response-status': 'MISSING' } },
    'expectstaple',
    "Expect-Staple failed for 'shop.example'",
  ],
  [
    { hostname: 'shop.example', port: 443, 'known-pins': [], 'include-subdomains': false },
    'hpkp',
    "Public key pinning validation failed for 'shop.example'",
  ],
])('%j is an event of type %s', (report, type, formatted) => {
  expect(eventOf(report)).toMatchObject({
    type,
    culprit: 'shop.example',
    logentry: { formatted },
    [type]: { hostname: 'shop.example' },
  });
});

test.each([
  ['', 'body_empty'],
  ['{', 'json_invalid'],
  ['{}', 'report_invalid'],
  ['null', 'report_invalid'],
  ['[]', 'taken'],
  ['[7]', 'report_invalid'],
  [{ 'csp-report': {} }, 'report_invalid'],
  [{ 'csp-report': { 'violated-directive': '<script>' } }, 'report_invalid'],
  [{ 'expect-ct-report': null }, 'report_invalid'],
  [Array.from({ length: 101 }, () => ({})), 'too_many_items'],
])('%.40j is %s', async (body, code) => {
  expect(await refusalOf(() => decode(body))).toBe(code);
});
