/** What each logger writes of an exception, as it arrives, and the event that is made of it. */
import { describe, expect, test } from 'vitest';
import type { EventPayload } from '#server/record/event.ts';
import type { Attributes, LogRecord } from '#server/record/log.ts';
import { type LogError, mayBeException, mayHoldException } from './log-error.ts';
import { logEventOf } from './log-event.ts';

const AT = Date.UTC(2026, 10, 23, 12);

function errorOf(record: Partial<LogRecord>): LogError {
  return {
    project: 1,
    receivedAt: AT,
    time: BigInt(AT) * 1_000_000n,
    sequence: 0,
    severity: 17,
    correlation: {
      ...{ trace_id: '', span_id: '', user_id: '42', session_id: '', request_id: 'r-9' },
      ...{ service: 'shop', host: 'web-1', release: '1.4', environment: 'production' },
    },
    pattern: '1',
    record: { body: '', ...record },
    scope: 'shop.cart',
    resource: {},
    labels: {},
  };
}

/** Null when it is not even looked at, or says nothing. */
function eventOf(record: Partial<LogRecord>): EventPayload | null {
  const { attributes = {}, body = '' } = record;
  const isLookedAt =
    mayHoldException(body) || Object.entries(attributes).some(([name, value]) => mayBeException(name, value));
  const event = isLookedAt ? logEventOf(errorOf(record)) : null;
  return event && (JSON.parse(event.payload) as EventPayload);
}

const NODE = 'TypeError: no cart\n    at total (/app/cart.js:3:9)\n    at main (/app/main.js:7:1)';
const PYTHON =
  'Traceback (most recent call last):\n  File "/app/cart.py", line 3, in total\n    raise E()\nshop.NoCart: no cart';
const JAVA =
  'com.shop.NoCart: no cart\n\tat com.shop.Cart.total(Cart.java:12)\n\tat com.shop.Main.main(Main.java:3)';
const DOTNET = 'Shop.NoCart: no cart\n   at Shop.Cart.Total() in /app/Cart.cs:line 12';
const GO = 'main.total\n\t/app/cart.go:12\nmain.main\n\t/app/main.go:7';

type Case = [
  logger: string,
  record: { body?: string; attributes?: Attributes },
  type: string | undefined,
  call: string,
];
const json = (value: object) => ({ body: JSON.stringify(value) });

const CASES: Case[] = [
  [
    'OpenTelemetry',
    {
      body: 'failed',
      attributes: {
        'exception.type': 'TypeError',
        'exception.message': 'no cart',
        'exception.stacktrace': NODE,
      },
    },
    'TypeError',
    'total',
  ],
  [
    'OpenTelemetry, by Loki',
    { body: 'failed', attributes: { exception_type: 'TypeError', exception_stacktrace: NODE } },
    'TypeError',
    'total',
  ],
  [
    'pino',
    json({ level: 50, err: { type: 'TypeError', message: 'no cart', stack: NODE }, msg: 'no cart' }),
    'TypeError',
    'total',
  ],
  [
    'pino, as attributes',
    { body: 'failed', attributes: { err: { type: 'TypeError', message: 'no cart', stack: NODE } } },
    'TypeError',
    'total',
  ],
  [
    'bunyan',
    json({
      name: 'shop',
      level: 50,
      err: { message: 'no cart', name: 'TypeError', stack: NODE },
      msg: 'failed',
      v: 0,
    }),
    'TypeError',
    'total',
  ],
  ['winston', json({ level: 'error', message: 'no cart', stack: NODE }), 'TypeError', 'total'],
  ['an Error as attribute', { body: 'failed', attributes: { error: NODE } }, 'TypeError', 'total'],
  [
    'ECS',
    json({ message: 'failed', error: { type: 'com.shop.NoCart', message: 'no cart', stack_trace: JAVA } }),
    'NoCart',
    'total',
  ],
  [
    'logstash-logback-encoder',
    json({ message: 'failed', level: 'ERROR', stack_trace: JAVA }),
    'NoCart',
    'total',
  ],
  ['logback JsonLayout', json({ message: 'failed', level: 'ERROR', exception: JAVA }), 'NoCart', 'total'],
  [
    'log4j JsonLayout',
    json({
      message: 'failed',
      thrown: { name: 'com.shop.NoCart', message: 'no cart', extendedStackTrace: JAVA },
    }),
    'NoCart',
    'total',
  ],
  [
    'serilog, compact',
    json({ '@t': '2026-11-23T12:00:00Z', '@mt': 'failed', '@l': 'Error', '@x': DOTNET }),
    'Shop.NoCart',
    'Total',
  ],
  ['serilog', json({ Level: 'Error', MessageTemplate: 'failed', Exception: DOTNET }), 'Shop.NoCart', 'Total'],
  ['zap', json({ level: 'error', msg: 'no cart', error: 'no rows', stacktrace: GO }), undefined, 'total'],
  [
    'zap with pkg/errors',
    json({ level: 'error', msg: 'failed', error: 'no cart', errorVerbose: `no cart\n${GO}` }),
    undefined,
    'total',
  ],
  [
    'slog',
    {
      body: 'no cart',
      attributes: { stack: `goroutine 1 [running]:\n${GO.replaceAll('\n\t', '(0x1)\n\t')}` },
    },
    undefined,
    'total',
  ],
  ['structlog', json({ event: 'failed', level: 'error', exception: PYTHON }), 'NoCart', 'total'],
  ['python-json-logger', json({ message: 'failed', exc_info: PYTHON }), 'NoCart', 'total'],
  [
    'monolog',
    json({
      message: 'failed',
      context: {
        exception: {
          class: 'App\\NoCart',
          message: 'no cart',
          code: 0,
          file: '/app/cart.php:3',
          trace: ['/app/index.php:7', '/app/run.php:1'],
        },
      },
    }),
    'App\\NoCart',
    '',
  ],
  [
    'a stack trace in the message of JSON',
    json({ level: 'error', msg: `failed\n${NODE}` }),
    'TypeError',
    'total',
  ],
  ['a plain text', { body: `12:00:00 ERROR failed\n${PYTHON}` }, 'NoCart', 'total'],
];

test.each(CASES)('%s', (_, record, type, call) => {
  const top = eventOf(record)?.exception?.values.at(-1);
  expect(top).toBeDefined();
  expect(top?.type).toBe(type);
  expect(top?.value).toBeTruthy();
  const frames = top?.stacktrace?.frames ?? [];
  expect(frames.length).toBeGreaterThan(0);
  if (call) expect(frames.at(-1)?.function).toBe(call);
});

test('a type without a stack is an event where it is named as an exception', () => {
  const event = eventOf({
    body: 'failed',
    attributes: { 'exception.type': 'shop.NoCart', 'exception.message': 'no cart' },
  });
  expect(event?.exception?.values).toMatchObject([{ type: 'shop.NoCart', value: 'no cart' }]);
});

test('the event has what is known of the record', () => {
  const event = eventOf({ body: `failed\n${NODE}` });
  expect(event).toMatchObject({
    timestamp: AT / 1000,
    level: 'error',
    platform: 'node',
    logger: 'shop.cart',
    server_name: 'web-1',
    release: '1.4',
    environment: 'production',
    user: { id: '42' },
    tags: { service: 'shop' },
    extra: { request_id: 'r-9' },
    contexts: { log: { id: expect.stringMatching(/^1-\d+-\d+$/) } },
  });
});

describe('no event is made of', () => {
  test.each<[string, Partial<LogRecord>]>([
    ['an error that is a word', { body: 'failed', attributes: { error: 'connection refused' } }],
    [
      'an error that is an object without a stack',
      { body: 'failed', attributes: { error: { code: 7, message: 'no' } } },
    ],
    ['a status as error.type', { body: 'failed', attributes: { 'error.type': '503' } }],
    ['context that is another one', json({ message: 'ok', context: { cart: 7 } })],
    ['text of several lines', { body: 'a list\n  of things\n  at home' }],
    ['JSON that is cut', { body: '{"msg":"failed\\n    at total (/app/cart.js' }],
  ])('%s', (_, record) => {
    expect(eventOf(record)).toBeNull();
  });
});
