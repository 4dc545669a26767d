import { expect, test } from 'vitest';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import type { EventPayload } from '#server/record/event.ts';
import { titleOf } from './title.ts';

function titled(parts: Partial<EventPayload>) {
  const event: EventPayload = {
    event_id: '0'.repeat(32),
    type: 'error',
    timestamp: 0,
    received: 0,
    level: 'error',
    platform: 'python',
    tags: [],
    ...structuredClone(parts),
  };
  markInApp(event);
  return titleOf(event);
}

const FRAMES = [
  { function: 'pay', module: 'shop.cart', filename: 'cart.py', in_app: true },
  { function: 'run', module: 'flask.app', filename: 'app.py', in_app: false },
];

test.each<[what: string, parts: Partial<EventPayload>, title: string]>([
  [
    'type and first line',
    { exception: { values: [{ type: 'PayError', value: 'declined\nby bank' }] } },
    'PayError: declined',
  ],
  ['the type alone', { exception: { values: [{ type: 'PayError' }] } }, 'PayError'],
  ['an error without type', { exception: { values: [{ value: 'declined' }] } }, 'Error: declined'],
  [
    'the last exception of a chain',
    {
      exception: {
        values: [
          { type: 'IOError', value: 'closed' },
          { type: 'PayError', value: 'declined' },
        ],
      },
    },
    'PayError: declined',
  ],
  [
    'the one member of an exception group',
    {
      exception: {
        values: [
          { type: 'PayError', value: 'declined', mechanism: { exception_id: 1, parent_id: 0 } },
          { type: 'Group', value: 'one error', mechanism: { exception_id: 0, is_exception_group: true } },
        ],
      },
    },
    'PayError: declined',
  ],
  [
    'the function of a crash whose type the SDK made up',
    {
      exception: {
        values: [{ type: 'SIGSEGV', mechanism: { synthetic: true }, stacktrace: { frames: FRAMES } }],
      },
    },
    'pay',
  ],
  [
    'the text of a message with a made-up stack',
    {
      platform: 'node',
      logentry: { formatted: 'cart is empty' },
      exception: {
        values: [{ value: 'cart is empty', mechanism: { synthetic: true }, stacktrace: { frames: FRAMES } }],
      },
    },
    'cart is empty',
  ],
  [
    'the first line of a message',
    { logentry: { message: 'job %s', formatted: '\n job 7 \nfailed' } },
    'job 7 ',
  ],
  ['nothing at all', {}, '<unlabeled event>'],
  [
    'an own title',
    { title: 'Declined cards', exception: { values: [{ type: 'PayError' }] } },
    'Declined cards',
  ],
  [
    'a content security report',
    { csp: { effective_directive: 'script-src', blocked_uri: 'https://evil.example/x.js' } },
    "Blocked 'script' from 'evil.example'",
  ],
  [
    'an inline script',
    {
      csp: { effective_directive: 'script-src', blocked_uri: 'self', violated_directive: "'unsafe-inline'" },
    },
    "Blocked unsafe inline 'script'",
  ],
  [
    'an inline style',
    { csp: { effective_directive: 'style-src-elem', blocked_uri: '' } },
    "Blocked inline 'style'",
  ],
  [
    'a form',
    { csp: { effective_directive: 'form-action', blocked_uri: 'https://a.example/b' } },
    "Blocked 'form' action to 'a.example'",
  ],
  [
    'an image',
    { csp: { effective_directive: 'img-src', blocked_uri: 'data' } },
    "Blocked 'image' from 'data:'",
  ],
  [
    'a pinned key',
    { hpkp: { hostname: 'shop.example' } },
    "Public key pinning validation failed for 'shop.example'",
  ],
  [
    'certificate transparency',
    { expectct: { hostname: 'shop.example' } },
    "Expect-CT failed for 'shop.example'",
  ],
  ['stapling', { expectstaple: { hostname: 'shop.example' } }, "Expect-Staple failed for 'shop.example'"],
  ['feedback', { type: 'feedback', contexts: { feedback: { message: 'I cannot pay' } } }, 'I cannot pay'],
])('the title of an event is %s', (_, parts, title) => {
  expect(titled(parts).title).toBe(title);
});

test('titles are cut, values are not', () => {
  const { title, exceptionValue, metadata } = titled({
    exception: { values: [{ type: 'T'.repeat(300), value: 'v'.repeat(3000) }] },
  });
  expect(title.length).toBe(128 + 2 + 256);
  expect(exceptionValue.length).toBe(3000);
  expect(metadata.value).toHaveLength(1024);
});

test('the facts behind the title are kept', () => {
  expect(
    titled({
      exception: { values: [{ type: 'PayError', value: 'declined', stacktrace: { frames: FRAMES } }] },
    }),
  ).toMatchObject({
    exceptionType: 'PayError',
    exceptionValue: 'declined',
    metadata: { type: 'PayError', value: 'declined', filename: 'cart.py', function: 'pay' },
  });
  expect(
    titled({ csp: { effective_directive: 'img-src', blocked_uri: 'https://a.example/' } }).metadata,
  ).toEqual({
    directive: 'img-src',
    uri: 'a.example',
  });
});

const values = [{ type: 'E', stacktrace: { frames: FRAMES } }];

test.each<[what: string, parts: Partial<EventPayload>, culprit: string]>([
  ['the transaction', { transaction: 'POST /pay', exception: { values } }, 'POST /pay'],
  ['the innermost own frame', { exception: { values } }, 'shop.cart in pay'],
  ['function and file in JavaScript', { platform: 'node', exception: { values } }, 'pay(shop.cart)'],
  ['the function alone in native code', { platform: 'native', exception: { values } }, 'pay'],
  [
    'any frame when none is own',
    { exception: { values: [{ type: 'E', stacktrace: { frames: FRAMES.slice(1) } }] } },
    'flask.app in run',
  ],
  ['the frame of a plain stack', { stacktrace: { frames: FRAMES } }, 'shop.cart in pay'],
  ['the address', { request: { url: 'https://shop.example/pay' } }, 'https://shop.example/pay'],
  [
    'nothing for a made-up exception',
    { exception: { values: [{ ...values[0], mechanism: { synthetic: true } }] } },
    '',
  ],
])('the culprit is %s', (_, parts, culprit) => {
  expect(titled(parts).culprit).toBe(culprit);
});
