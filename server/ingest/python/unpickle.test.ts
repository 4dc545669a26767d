import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#server/ingest/test-random.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { plainFields } from './plain-values.ts';
import { type PickledDict, unpickle } from './unpickle.ts';

const PICKLES: Record<string, { expression: string; protocols: string[] }> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/python/pickles.json'), 'utf8'),
);

/** What CPython made of an expression, in every protocol. */
function pickled(name: string): Buffer[] {
  return PICKLES[name]!.protocols.map((hex) => Buffer.from(hex, 'hex'));
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
  return 'read';
}

describe('a pickle of plain values', () => {
  test('is read in every protocol', () => {
    for (const bytes of pickled('plain'))
      expect(Object.fromEntries(unpickle(bytes) as PickledDict)).toEqual({
        a: null,
        b: [true, false],
        c: [1, -2, 300, 70000, -70000, 2 ** 40, -(2 ** 53) + 1],
        d: [],
        e: [1],
        f: [1, 2, 3],
        g: 1.5,
        h: 'Grüße 🎈\n\\u0041',
        i: new Map([['x', new Map([['y', []]])]]),
        j: '18446744073709551616',
        k: '-9223372036854775808',
        l: 'x'.repeat(300),
        7: 'seven',
        m: Number.POSITIVE_INFINITY,
      });
  });

  test('has bytes as text from protocol 3 on; before that Python itself sends a call', () => {
    expect(pickled('bytes').map((bytes) => codeOf(() => unpickle(bytes)))).toEqual([
      ...['pickle_refused', 'pickle_refused', 'pickle_refused'],
      ...['read', 'read', 'read'],
    ]);
  });

  test('may contain itself, and ends where a record ends', () => {
    for (const bytes of pickled('itself')) {
      const fields = plainFields(unpickle(bytes) as PickledDict);
      expect(fields.msg).toBe('hi');
      expect(JSON.stringify(fields).length).toBeLessThan(1_000_000);
    }
  });
});

describe('a pickle of anything else is refused', () => {
  test.each(['an object', 'a class', 'a function', 'a set', 'an exception'])('%s', (name) => {
    for (const bytes of pickled(name)) expect(codeOf(() => unpickle(bytes))).toBe('pickle_refused');
  });

  test.each<[string, string, string]>([
    ['a call of the shell', "cos\nsystem\n(S'touch /tmp/owned'\ntR.", 'pickle_refused'],
    [
      'the same by its name on the stack',
      '\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.',
      'pickle_refused',
    ],
    ['an instance', '(ios\nsystem\n.', 'pickle_refused'],
    ['an extension', '\x82\x01.', 'pickle_refused'],
    ['a persistent id', 'P1\n.', 'pickle_refused'],
    ['a buffer beside it', '\x80\x05\x97.', 'pickle_refused'],
    ['a protocol to come', '\x80\x06N.', 'pickle_invalid'],
    ['nothing', '', 'pickle_invalid'],
    ['nothing on the stack', '.', 'pickle_invalid'],
    ['no end', 'N', 'pickle_invalid'],
    ['a text longer than it is', 'X\xff\xff\xff\xffa', 'pickle_invalid'],
    ['a text of negative length', 'T\xff\xff\xff\xffa', 'pickle_invalid'],
    ['a text of 2^63 bytes', '\x8d\xff\xff\xff\xff\xff\xff\xff\x7fa', 'pickle_invalid'],
    ['a mark that is not there', 't.', 'pickle_invalid'],
    ['values below a mark', 'N(0s.', 'pickle_invalid'],
    ['a memory that is empty', 'h\x00.', 'pickle_invalid'],
    ['an append to a number', 'K\x01K\x02a.', 'pickle_invalid'],
    ['a key without its value', '}(K\x01u.', 'pickle_invalid'],
    ['a key that is a list', '}]Ns.', 'pickle_invalid'],
    ['an integer of a kilobyte', `\x8b\x00\x04\x00\x00${'x'.repeat(1024)}.`, 'pickle_invalid'],
    ['a number of a megabyte', `I${'9'.repeat(1_000_000)}\n.`, 'pickle_invalid'],
    ['more values than a record has', `${']'.repeat(60_000)}.`, 'pickle_invalid'],
    ['marks alone', `${'('.repeat(60_000)}.`, 'pickle_invalid'],
    ['an unknown opcode', '\xfe.', 'pickle_invalid'],
  ])('%s', (_, text, code) => {
    expect(codeOf(() => unpickle(Buffer.from(text, 'latin1')))).toBe(code);
  });
});

test('a thousand laughs are not unfolded', () => {
  // Each list holds the one before ten times: 10^40 texts.
  let bytes = ']q\x00X\x03\x00\x00\x00hahaq\x01'.replace('haha', 'hah').replace('q\x01', 'a');
  for (let n = 0; n < 40; n++)
    bytes += `]q${String.fromCharCode(n + 1)}(${`h${String.fromCharCode(n)}`.repeat(10)}e`;
  const laughs = unpickle(Buffer.from(`${bytes}.`, 'latin1'));
  const fields = plainFields(new Map([['msg', 'hi'] as const, ['extra', laughs] as const]));
  expect(JSON.stringify(fields).length).toBeLessThan(200_000);
});

test('whatever the bytes are, they are values or a refusal', () => {
  const random = seededRandom(20_261_123);
  const seeds = pickled('a record');
  const ends = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const bytes = random.chance(0.2) ? random.bytes(random.below(60)) : Buffer.from(random.pick(seeds));
    for (let n = random.below(4); n > 0 && bytes.length > 0; n--)
      bytes[random.below(bytes.length)] = random.below(256);
    const code = codeOf(() => {
      const value = unpickle(random.chance(0.1) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes);
      if (value instanceof Map) JSON.stringify(plainFields(value));
    });
    ends.set(code, (ends.get(code) ?? 0) + 1);
  }
  expect([...ends.keys()].sort()).toEqual(['pickle_invalid', 'pickle_refused', 'read']);
});
