import { describe, expect, test } from 'vitest';
import { decodeEnvelope, envelopeRoutes } from './envelope.ts';
import { KEY, requestOf } from './test-request.ts';

const ID = '9ec79c33ec9942ab8353589fcb2e04dc';
const decode = (...parts: (string | Buffer)[]) =>
  decodeEnvelope(requestOf(Buffer.concat(parts.map((part) => Buffer.from(part as string)))));
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
  return 'taken';
};

test('a refused envelope is counted by the header lines of its items alone', () => {
  const holds = (body: string) =>
    envelopeRoutes[0]!.holds(requestOf(body)).map(({ kind, quantity, bytes }) => [kind, quantity, bytes]);
  const logs = `{"type":"log","item_count":3,"length":60}\n${'!'.repeat(60)}\n`;
  expect(holds(`{}\n{"type":"event"}\nno JSON\n${logs}{"type":"hologram"}\n.`)).toEqual([
    ['event', 1, 7],
    ['log', 3, 60],
    ['unknown', 1, 1],
  ]);
  expect(holds('{}')).toEqual([]);
  expect(holds('{}\n{"type":"event","length":9}\n{}')).toEqual([['unknown', 1, 33]]);
});

describe('the framing', () => {
  test('an event without length, without event id and without trailing newline is taken and gets an id', () => {
    const { request, counts } = decode('{}\n{"type":"event"}\n{"message":"hi"}');
    expect(request.records).toMatchObject([{ type: 'event', kind: 'event' }]);
    expect(Buffer.from(request.records[0]!.payload).toString()).toBe('{"message":"hi"}');
    expect(request.eventId).toMatch(/^[0-9a-f]{32}$/);
    expect(counts).toEqual([]);
  });

  test('a payload with length may hold newlines, and the next item follows it', () => {
    const { request } = decode(
      `{"event_id":"${ID}"}\n{"type":"attachment","length":5,"filename":"a.bin"}\n\x01\n\n\r\x02\n{"type":"event","length":2}\n{}\n`,
    );
    expect(request.records.map(({ type, payload }) => [type, payload.byteLength])).toEqual([
      ['attachment', 5],
      ['event', 2],
    ]);
  });

  test('zero-length items, empty lines and CRLF after headers are no errors', () => {
    const { request } = decode(
      `{"event_id":"${ID}"}\r\n\n{"type":"attachment","length":0}\n\n{"type":"event"}\r\n{}\r\n\n\n`,
    );
    expect(request.records.map(({ type, payload }) => [type, payload.byteLength])).toEqual([
      ['attachment', 0],
      ['event', 3],
    ]);
  });

  test.each([
    ['', 'body_empty'],
    ['nonsense', 'envelope_invalid'],
    ['[]\n', 'envelope_invalid'],
    ['{}\nnonsense\n{}', 'envelope_invalid'],
    ['{}\n{"type":"event","length":99}\n{}', 'envelope_invalid'],
    ['{}\n{"type":"event","length":1}\n{}', 'envelope_invalid'],
    ['{}\n{"type":"event","length":-1}\n{}', 'envelope_invalid'],
    ['{}\n{"type":"event","length":1e400}\n{}', 'envelope_invalid'],
    ['{"event_id":"yes"}\n', 'event_id_invalid'],
    [`{}\n${'{}\n\n'.repeat(1001)}`, 'too_many_items'],
    [`{"a":${'['.repeat(1000)}`, 'envelope_invalid'],
    ['{}\n{"type":"event"}\n{"message":', 'json_invalid'],
    ['{}\n{"type":"event"}\nnull', 'event_invalid'],
    ['{}\n{"type":"event"}\n[]', 'event_invalid'],
    ['{}\n{"type":"event"}', 'json_invalid'],
    [`{}\n{"type":"event"}\n${'['.repeat(1_000_000)}`, 'json_too_deep'],
    [`{}\n{"type":"event"}\n{"a":${'{"a":'.repeat(200)}1${'}'.repeat(201)}`, 'json_too_deep'],
    [`{}\n{"type":"event"}\n{"message":"${'x'.repeat(1_048_576)}"}`, 'item_too_large'],
    ['{}\n{"type":"check_in"}\n{"monitor_slug":"nightly","status":"maybe"}', 'check_in_invalid'],
    ['{}\n{"type":"feedback"}\n{"contexts":{"feedback":{"message":" "}}}', 'feedback_invalid'],
    ['{}\n', 'taken'],
    ['{}', 'taken'],
  ])('%.60s … is %s', (body, code) => {
    expect(codeOf(() => decode(body))).toBe(code);
  });
});

describe('what is in it', () => {
  test('the id of the envelope wins over the payload, dashes and case are normalised', () => {
    const dashed = '9EC79C33-EC99-42AB-8353-589FCB2E04DC';
    const payload = `{"type":"event"}\n{"event_id":"${'b'.repeat(32)}"}`;
    expect(decode(`{"event_id":"${dashed}"}\n${payload}`).request.eventId).toBe(ID);
    expect(decode(`{}\n${payload}`).request.eventId).toBe('b'.repeat(32));
  });

  test('sent_at, sdk and trace of the header go along', () => {
    const { request } = decode(
      `{"sent_at":"2026-01-02T03:04:05.678Z","sdk":{"name":"sentry.php","version":"4.0.0"},"trace":{"trace_id":"t"}}\n`,
    );
    expect(request).toMatchObject({
      sentAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      sdk: { name: 'sentry.php', version: '4.0.0' },
      trace: { trace_id: 't' },
    });
  });

  test('one bad item is counted and the rest goes through', () => {
    const { request, counts } = decode(
      `{"event_id":"${ID}"}\n{"type":"session"}\nnot json\n{"type":"event"}\n{}\n{"type":"check_in"}\n${JSON.stringify({ monitor_slug: 'x'.repeat(102_400) })}`,
    );
    expect(request.records.map(({ type }) => type)).toEqual(['event']);
    expect(counts).toEqual([
      { kind: 'session', outcome: 'dropped', reason: 'invalid_item', quantity: 1, bytes: 8 },
      { kind: 'check_in', outcome: 'dropped', reason: 'item_too_large', quantity: 1, bytes: 102_419 },
    ]);
  });

  test('of one envelope so much JSON is parsed and no more; raw bytes are not limited with it', () => {
    const checkIn = JSON.stringify({ monitor_slug: 'a', status: 'ok', text: 'x'.repeat(100_000) });
    const tooLarge = `{"type":"check_in"}\n${'x'.repeat(9 * 1024 * 1024)}\n`;
    const file = `{"type":"attachment"}\n${'x'.repeat(9 * 1024 * 1024)}\n`;
    const { request, counts } = decode(
      `{"event_id":"${ID}"}\n${tooLarge}${file}${`{"type":"check_in"}\n${checkIn}\n`.repeat(90)}{"type":"profile"}\n{}`,
    );
    expect(Map.groupBy(request.records, ({ type }) => type).get('check_in')).toHaveLength(83);
    expect(request.records[0]!.type).toBe('attachment');
    expect(counts.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      ...Array.from({ length: 8 }, () => 'check_in item_too_large'),
      'profile kind_not_stored',
    ]);
  });

  test('kinds that are not kept and types nobody knows are counted with what they hold', () => {
    const metrics =
      '{"type":"trace_metric","item_count":2,"content_type":"application/vnd.sentry.items.trace-metric+json"}\n{"items":[{},{}]}';
    const liar = '{"type":"trace_metric","item_count":1000000000}\n{}';
    const { request, counts } = decode(`{}\n${metrics}\n${liar}\n{"type":"from_the_future"}\n?\n{}\n!`);
    expect(request.records).toEqual([]);
    expect(counts.map(({ kind, reason, quantity }) => [kind, reason, quantity])).toEqual([
      ['metric', 'kind_not_stored', 2],
      ['metric', 'kind_not_stored', 1],
      ['unknown', 'unknown_item', 1],
      ['unknown', 'unknown_item', 1],
    ]);
  });

  test('a transaction in an event item is a transaction', () => {
    const { request } = decode(
      `{}\n{"type":"event"}\n{"type":"transaction","start_timestamp":1795371176,"timestamp":1795371177,"contexts":{"trace":{"trace_id":"${ID}","span_id":"b04a6ac0136be0f4"}}}`,
    );
    expect(request.records).toMatchObject([{ type: 'spans', kind: 'transaction', meta: { quantity: 1 } }]);
  });

  test('what the SDK discarded goes to the ledger with its reason, and hostile entries do not', () => {
    const report = {
      discarded_events: [
        { reason: 'ratelimit_backoff', category: 'error', quantity: 3 },
        { reason: 'before_send', category: 'log_item', quantity: 7 },
        { reason: 'queue_overflow', category: 'log_byte', quantity: 900 },
        { reason: 'sample_rate', category: 'brand_new', quantity: 1 },
        { reason: '<script>', category: 'transaction', quantity: 1 },
        { reason: 'before_send', category: 'error', quantity: -4 },
        { reason: 'before_send', category: 'error', quantity: 1e300 },
        'nonsense',
      ],
    };
    const { request, counts } = decode(`{}\n{"type":"client_report"}\n${JSON.stringify(report)}`);
    expect(request.records).toEqual([]);
    expect(counts).toEqual([
      { kind: 'event', outcome: 'discarded', reason: 'ratelimit_backoff', quantity: 3, bytes: 0 },
      { kind: 'log', outcome: 'discarded', reason: 'before_send', quantity: 7, bytes: 0 },
      { kind: 'log', outcome: 'discarded', reason: 'queue_overflow', quantity: 0, bytes: 900 },
      { kind: 'unknown', outcome: 'discarded', reason: 'sample_rate', quantity: 1, bytes: 0 },
      { kind: 'transaction', outcome: 'discarded', reason: 'other', quantity: 1, bytes: 0 },
    ]);
  });

  test('attachments need an event, in the header or beside them', () => {
    const attachment = '{"type":"attachment","length":1}\nx\n';
    expect(decode(`{"event_id":"${ID}"}\n${attachment}`).request.records).toHaveLength(1);
    expect(decode(`{}\n${attachment}{"type":"event"}\n{}`).request.records).toHaveLength(2);
    const { request, counts } = decode(`{}\n${attachment}`);
    expect(request.records).toEqual([]);
    expect(counts).toMatchObject([{ kind: 'attachment', reason: 'invalid_item' }]);
  });

  test('a second event in one envelope is dropped, since both would have one id', () => {
    const { request, counts } = decode(
      '{}\n{"type":"event"}\n{"message":"a"}\n{"type":"event"}\n{"message":"b"}',
    );
    expect(request.records).toHaveLength(1);
    expect(counts).toMatchObject([{ kind: 'event', reason: 'invalid_item' }]);
  });

  test('invalid UTF-8 is replaced; lone surrogates, NULs and a byte order mark harm nobody', () => {
    const { request } = decode(
      '{}\n{"type":"event"}\n',
      Buffer.from([0xef, 0xbb, 0xbf]),
      '{"message":"',
      Buffer.from([0xff, 0xc3]),
      '\\ud800\\u0000"}',
    );
    expect(Buffer.from(request.records[0]!.payload).toString()).toBe(
      '{"message":"\ufffd\ufffd\\ud800\\u0000"}',
    );
  });
});

describe('who sends', () => {
  const body = `{"dsn":"https://${KEY}@tandem.example/7"}\n`;
  const credentials = (parts: Parameters<typeof requestOf>[1], text = body) =>
    envelopeRoutes[0]!.credentials(requestOf(text, parts));

  test.each([
    ['the dsn of the envelope header', { params: {} }, body],
    [
      'X-Sentry-Auth',
      {
        params: { project: '7' },
        headers: { 'x-sentry-auth': `Sentry sentry_version=7, sentry_key=${KEY}, sentry_secret=s` },
      },
      '{}',
    ],
    [
      'Authorization',
      { params: { project: '7' }, headers: { authorization: `Sentry sentry_version=7,sentry_key=${KEY}` } },
      '{}',
    ],
    ['the query', { params: { project: '7' }, query: new URLSearchParams({ sentry_key: KEY }) }, '{}'],
    [
      'Authorization: DSN',
      {
        params: {},
        headers: { authorization: `DSN http://${KEY.toUpperCase()}:secret@localhost:4000/prefix/7` },
      },
      '{}',
    ],
  ])('is read from %s', (_, parts, text) => {
    expect(credentials(parts, text)).toEqual({ keys: [KEY], project: '7' });
  });

  test('keys that disagree are all reported, projects that disagree are refused', () => {
    const other = 'b'.repeat(32);
    const query = new URLSearchParams(`sentry_key=${KEY}&sentry_key=${other}`);
    expect(credentials({ params: {}, query }, '{}').keys).toEqual([KEY, other]);
    const headers = {
      'x-sentry-auth': `Sentry sentry_key=${KEY}`,
      authorization: `Sentry sentry_key=${other}`,
    };
    expect(credentials({ headers, params: {} }, '{}').keys).toEqual([KEY, other]);
    expect(
      credentials({ params: { project: '7' }, query: new URLSearchParams({ sentry_key: other }) }).keys,
    ).toEqual([other, KEY]);
    expect(codeOf(() => credentials({ params: { project: '8' } }))).toBe('project_mismatch');
    expect(codeOf(() => credentials({}, '{"dsn":"nonsense"}'))).toBe('key_missing');
  });
});
