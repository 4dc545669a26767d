import { expect, test } from 'vitest';
import type { EventPayload } from '#server/record/event.ts';
import { publicEvent, withoutPersons } from './public-event.ts';

/** Everything that says who it happened to, where one would not look first. */
const SECRET = 'top-secret';
const EVENT = {
  event_id: 'a'.repeat(32),
  type: 'error',
  timestamp: 1,
  received: 1,
  level: 'error',
  platform: 'node',
  server_name: SECRET,
  transaction: SECRET,
  release: 'shop@1',
  user: { id: SECRET, email: SECRET },
  request: { url: SECRET, data: SECRET, cookies: [['a', SECRET]], headers: [['authorization', SECRET]] },
  breadcrumbs: { values: [{ message: SECRET }] },
  extra: { note: SECRET },
  contexts: { trace: { trace_id: SECRET }, state: { a: SECRET } },
  tags: [
    ['release', 'shop@1'],
    ['user', SECRET],
    ['server_name', SECRET],
    ['customer', SECRET],
    ['browser', 'Firefox 140'],
  ],
  exception: {
    values: [
      {
        type: 'PaymentError',
        value: 'declined for ada@example.com from 10.1.2.3',
        thread_id: SECRET,
        mechanism: { type: 'generic', handled: false, data: { a: SECRET }, meta: { b: SECRET } },
        raw_stacktrace: { frames: [{ filename: SECRET }] },
        stacktrace: {
          registers: { rax: SECRET },
          frames: [
            {
              filename: '/home/ada/shop/pay.js?token=1',
              abs_path: `/home/${SECRET}/pay.js`,
              function: 'pay',
              lineno: 7,
              in_app: true,
              context_line: 'charge(order)',
              vars: { password: SECRET },
              data: { sourcemap: SECRET },
            },
          ],
        },
      },
    ],
  },
} as unknown as EventPayload;

test('shows the exception and its stack, and nothing about whom it happened to', () => {
  const shown = publicEvent(EVENT);
  expect(JSON.stringify(shown)).not.toContain(SECRET);
  expect(shown).toEqual({
    payload: {
      platform: 'node',
      exception: {
        values: [
          {
            type: 'PaymentError',
            value: 'declined for [e-mail] from [IP address]',
            mechanism: { type: 'generic', handled: false },
            stacktrace: {
              frames: [
                {
                  ...{ filename: '~/shop/pay.js', function: 'pay', lineno: 7, in_app: true },
                  context_line: 'charge(order)',
                },
              ],
            },
          },
        ],
      },
    },
    tags: [
      ['release', 'shop@1'],
      ['browser', 'Firefox 140'],
    ],
  });
});

test.each([
  ['to=ada@example.com;', 'to=[e-mail];'],
  ['ask Ada.King@mail.example.com.', 'ask [e-mail]'],
  ['shop@1.2.3 broke', 'shop@1.2.3 broke'],
  ['@decorator and a @ b', '@decorator and a @ b'],
  ['version 1.2.3 at 127.0.0.1:80', 'version 1.2.3 at [IP address]:80'],
])('%s', (text, shown) => {
  expect(withoutPersons(text)).toBe(shown);
});
