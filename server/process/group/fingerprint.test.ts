import { expect, test } from 'vitest';
import type { EventPayload } from '#server/record/event.ts';
import { contextOf } from './context.ts';
import { fingerprintOf } from './fingerprint.ts';

const EVENT: EventPayload = {
  event_id: '0'.repeat(32),
  type: 'error',
  timestamp: 0,
  received: 0,
  level: 'warning',
  platform: 'python',
  logger: 'shop.jobs',
  transaction: 'POST /pay',
  tags: [['region', 'eu']],
  exception: {
    values: [
      { type: 'IOError', value: 'port 80 closed' },
      {
        type: 'PayError',
        value: 'card 4711 declined',
        stacktrace: {
          frames: [
            {
              function: 'pay',
              module: 'shop.cart',
              filename: 'cart.py',
              abs_path: '/srv/cart.py',
              package: '/lib/shop.so',
              in_app: true,
            },
            { function: 'run', module: 'flask', filename: 'app.py', in_app: false },
          ],
        },
      },
    ],
  },
};
const EMPTY: EventPayload = { ...EVENT, exception: undefined, transaction: '', logger: '', tags: [] };

function values(fingerprint: string[], event: EventPayload = EVENT): string[] | undefined {
  return fingerprintOf({ ...event, fingerprint }, contextOf(undefined))?.values;
}

test.each([
  ['type', 'PayError', '<no-type>'],
  ['error.type', 'PayError', '<no-type>'],
  ['value', 'card 4711 declined', '<no-value>'],
  ['message', 'card <int> declined', '<no-message>'],
  ['transaction', 'POST /pay', '<no-transaction>'],
  ['function', 'pay', '<no-function>'],
  ['stack.function', 'pay', '<no-function>'],
  ['module', 'shop.cart', '<no-module>'],
  ['stack.module', 'shop.cart', '<no-module>'],
  ['path', '/srv/cart.py', '<no-abs-path>'],
  ['stack.abs_path', '/srv/cart.py', '<no-abs-path>'],
  ['stack.filename', 'cart.py', '<no-filename>'],
  ['package', 'shop.so', '<no-package>'],
  ['stack.package', 'shop.so', '<no-package>'],
  ['level', 'warning', 'warning'],
  ['logger', 'shop.jobs', '<no-logger>'],
  ['tags.region', 'eu', '<no-value-for-tag-region>'],
  ['tags.transaction', 'POST /pay', '<no-value-for-tag-transaction>'],
  ['release', '<unrecognized-variable-release>', '<unrecognized-variable-release>'],
])('{{ %s }} stands for %j, and %j when there is none', (name, full, empty) => {
  expect(values([`{{ ${name} }}`])).toEqual([full]);
  expect(values([`{{${name}}}`], EMPTY)).toEqual([empty]);
});

test('constants stay as they are, unless they repeat a message of the event', () => {
  expect(values(['order 7', 'port 80 closed', 'card 4711 declined'])).toEqual([
    'order 7',
    'port <int> closed',
    'card <int> declined',
  ]);
});

test('what only looks like a variable is a constant', () => {
  expect(values(['{{ a }} and {{ b }}', '{ type }'])).toEqual(['{{ a }} and {{ b }}', '{ type }']);
});

test('the default is kept as a mark, and alone it is no fingerprint', () => {
  expect(values(['{{default}}', 'eu'])).toEqual(['{{ default }}', 'eu']);
  expect(values(['{{ default }}'])).toBeUndefined();
  expect(values([])).toBeUndefined();
});

test.each<[what: string, parts: Partial<EventPayload>, expected: string[] | undefined]>([
  [
    'a chunk that did not load',
    { exception: { values: [{ type: 'ChunkLoadError', value: 'Loading chunk 7 failed.' }] } },
    ['chunkloaderror'],
  ],
  [
    'one that says so in its message',
    { exception: { values: [{ type: 'Error', value: 'ChunkLoadError: Loading chunk 7 failed.' }] } },
    ['chunkloaderror'],
  ],
  [
    "React's failed hydration, per transaction",
    {
      exception: { values: [{ type: 'Error', value: 'Text content does not match server-rendered HTML.' }] },
    },
    ['hydrationerror', 'POST /pay'],
  ],
  [
    'hydration without a transaction',
    {
      transaction: '',
      exception: { values: [{ value: 'Text content does not match server-rendered HTML.' }] },
    },
    undefined,
  ],
  ['other platforms', { platform: 'python', exception: { values: [{ type: 'ChunkLoadError' }] } }, undefined],
  ['anything else', {}, undefined],
])('the built-in rules know %s', (_, parts, expected) => {
  const event = { ...EVENT, platform: 'javascript', ...parts };
  const fingerprint = fingerprintOf(event, contextOf(undefined));
  expect(fingerprint?.values).toEqual(expected);
  expect(fingerprint?.by).toBe(expected && 'built-in');
  // A rule goes before what the sender says.
  if (expected) expect(values(['mine'], event)).toEqual(expected);
});
