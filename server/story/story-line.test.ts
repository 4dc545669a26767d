/** What lines of a story say, as SDKs spell it. */
import { expect, it } from 'vitest';
import { lineOfBreadcrumb } from './story-line.ts';
import { lineOf } from './test-lines.ts';

it.each<[string, Record<string, unknown>, string]>([
  ["JavaScript's fetch", { method: 'POST', url: '/charges', status_code: 503 }, 'POST /charges 503'],
  [
    "Python's http.client",
    {
      'http.method': 'POST',
      url: 'http://gateway/charges',
      'http.response.status_code': 503,
      reason: 'busy',
    },
    'POST http://gateway/charges 503',
  ],
  ['a navigation', { from: '/cart', to: '/checkout' }, '/cart → /checkout'],
])('a breadcrumb of %s says what was called, and what came of it', (_, data, text) => {
  const error = lineOf({ at: 0, kind: 'error', body: 'PaymentError' });
  expect(lineOfBreadcrumb({ timestamp: 1, type: 'http', data }, 0, error)?.body).toBe(text);
});
