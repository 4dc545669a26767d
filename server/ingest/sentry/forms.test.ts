import { describe, expect, test } from 'vitest';
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { REPORT_DIALOG_SCRIPT } from './report-dialog.ts';
import { sentryProtocol } from './sentry.ts';
import { jsonOf, KEY, refusalOf, requestOf } from './test-request.ts';

const routeOf = (method: string, path: string) =>
  sentryProtocol.routes.find((route) => route.method === method && route.path === path)!;
const ID = '9ec79c33ec9942ab8353589fcb2e04dc';

describe('a check-in by curl', () => {
  const decode = (query: string, body = '', parts: Partial<IngestRequest> = {}) =>
    routeOf('POST', '/api/:project/cron/:slug/').decode(
      requestOf(body, {
        params: { project: '1', slug: 'nightly' },
        query: new URLSearchParams(query),
        ...parts,
      }),
    ) as Decoded;

  test('takes everything from the query', () => {
    const decoded = decode(`status=ok&check_in_id=${ID}&duration=1.5&environment=dev`);
    expect(decoded.request.records).toMatchObject([{ type: 'check_in', kind: 'check_in' }]);
    expect(jsonOf(decoded.request.records[0])).toEqual({
      monitor_slug: 'nightly',
      status: 'ok',
      check_in_id: ID,
      duration: 1.5,
      environment: 'dev',
    });
    expect(routeOf('GET', '/api/:project/cron/:slug/:key/').answer(decoded, { limited: [] }).status).toBe(
      202,
    );
  });

  test('may carry the monitor in the body, and is about the latest one when it names no id', () => {
    const config = { schedule: { type: 'crontab', value: '0 3 * * *' } };
    const { request } = decode('', JSON.stringify({ status: 'in_progress', monitor_config: config }));
    expect(jsonOf(request.records[0])).toEqual({
      monitor_slug: 'nightly',
      status: 'in_progress',
      monitor_config: config,
      check_in_id: '0'.repeat(32),
    });
    expect(jsonOf(decode('status=ok', 'a=b').request.records[0])).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['', '', 'check_in_invalid'],
    ['status=maybe', '', 'check_in_invalid'],
    ['status=ok&duration=long', '', 'check_in_invalid'],
    ['status=ok&check_in_id=7', '', 'event_id_invalid'],
    ['status=ok', '{', 'json_invalid'],
  ])('with ?%s and body %s is %s', async (query, body, code) => {
    expect(await refusalOf(() => decode(query, body))).toBe(code);
  });

  test('may name the key in the path', () => {
    const credentials = routeOf('GET', '/api/:project/cron/:slug/:key/').credentials(
      requestOf('', { params: { project: '1', slug: 's', key: KEY } }),
    );
    expect(credentials).toEqual({ keys: [KEY], project: '1' });
  });
});

describe('what users write', () => {
  const dsn = `https://${KEY}@tandem.example/1`;

  test('in the crash-report dialog is a user report about its event', () => {
    const route = routeOf('POST', '/api/embed/error-page/');
    const request = requestOf('name=Ann&email=ann%40example.com&comments=It+broke%21', {
      params: {},
      query: new URLSearchParams({ dsn, eventId: ID }),
    });
    expect(route.credentials(request)).toEqual({ keys: [KEY], project: '1' });
    const decoded = route.decode(request) as Decoded;
    expect(decoded.request).toMatchObject({
      eventId: ID,
      records: [{ type: 'user_report', kind: 'feedback' }],
    });
    expect(jsonOf(decoded.request.records[0])).toEqual({
      event_id: ID,
      name: 'Ann',
      email: 'ann@example.com',
      comments: 'It broke!',
      source: 'crash_dialog',
    });
  });

  test('by the legacy address is one too', () => {
    const route = routeOf('POST', '/api/0/projects/:organization/:slug/user-feedback/');
    const request = requestOf(JSON.stringify({ event_id: ID, comments: 'hm' }), {
      params: {},
      headers: { authorization: `DSN ${dsn}` },
    });
    expect(route.credentials(request)).toEqual({ keys: [KEY], project: '1' });
    expect((route.decode(request) as Decoded).request.records).toHaveLength(1);
  });

  test.each([
    ['comments=', 'feedback_invalid'],
    ['comments=x', 'feedback_invalid'],
    ['comments=x&eventId=7', 'event_id_invalid'],
  ])('without event or words (%s) is %s', async (body, code) => {
    expect(await refusalOf(() => routeOf('POST', '/api/embed/error-page/').decode(requestOf(body)))).toBe(
      code,
    );
  });

  test('is asked for by a script that is the same for everyone', () => {
    const route = routeOf('GET', '/api/embed/error-page/');
    const request = requestOf('', {
      query: new URLSearchParams({ dsn, eventId: ID, title: '</script><script>alert(1)</script>' }),
    });
    const answer = route.answer(route.decode(request) as Decoded, { limited: [] });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
      body: REPORT_DIALOG_SCRIPT,
    });
    expect(() => new Function(REPORT_DIALOG_SCRIPT)).not.toThrow();
  });
});

describe('the answer', () => {
  const decoded: Decoded = { request: { eventId: ID, records: [] }, counts: [] };
  const answer = routeOf('POST', '/api/:project/envelope/').answer;

  test('is the event id, or nothing for an envelope about no event', () => {
    expect(answer(decoded, { limited: [] })).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: `{"id":"${ID}"}`,
    });
    expect(answer({ ...decoded, request: { records: [] } }, { limited: [] }).body).toBe('{}');
  });

  test('names limits by category, in the grammar SDKs read', () => {
    const { headers } = answer(decoded, {
      limited: [
        { kinds: ['event', 'log'], retryAfterSeconds: 59.2, scope: 'key', reason: 'quota exceeded!' },
        { kinds: [], retryAfterSeconds: 0, scope: 'organization', reason: 'overloaded' },
        { kinds: ['unknown'], retryAfterSeconds: 900, scope: 'project', reason: 'x' },
      ],
    });
    expect(headers).toMatchObject({
      'x-sentry-rate-limits':
        '60:error;default;log_item;log_byte:key:quota_exceeded_:, 1::organization:overloaded:',
    });
  });

  test('to a refusal is a sentence, in the body and in a header browsers may read', () => {
    const refusal = new Rejection('rate_limited', 429, 'Too fast: “€”\r\nX: y', {
      headers: { 'x-extra': '1' },
    });
    expect(
      sentryProtocol.refuse(refusal, [
        { kinds: ['event'], retryAfterSeconds: 5, scope: 'key', reason: 'rate' },
      ]),
    ).toEqual({
      status: 429,
      headers: {
        'content-type': 'application/json',
        'x-sentry-error': 'Too fast: ???' + '??X: y',
        'x-sentry-rate-limits': '5:error;default:key:rate:',
        'retry-after': '5',
        'x-extra': '1',
      },
      body: JSON.stringify({
        detail: 'Too fast: “€”\r\nX: y',
        error: { code: 'rate_limited', message: 'Too fast: “€”\r\nX: y' },
      }),
    });
    expect(
      sentryProtocol.refuse(new Unavailable('disk_full', 'Later.', { retryAfterSeconds: 7 }), []),
    ).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7' },
    });
  });
});
