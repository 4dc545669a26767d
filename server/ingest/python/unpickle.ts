/**
 * Reads a pickle of plain values, as SocketHandler sends a record: None, booleans, numbers, texts, bytes, lists, tuples
 * and dicts, in protocols 0 to 5. A pickle is a program that can name and call anything; here there is nothing to call:
 * the opcodes that import, build or fetch objects end the reading and have no effect.
 * Source of the opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py.
 *
 * What is read may share and even contain itself (the memo), so it can stand for far more than its bytes. Every value is
 * made once, in time that grows with the bytes; whoever walks it bounds the walk (`plain-values.ts`).
 */
import { reject } from '#server/record/rejections.ts';

export type PickledValue =
  | null
  | boolean
  /** An integer beyond 2^53 is its digits. */
  | number
  | string
  | PickledValue[]
  | PickledDict;
export type PickledDict = Map<string, PickledValue>;

/** Values of one pickle. A log record has some thirty; `extra` seldom more than a hundred. */
const VALUES_MAX = 50_000;
/** Bytes of one integer. Longer ones are keys of cryptography, not something logged. */
const INTEGER_BYTES_MAX = 256;
/** Characters of a line of protocol 0 that is a number or a memo index. */
const NUMBER_CHARS_MAX = 1_000;

/** Throws Rejection: pickle_refused for what is not a plain value, pickle_invalid for what is no pickle. */
export function unpickle(bytes: Buffer): PickledValue {
  return new Unpickler(bytes).read();
}

type Operation = (machine: Unpickler) => void;

class Unpickler {
  readonly #bytes: Buffer;
  #at = 0;
  #values = 0;
  readonly #stack: PickledValue[] = [];
  /** Heights of the stack at each mark. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickledValue>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): PickledValue {
    for (;;) {
      const code = this.byte();
      if (code === STOP) return this.pop();
      const operation = OPERATIONS[code];
      if (operation === undefined)
        throw REFUSED.has(code)
          ? reject('pickle_refused', `opcode ${String.fromCharCode(code)}`)
          : reject('pickle_invalid', `opcode 0x${code.toString(16)}`);
      operation(this);
    }
  }

  push(value: PickledValue): void {
    if (++this.#values > VALUES_MAX) throw reject('pickle_invalid', `more than ${VALUES_MAX} values`);
    this.#stack.push(value);
  }

  /** Not below a mark: what stands there belongs to somebody else. */
  pop(): PickledValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw reject('pickle_invalid', 'nothing to take');
    return this.#stack.pop()!;
  }

  top(): PickledValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  /** On a mark, as well as on values. */
  discard(): void {
    if (this.#marks.length > 0 && this.#stack.length === this.#marks.at(-1)) this.#marks.pop();
    else this.pop();
  }

  mark(): void {
    if (++this.#values > VALUES_MAX) throw reject('pickle_invalid', `more than ${VALUES_MAX} values`);
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickledValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw reject('pickle_invalid', 'no mark');
    return this.#stack.splice(height);
  }

  topList(): PickledValue[] {
    const list = this.top();
    if (!Array.isArray(list)) throw reject('pickle_invalid', 'appended to what is no list');
    return list;
  }

  topDict(): PickledDict {
    const dict = this.top();
    if (!(dict instanceof Map)) throw reject('pickle_invalid', 'an item set on what is no dict');
    return dict;
  }

  memoize(index: number = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw reject('pickle_invalid', 'nothing is remembered there');
    this.push(value);
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (!(length >= 0) || end > this.#bytes.length) throw reject('pickle_invalid', 'it ends too early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  line(charsMax = Number.POSITIVE_INFINITY): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > charsMax) throw reject('pickle_invalid', 'a line does not end');
    const line = this.take(end - this.#at).toString('latin1');
    this.#at++;
    return line;
  }

  number(): string {
    return this.line(NUMBER_CHARS_MAX);
  }

  index(): number {
    const index = Number(this.number());
    if (!Number.isSafeInteger(index) || index < 0) throw reject('pickle_invalid', 'no index');
    return index;
  }

  /** A length of eight bytes; what is beyond 2^53 is beyond the end too. */
  length8(): number {
    return Number(this.take(8).readBigUInt64LE());
  }
}

const STOP = 0x2e;

/** Import, call, build, fetch by name; sets and out-of-band buffers come with none of what handlers send. */
const REFUSED: ReadonlySet<number> = new Set([
  ...[...'ciobRPQ'].map((char) => char.charCodeAt(0)),
  // NEWOBJ, EXT1, EXT2, EXT4, EMPTY_SET, ADDITEMS, FROZENSET, NEWOBJ_EX, STACK_GLOBAL, NEXT_BUFFER, READONLY_BUFFER
  ...[0x81, 0x82, 0x83, 0x84, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x97, 0x98],
]);

const utf8 = (bytes: Buffer) => bytes.toString('utf8');

/** By opcode. The names are pickletools'. */
const OPERATIONS: readonly (Operation | undefined)[] = table({
  '(': (machine) => machine.mark(),
  '0': (machine) => machine.discard(),
  '1': (machine) => machine.popToMark(),
  '2': (machine) => machine.push(machine.top()),
  N: (machine) => machine.push(null),
  I: (machine) => machine.push(readInt(machine.number())),
  L: (machine) => machine.push(integerOf(machine.number().replace(/L$/, ''))),
  F: (machine) => machine.push(readFloat(machine.number())),
  G: (machine) => machine.push(machine.take(8).readDoubleBE()),
  J: (machine) => machine.push(machine.take(4).readInt32LE()),
  K: (machine) => machine.push(machine.byte()),
  M: (machine) => machine.push(machine.take(2).readUInt16LE()),
  S: (machine) => machine.push(readQuoted(machine.line())),
  T: (machine) => machine.push(utf8(machine.take(machine.take(4).readInt32LE()))),
  U: (machine) => machine.push(utf8(machine.take(machine.byte()))),
  V: (machine) => machine.push(readRawUnicode(machine.line())),
  X: (machine) => machine.push(utf8(machine.take(machine.take(4).readUInt32LE()))),
  B: (machine) => machine.push(utf8(machine.take(machine.take(4).readUInt32LE()))),
  C: (machine) => machine.push(utf8(machine.take(machine.byte()))),
  ']': (machine) => machine.push([]),
  l: (machine) => machine.push(machine.popToMark()),
  a: (machine) => {
    const value = machine.pop();
    machine.topList().push(value);
  },
  e: (machine) => {
    const values = machine.popToMark();
    const list = machine.topList();
    for (const value of values) list.push(value);
  },
  ')': (machine) => machine.push([]),
  t: (machine) => machine.push(machine.popToMark()),
  '\x85': (machine) => machine.push(takeLast(machine, 1)),
  '\x86': (machine) => machine.push(takeLast(machine, 2)),
  '\x87': (machine) => machine.push(takeLast(machine, 3)),
  '}': (machine) => machine.push(new Map()),
  d: (machine) => machine.push(setItems(new Map(), machine.popToMark())),
  s: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    setItems(machine.topDict(), [key, value]);
  },
  u: (machine) => {
    const items = machine.popToMark();
    setItems(machine.topDict(), items);
  },
  p: (machine) => machine.memoize(machine.index()),
  q: (machine) => machine.memoize(machine.byte()),
  r: (machine) => machine.memoize(machine.take(4).readUInt32LE()),
  '\x94': (machine) => machine.memoize(),
  g: (machine) => machine.recall(machine.index()),
  h: (machine) => machine.recall(machine.byte()),
  j: (machine) => machine.recall(machine.take(4).readUInt32LE()),
  '\x80': (machine) => {
    const protocol = machine.byte();
    if (protocol > 5) throw reject('pickle_invalid', `protocol ${protocol}`);
  },
  '\x95': (machine) => void machine.take(8),
  '\x88': (machine) => machine.push(true),
  '\x89': (machine) => machine.push(false),
  '\x8a': (machine) => machine.push(readLong(machine.take(machine.byte()))),
  '\x8b': (machine) => machine.push(readLong(machine.take(machine.take(4).readInt32LE()))),
  '\x8c': (machine) => machine.push(utf8(machine.take(machine.byte()))),
  '\x8d': (machine) => machine.push(utf8(machine.take(machine.length8()))),
  '\x8e': (machine) => machine.push(utf8(machine.take(machine.length8()))),
  '\x96': (machine) => machine.push(utf8(machine.take(machine.length8()))),
});

function table(operations: Readonly<Record<string, Operation>>): (Operation | undefined)[] {
  const byCode: (Operation | undefined)[] = Array(256).fill(undefined);
  for (const [char, operation] of Object.entries(operations)) byCode[char.charCodeAt(0)] = operation;
  return byCode;
}

function takeLast(machine: Unpickler, count: number): PickledValue[] {
  const values = Array.from({ length: count }, () => machine.pop());
  return values.reverse();
}

/** Keys of log records are names; numbers and None are named by their text. */
function setItems(dict: PickledDict, items: readonly PickledValue[]): PickledDict {
  if (items.length % 2 !== 0) throw reject('pickle_invalid', 'a key without its value');
  for (let at = 0; at < items.length; at += 2) {
    const key = items[at]!;
    if (key !== null && typeof key === 'object') throw reject('pickle_invalid', 'a key that is no name');
    dict.set(String(key), items[at + 1]!);
  }
  return dict;
}

/** `I01` and `I00` are booleans. */
function readInt(text: string): PickledValue {
  return text === '01' ? true : text === '00' ? false : integerOf(text);
}

function integerOf(text: string): number | string {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw reject('pickle_invalid', 'no number');
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text.trim();
}

function readFloat(text: string): number {
  const number = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN }[text];
  const value = number ?? Number(text);
  if (number === undefined && (text.trim() === '' || Number.isNaN(value)))
    throw reject('pickle_invalid', 'no number');
  return value;
}

/** Two's complement, the lowest byte first. */
function readLong(bytes: Buffer): number | string {
  if (bytes.length > INTEGER_BYTES_MAX)
    throw reject('pickle_invalid', `an integer of more than ${INTEGER_BYTES_MAX} bytes`);
  if (bytes.length === 0) return 0;
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return integerOf(String(BigInt.asIntN(bytes.length * 8, unsigned)));
}

/** Python 2's texts: between quotes, with escapes. */
function readQuoted(line: string): string {
  const [, , inside] = /^(['"])(.*)\1$/s.exec(line) ?? [];
  if (inside === undefined) throw reject('pickle_invalid', 'a text without quotes');
  const bytes = inside.replace(/\\(?:x([0-9a-f]{2})|(.))/gs, (_, hex?: string, char?: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : (ESCAPES[char!] ?? char!),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function readRawUnicode(line: string): string {
  return line.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g,
    (whole, short?: string, long?: string) => {
      const code = Number.parseInt((short ?? long)!, 16);
      return code > 0x10ffff ? whole : String.fromCodePoint(code);
    },
  );
}
