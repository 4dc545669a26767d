import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import type { EventPayload, ExceptionValue, StackFrame } from '#server/record/event.ts';
import type { GroupingResult } from '#server/record/grouping.ts';
import { groupV1 } from './group-v1.ts';

function eventOf(parts: Partial<EventPayload>): EventPayload {
  return {
    event_id: '0'.repeat(32),
    type: 'error',
    timestamp: 0,
    received: 0,
    level: 'error',
    platform: 'python',
    tags: [],
    ...parts,
  };
}

function grouped(parts: Partial<EventPayload>): GroupingResult {
  const event = structuredClone(eventOf(parts));
  markInApp(event);
  return groupV1(event);
}

function hashes(parts: Partial<EventPayload>): string[] {
  return grouped(parts).hashes;
}

/** The hash of texts put one after the other: computed here on its own. */
function md5(...texts: string[]): string {
  return createHash('md5').update(texts.join('')).digest('hex');
}

const own = (name: string, more: StackFrame = {}): StackFrame => ({
  function: name,
  module: 'shop',
  in_app: true,
  ...more,
});
const library = (name: string): StackFrame => ({ function: name, module: 'flask', in_app: false });
const failed = (frames: StackFrame[], more: Partial<ExceptionValue> = {}): ExceptionValue => ({
  type: 'PayError',
  value: 'card 4711 declined',
  stacktrace: { frames },
  ...more,
});

test('the hash of a known event is frozen', () => {
  expect(hashes({ exception: { values: [failed([library('run'), own('pay')])] } })).toEqual([
    '1071fa6a5d87bc670268c4561f358bbc',
    '073a6b0ab331b391d4587fc05581211d',
  ]);
});

test('an exception is grouped by its type and own frames; all frames give a second hash', () => {
  expect(hashes({ exception: { values: [failed([library('run'), own('pay')])] } })).toEqual([
    md5('PayError', 'shop', 'pay'),
    md5('PayError', 'flask', 'run', 'shop', 'pay'),
  ]);
});

test('where all frames are own there is one hash, and where none is, all of them decide', () => {
  expect(hashes({ exception: { values: [failed([own('main'), own('pay')])] } })).toEqual([
    md5('PayError', 'shop', 'main', 'shop', 'pay'),
  ]);
  expect(hashes({ exception: { values: [failed([library('run')])] } })).toEqual([
    md5('PayError', 'flask', 'run'),
  ]);
});

test('without frames the message decides, without what differs from event to event', () => {
  expect(hashes({ exception: { values: [{ type: 'PayError', value: 'card 4711 declined' }] } })).toEqual([
    md5('PayError', 'card <int> declined'),
  ]);
});

test('of a long message the first two lines that say something count', () => {
  const value = '\n\nfirst 1\n  \nsecond\nthird';
  expect(hashes({ exception: { values: [{ value }] } })).toEqual([md5('first <int>\nsecond...')]);
});

test('a call that repeats the one before counts once', () => {
  const recursion = own('walk', { lineno: 3 });
  expect(hashes({ exception: { values: [failed([recursion, recursion, recursion, own('pay')])] } })).toEqual([
    md5('PayError', 'shop', 'walk', 'shop', 'pay'),
  ]);
});

test('built-in rules leave frames out', () => {
  const frames = [own('pay'), own('helper', { module: '@babel/runtime' })];
  expect(hashes({ platform: 'javascript', exception: { values: [failed(frames)] } })).toEqual([
    md5('PayError', 'shop', 'pay'),
  ]);
});

test('a made-up type does not count', () => {
  const exception = failed([own('pay')], { mechanism: { synthetic: true } });
  expect(hashes({ exception: { values: [exception] } })).toEqual([md5('shop', 'pay')]);
});

test('the domain and code of an NSError say more than its message', () => {
  const mechanism = { meta: { ns_error: { domain: 'Shop', code: 7 } } };
  expect(
    hashes({ platform: 'cocoa', exception: { values: [{ type: 'E', value: 'x', mechanism }] } }),
  ).toEqual([md5('E', 'Shop', '7')]);
});

test('a single nameless script frame says something only if it is from the web', () => {
  const of = (abs_path: string) =>
    hashes({
      platform: 'javascript',
      exception: {
        values: [
          { type: 'E', value: 'v', stacktrace: { frames: [{ abs_path, module: 'm', in_app: true }] } },
        ],
      },
    });
  expect(of('/home/ada/a.js')).toEqual([md5('E', 'v')]);
  expect(of('https://shop.example/a.js')).toEqual([md5('E', 'm')]);
});

test('exceptions without ids are taken in the order sent', () => {
  const values = [failed([own('connect')], { type: 'IOError' }), failed([own('pay')])];
  expect(hashes({ exception: { values } })).toEqual([
    md5('IOError', 'shop', 'connect', 'PayError', 'shop', 'pay'),
  ]);
});

test('an exception without frames in a chain counts by its message, in the first hash alone', () => {
  const values = [{ type: 'IOError', value: 'port 80' }, failed([library('run'), own('pay')])];
  expect(hashes({ exception: { values } })).toEqual([
    md5('IOError', 'port <int>', 'PayError', 'shop', 'pay'),
    md5('PayError', 'flask', 'run', 'shop', 'pay'),
  ]);
});

/** Exceptions as SDKs number them: the root has id 0 and stands last. */
function numbered(
  id: number,
  parent: number | undefined,
  type: string,
  more: Partial<ExceptionValue> = {},
): ExceptionValue {
  const isGroup = type.endsWith('Group');
  return {
    type,
    value: `${type} says`,
    ...more,
    mechanism: {
      exception_id: id,
      ...(parent === undefined ? {} : { parent_id: parent }),
      ...(isGroup ? { is_exception_group: true } : {}),
    },
  };
}

const says = (type: string) => `${type}${type} says`;

test.each<[what: string, values: ExceptionValue[], expected: string]>([
  [
    'a numbered chain goes from the error to its causes',
    [numbered(2, 1, 'C'), numbered(1, 0, 'B'), numbered(0, undefined, 'A')],
    says('A') + says('B') + says('C'),
  ],
  [
    'a group of one kind is that kind, and the group is forgotten',
    [numbered(2, 0, 'E'), numbered(1, 0, 'E'), numbered(0, undefined, 'Group')],
    says('E'),
  ],
  [
    'a group of several kinds is one of each, last name first, and the group',
    [numbered(3, 0, 'B'), numbered(2, 0, 'A'), numbered(1, 0, 'B'), numbered(0, undefined, 'Group')],
    says('B') + says('A') + says('Group'),
  ],
  [
    'groups in groups are looked through',
    [numbered(3, 1, 'B'), numbered(2, 1, 'A'), numbered(1, 0, 'InnerGroup'), numbered(0, undefined, 'Group')],
    says('B') + says('A') + says('Group'),
  ],
  [
    'an id used twice spoils the tree',
    [numbered(1, 0, 'B'), numbered(1, 0, 'A'), numbered(0, undefined, 'Group')],
    says('B') + says('A') + says('Group'),
  ],
  [
    'a child that is its own parent spoils the tree',
    [numbered(1, 1, 'A'), numbered(0, undefined, 'Group')],
    says('A') + says('Group'),
  ],
  ['a tree without root is taken as sent', [numbered(2, 1, 'A'), numbered(1, 7, 'B')], says('A') + says('B')],
  [
    'groups alone are taken as sent',
    [numbered(1, 0, 'AGroup'), numbered(0, undefined, 'BGroup')],
    says('AGroup') + says('BGroup'),
  ],
  [
    'a circle is taken as sent',
    [numbered(2, 1, 'A'), numbered(1, 2, 'B'), numbered(0, 1, 'C')].map((value, at) =>
      at === 2
        ? { ...value, mechanism: { exception_id: 0, parent_id: 1 } }
        : at === 1
          ? { ...value, mechanism: { exception_id: 1, parent_id: 0 } }
          : value,
    ),
    says('A') + says('B') + says('C'),
  ],
])('%s', (_, values, expected) => {
  expect(hashes({ platform: 'csharp', exception: { values } })).toEqual([md5(expected)]);
});

test('the crashed thread decides, else the current one, else the only one', () => {
  const thread = (name: string, more = {}) => ({ stacktrace: { frames: [own(name)] }, ...more });
  const of = (...values: object[]) => hashes({ threads: { values } });
  expect(of(thread('a'), thread('b', { crashed: true }), thread('c', { current: true }))).toEqual([
    md5('shop', 'b'),
  ]);
  expect(of(thread('a'), thread('c', { current: true }))).toEqual([md5('shop', 'c')]);
  expect(of(thread('a'))).toEqual([md5('shop', 'a')]);
  expect(grouped({ threads: { values: [thread('a'), thread('b')] } }).variants.at(-1)!.key).toBe('fallback');
});

test('a stack trace on its own, a template, and a message are grouped when there is nothing better', () => {
  const logentry = { message: 'job %s failed', formatted: 'job 7 failed' };
  expect(hashes({ stacktrace: { frames: [own('pay')] }, logentry })).toEqual([md5('shop', 'pay')]);
  expect(hashes({ template: { filename: 'cart.html', context_line: '{{ total }}' }, logentry })).toEqual([
    md5('cart.html', '{{ total }}'),
  ]);
  expect(hashes({ logentry })).toEqual([md5('job %s failed')]);
  expect(hashes({ logentry: { formatted: 'job 7 failed' } })).toEqual([md5('job <int> failed')]);
});

test.each<[parts: Partial<EventPayload>, texts: string]>([
  [
    { csp: { effective_directive: 'img-src', blocked_uri: 'https://evil.example/a.png' } },
    'img-srcevil.example',
  ],
  [{ csp: { effective_directive: 'img-src', blocked_uri: 'data' } }, 'img-srcdata:'],
  [{ csp: { effective_directive: 'img-src' } }, "img-src'self'"],
  [
    {
      csp: {
        effective_directive: 'script-src',
        blocked_uri: 'self',
        violated_directive: "script-src 'unsafe-eval'",
      },
    },
    "script-src'unsafe-eval'",
  ],
  [{ hpkp: { hostname: 'shop.example' } }, 'hpkpshop.example'],
  [{ expectct: { hostname: 'shop.example' } }, 'expect-ctshop.example'],
  [{ expectstaple: { hostname: 'shop.example' } }, 'expect-stapleshop.example'],
])('the report %j is grouped by what it is about', (parts, texts) => {
  expect(hashes(parts)).toEqual([md5(texts)]);
});

test('a message with a stack trace made up by the SDK is a message', () => {
  const value = 'cart 4 is empty';
  const exception = {
    values: [{ value, stacktrace: { frames: [own('pay')] }, mechanism: { synthetic: true } }],
  };
  expect(hashes({ platform: 'node', logentry: { formatted: value }, exception })).toEqual([
    md5('cart <int> is empty'),
  ]);
  expect(hashes({ platform: 'node', exception })).toEqual([md5('shop', 'pay')]);
});

test('an event that says nothing has the hash of nothing', () => {
  expect(grouped({})).toMatchObject({
    hashes: [md5('')],
    variants: [{ key: 'fallback', contributes: true }],
  });
});

test('a checksum decides alone, hashed unless it is a hash already', () => {
  const exception = { values: [failed([own('pay')])] };
  expect(hashes({ checksum: 'a'.repeat(32), exception })).toEqual(['a'.repeat(32)]);
  expect(hashes({ checksum: 'cart-4', exception })).toEqual([md5('cart-4')]);
});

test('a fingerprint decides alone', () => {
  const result = grouped({
    fingerprint: ['pay', '{{ type }}'],
    exception: { values: [failed([own('pay')])] },
  });
  expect(result).toMatchObject({
    hashes: [md5('pay', 'PayError')],
    fingerprint: ['pay', 'PayError'],
    variants: [{ key: 'custom_fingerprint' }],
  });
});

test('a fingerprint with the default in it salts every hash', () => {
  const exception = { values: [failed([library('run'), own('pay')])] };
  const result = grouped({ fingerprint: ['eu', '{{default}}'], exception });
  expect(result.fingerprint).toEqual(['eu', '{{ default }}']);
  expect(result.hashes).toEqual([
    md5('eu', 'PayError', 'shop', 'pay'),
    md5('eu', 'PayError', 'flask', 'run', 'shop', 'pay'),
  ]);
});

test('the default fingerprint changes nothing', () => {
  const exception = { values: [failed([own('pay')])] };
  for (const fingerprint of [['{{ default }}'], ['{{default}}'], []])
    expect(grouped({ fingerprint, exception })).toEqual(grouped({ exception }));
});

test('what is kept with the event stays small', () => {
  const frames = Array.from({ length: 250 }, (_, at) =>
    own(`function_${at}`.padEnd(900, 'x'), {
      module: `module_${at}`.padEnd(900, 'y'),
      context_line: 'z'.repeat(100),
    }),
  );
  const values = Array.from({ length: 3 }, () => failed(frames, { value: 'v'.repeat(8000) }));
  const size = JSON.stringify(grouped({ exception: { values } })).length;
  expect(size).toBeLessThan(80_000);
  expect(
    JSON.stringify(grouped({ exception: { values: [failed(frames.slice(0, 40))] } })).length,
  ).toBeLessThan(26_000);
});

test('it says why', () => {
  const result = grouped({ exception: { values: [failed([library('run'), own('pay'), own('pay')])] } });
  expect(result.variants[0]).toMatchObject({
    key: 'app',
    contributes: true,
    component: {
      name: 'in-app',
      values: [
        {
          name: 'exception',
          values: [
            { name: 'type', values: ['PayError'] },
            { name: 'value', contributes: false, hint: 'the stack trace says it' },
            {
              name: 'stack trace',
              hint: '2 of 3 frames left out: 1 not your code, 1 the same call as before',
              values: [{ name: 'frame', values: ['shop', 'pay'] }],
            },
          ],
        },
      ],
    },
  });
});
