import { expect, test } from 'vitest';
import { breadcrumbKind, breadcrumbLine } from './breadcrumb-line.ts';

const line = (crumb: {
  category?: string;
  type?: string;
  message?: string;
  data?: Record<string, unknown>;
}) =>
  breadcrumbLine({
    at: 0,
    level: 'info',
    type: '',
    category: '',
    message: '',
    ...crumb,
    data: Object.entries(crumb.data ?? {}),
  });

test('a request reads as one sentence', () => {
  expect(
    line({
      category: 'fetch',
      data: { method: 'POST', url: 'https://a.test/pay', status_code: 503, duration: 12 },
    }),
  ).toEqual({
    text: 'POST https://a.test/pay → 503',
    rest: [['duration', 12]],
  });
});

test('a request of a Node SDK tells its method and query in words of their own', () => {
  const told = line({
    category: 'http',
    data: {
      status_code: 200,
      url: 'https://a.test/cards',
      'http.request.method': 'GET',
      'url.query': 'customer=ada',
    },
  });
  expect(told).toEqual({ text: 'GET https://a.test/cards?customer=ada → 200', rest: [] });
  expect(line({ data: { url: '/a', 'http.method': 'GET', 'http.query': '?b=1' } }).text).toBe('GET /a?b=1');
});

test('a request that got no answer', () => {
  expect(line({ category: 'xhr', data: { url: '/a' } }).text).toBe('/a');
});

test('a page change', () => {
  expect(line({ category: 'navigation', data: { from: '/', to: '/cart' } })).toEqual({
    text: '/ → /cart',
    rest: [],
  });
});

test('what the sender wrote itself is left as it is', () => {
  expect(line({ category: 'auth', message: 'signed in', data: { user: 7 } })).toEqual({
    text: 'signed in',
    rest: [['user', 7]],
  });
});

test('the console does not say everything twice', () => {
  expect(
    line({ category: 'console', message: 'hi', data: { arguments: ['hi'], logger: 'console' } }).rest,
  ).toEqual([]);
});

test('data of odd shapes stays below the line', () => {
  expect(line({ category: 'http', data: { url: { href: '/a' } } })).toEqual({
    text: '',
    rest: [['url', { href: '/a' }]],
  });
});

test.each([
  ['http', 'anything', 'http'],
  ['', 'ui.click', 'user'],
  ['default', 'console', 'debug'],
  ['', 'xhr', 'http'],
  ['', 'query', 'query'],
  ['constructor', '__proto__', 'other'],
])('type %j and category %j make a step of kind %s', (type, category, kind) => {
  expect(breadcrumbKind({ type, category })).toBe(kind);
});
