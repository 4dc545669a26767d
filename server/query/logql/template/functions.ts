/** The functions a template can call, by name. Arguments are what Go's would be; a wrong one is a TemplateError. */
import { compileRegex, expand, type Regex } from '#server/query/logql/re2.ts';
import { readBytes, readGoDuration, readNumber } from '#server/query/logql/units.ts';
import { formatTime, parseTime } from './go-time.ts';
import { printf } from './printf.ts';
import { isTrue, printValue, TEMPLATE_CHARS_MAX, TemplateError, Time, type Value } from './values.ts';

export interface TemplateContext {
  labels: { [name: string]: Value };
  line: string;
  /** Nanoseconds since 1970. */
  timestamp: bigint;
  /** Nanoseconds since 1970. */
  now: bigint;
}

type TemplateFunction = (args: Value[], context: TemplateContext) => Value;

const fail = (what: string): never => {
  throw new TemplateError(what);
};

const text = (value: Value): string => (value === undefined || value === null ? '' : printValue(value));

/** Texts that are numbers count as numbers; what is none is 0. */
function number(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? (readNumber(value.trim()) ?? 0) : 0;
}
/** A text with a fraction is no whole number. */
const whole = (value: Value) =>
  typeof value === 'string' && !/^\s*[+-]?\d+(?:\.0*)?\s*$/.test(value) ? 0 : Math.trunc(number(value));

function bounded(made: string): string {
  return made.length > TEMPLATE_CHARS_MAX ? fail(`more than ${TEMPLATE_CHARS_MAX} characters`) : made;
}

const repeated = (unit: string, times: number) =>
  times < 0 || unit.length * times > TEMPLATE_CHARS_MAX
    ? fail(`cannot repeat ${times} times`)
    : unit.repeat(times);

const REGEXES_MAX = 100;
const regexes = new Map<string, Regex>();
function regex(pattern: string): Regex {
  const known = regexes.get(pattern);
  if (known) return known;
  let made: Regex;
  try {
    made = compileRegex(pattern);
  } catch (error) {
    return fail((error as Error).message);
  }
  if (regexes.size >= REGEXES_MAX) regexes.clear();
  regexes.set(pattern, made);
  return made;
}

const trimCharacters = (value: string, characters: string, ends: 'left' | 'right' | 'both') => {
  const set = new Set(characters);
  const letters = [...value];
  let from = 0;
  let to = letters.length;
  if (ends !== 'right') while (from < to && set.has(letters[from]!)) from += 1;
  if (ends !== 'left') while (to > from && set.has(letters[to - 1]!)) to -= 1;
  return letters.slice(from, to).join('');
};

function substring(start: number, end: number, value: string): string {
  const letters = [...value];
  if (start < 0) return letters.slice(0, Math.max(end, 0)).join('');
  if (end < 0 || end > letters.length) return letters.slice(start).join('');
  return letters.slice(start, end).join('');
}

function truncate(count: number, value: string): string {
  const letters = [...value];
  return count < 0
    ? letters.slice(Math.max(0, letters.length + count)).join('')
    : letters.slice(0, count).join('');
}

const indent = (spaces: number, value: string) => {
  const margin = repeated(' ', spaces);
  return bounded(margin + value.replaceAll('\n', `\n${margin}`));
};

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return fail('incompatible types for comparison');
}

function isEqual(a: Value, b: Value): boolean {
  const plain = (value: Value) => (value === null ? undefined : value);
  if (plain(a) === undefined || plain(b) === undefined) return plain(a) === plain(b);
  if (typeof a !== typeof b) return fail('incompatible types for comparison');
  return a === b;
}

const fold = (args: Value[], of: (a: number, b: number) => number) => args.map(number).reduce(of);
const foldWhole = (args: Value[], of: (a: number, b: number) => number) => args.map(whole).reduce(of);
const nonZero = (value: number) => (value === 0 ? fail('division by zero') : value);

function rounded([value, places, on]: Value[]): number {
  const factor = 10 ** Math.max(0, Math.min(whole(places), 300));
  const threshold = on === undefined ? 0.5 : number(on);
  const scaled = number(value) * factor;
  const floor = Math.floor(scaled);
  return (scaled - floor >= threshold ? floor + 1 : floor) / factor;
}

function align(width: number, value: string, side: 'left' | 'right'): string {
  if (width < 0) return value;
  const letters = [...value];
  if (letters.length >= width)
    return (side === 'left' ? letters.slice(0, width) : letters.slice(letters.length - width)).join('');
  const space = repeated(' ', width - letters.length);
  return side === 'left' ? value + space : space + value;
}

function seconds(value: Value): number {
  const ns = readGoDuration(text(value));
  return Number.isNaN(ns) ? fail(`time: invalid duration "${text(value)}"`) : ns / 1e9;
}

function parseJson(value: Value): Value {
  try {
    return JSON.parse(text(value));
  } catch {
    return fail('invalid JSON');
  }
}

const time = (value: Value): Time => (value instanceof Time ? value : fail('expected a time'));
const NS_PER_MS = 1_000_000n;

function unixTime(value: Value): Time {
  const digits = text(value);
  if (!/^-?\d+$/.test(digits)) return fail(`unable to parse time '${digits}'`);
  // Days, seconds, milliseconds, microseconds or nanoseconds, told by how long it is.
  const scale = { 5: 86_400_000_000_000n, 10: 1_000_000_000n, 13: NS_PER_MS, 16: 1000n, 19: 1n }[
    digits.length
  ];
  return scale === undefined ? fail(`unable to parse time '${digits}'`) : new Time(BigInt(digits) * scale);
}

function indexOf([of, ...keys]: Value[]): Value {
  let value = of;
  for (const key of keys) {
    if (Array.isArray(value)) {
      const at = whole(key);
      value = at < 0 || at >= value.length ? fail(`index out of range: ${at}`) : value[at];
    } else if (typeof value === 'object' && value !== null && !(value instanceof Time))
      value = value[text(key)];
    else return fail("can't index item");
  }
  return value;
}

const titled = (value: string) =>
  value.replaceAll(/(^|[^\p{L}\p{N}_'])(\p{Ll})/gu, (all) => all.toUpperCase());

const escapeHtml = (value: string) =>
  value.replaceAll(
    /[&<>"']/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' })[character]!,
  );

const urlEncode = (value: string) =>
  encodeURIComponent(value.toWellFormed())
    .replaceAll('%20', '+')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

function urlDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return fail('invalid URL escape');
  }
}

function decodeBase64(value: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0) return fail('illegal base64 data');
  return Buffer.from(value, 'base64').toString('utf8');
}

const length = (value: Value): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  return fail('len of a value that has none');
};

/** A function may be called with too few arguments: what is missing is told. */
function needing(count: number, of: TemplateFunction): TemplateFunction {
  return (args, context) => (args.length < count ? fail('wrong number of arguments') : of(args, context));
}

const table: Record<string, TemplateFunction> = {
  // Of text/template itself.
  and: () => fail('and is looked at by the template'),
  or: () => fail('or is looked at by the template'),
  not: needing(1, ([value]) => !isTrue(value)),
  eq: needing(2, ([first, ...others]) => others.some((other) => isEqual(first, other))),
  ne: needing(2, ([a, b]) => !isEqual(a, b)),
  lt: needing(2, ([a, b]) => compare(a, b) < 0),
  le: needing(2, ([a, b]) => compare(a, b) <= 0),
  gt: needing(2, ([a, b]) => compare(a, b) > 0),
  ge: needing(2, ([a, b]) => compare(a, b) >= 0),
  len: needing(1, ([value]) => length(value)),
  index: needing(1, indexOf),
  slice: needing(1, ([of, from, to]) => {
    const end = to === undefined ? undefined : whole(to);
    if (typeof of === 'string') return Buffer.from(of).subarray(whole(from), end).toString();
    return Array.isArray(of) ? of.slice(whole(from), end) : fail("can't slice item");
  }),
  print: (args) =>
    args
      .map(
        (arg, at) =>
          (at > 0 && typeof arg !== 'string' && typeof args[at - 1] !== 'string' ? ' ' : '') +
          printValue(arg),
      )
      .join(''),
  println: (args) => `${args.map(printValue).join(' ')}\n`,
  printf: needing(1, ([format, ...args]) => bounded(printf(text(format), args))),
  html: (args) => escapeHtml(args.map(text).join('')),
  js: (args) =>
    JSON.stringify(args.map(text).join(''))
      .slice(1, -1)
      .replaceAll("'", "\\'")
      .replaceAll('<', '\\u003C')
      .replaceAll('>', '\\u003E')
      .replaceAll('&', '\\u0026')
      .replaceAll('=', '\\u003D'),
  urlquery: (args) => urlEncode(args.map(text).join('')),

  // Of the line.
  __line__: (_args, { line }) => line,
  __timestamp__: (_args, { timestamp }) => new Time(timestamp),

  // Texts, with the text as the last argument.
  lower: needing(1, ([value]) => text(value).toLowerCase()),
  upper: needing(1, ([value]) => text(value).toUpperCase()),
  title: needing(1, ([value]) => titled(text(value))),
  trim: needing(1, ([value]) => text(value).trim()),
  trimAll: needing(2, ([characters, value]) => trimCharacters(text(value), text(characters), 'both')),
  trimPrefix: needing(2, ([prefix, value]) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  ),
  trimSuffix: needing(2, ([suffix, value]) =>
    text(suffix) !== '' && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  ),
  trunc: needing(2, ([count, value]) => truncate(whole(count), text(value))),
  substr: needing(3, ([start, end, value]) => substring(whole(start), whole(end), text(value))),
  contains: needing(2, ([part, value]) => text(value).includes(text(part))),
  hasPrefix: needing(2, ([prefix, value]) => text(value).startsWith(text(prefix))),
  hasSuffix: needing(2, ([suffix, value]) => text(value).endsWith(text(suffix))),
  indent: needing(2, ([spaces, value]) => indent(whole(spaces), text(value))),
  nindent: needing(2, ([spaces, value]) => `\n${indent(whole(spaces), text(value))}`),
  replace: needing(3, ([from, to, value]) => bounded(text(value).split(text(from)).join(text(to)))),
  repeat: needing(2, ([times, value]) => repeated(text(value), whole(times))),
  alignLeft: needing(2, ([width, value]) => align(whole(width), text(value), 'left')),
  alignRight: needing(2, ([width, value]) => align(whole(width), text(value), 'right')),
  default: needing(1, ([fallback, value]) => (isTrue(value) ? value : fallback)),
  count: needing(2, ([pattern, value]) => {
    let found = 0;
    regex(text(pattern)).replaceAll(text(value), () => {
      found += 1;
      return '';
    });
    return found;
  }),
  regexReplaceAll: needing(3, ([pattern, value, replacement]) => {
    const compiled = regex(text(pattern));
    return bounded(
      compiled.replaceAll(text(value), (groups) => expand(text(replacement), groups, compiled.names)),
    );
  }),
  regexReplaceAllLiteral: needing(3, ([pattern, value, replacement]) =>
    bounded(regex(text(pattern)).replaceAll(text(value), () => text(replacement))),
  ),
  urlencode: needing(1, ([value]) => urlEncode(text(value))),
  urldecode: needing(1, ([value]) => urlDecode(text(value))),
  b64enc: needing(1, ([value]) => Buffer.from(text(value)).toString('base64')),
  b64dec: needing(1, ([value]) => decodeBase64(text(value))),

  // Texts as Go's strings package has them, with the text first.
  ToLower: needing(1, ([value]) => text(value).toLowerCase()),
  ToUpper: needing(1, ([value]) => text(value).toUpperCase()),
  Replace: needing(4, ([value, from, to, times]) => {
    const parts = text(value).split(text(from));
    const most = whole(times) < 0 ? parts.length : whole(times);
    return bounded(
      parts.reduce(
        (made, part, at) => (at === 0 ? part : made + (at <= most ? text(to) : text(from)) + part),
        '',
      ),
    );
  }),
  Trim: needing(2, ([value, characters]) => trimCharacters(text(value), text(characters), 'both')),
  TrimLeft: needing(2, ([value, characters]) => trimCharacters(text(value), text(characters), 'left')),
  TrimRight: needing(2, ([value, characters]) => trimCharacters(text(value), text(characters), 'right')),
  TrimPrefix: needing(2, ([value, prefix]) =>
    text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  ),
  TrimSuffix: needing(2, ([value, suffix]) =>
    text(suffix) !== '' && text(value).endsWith(text(suffix))
      ? text(value).slice(0, -text(suffix).length)
      : text(value),
  ),
  TrimSpace: needing(1, ([value]) => text(value).trim()),

  // Numbers.
  int: needing(1, ([value]) => whole(value)),
  float64: needing(1, ([value]) => number(value)),
  add: (args) => foldWhole(args, (a, b) => a + b),
  sub: needing(2, (args) => foldWhole(args, (a, b) => a - b)),
  mul: needing(2, (args) => foldWhole(args, (a, b) => a * b)),
  div: needing(2, (args) => foldWhole(args, (a, b) => Math.trunc(a / nonZero(b)))),
  mod: needing(2, (args) => foldWhole(args, (a, b) => a % nonZero(b))),
  addf: (args) => fold(args, (a, b) => a + b),
  subf: needing(2, (args) => fold(args, (a, b) => a - b)),
  mulf: needing(2, (args) => fold(args, (a, b) => a * b)),
  divf: needing(2, (args) => fold(args, (a, b) => a / b)),
  max: needing(1, (args) => Math.max(...args.map(whole))),
  min: needing(1, (args) => Math.min(...args.map(whole))),
  maxf: needing(1, (args) => Math.max(...args.map(number))),
  minf: needing(1, (args) => Math.min(...args.map(number))),
  ceil: needing(1, ([value]) => Math.ceil(number(value))),
  floor: needing(1, ([value]) => Math.floor(number(value))),
  round: needing(2, rounded),
  bytes: needing(1, ([value]) => {
    const bytes = readBytes(text(value));
    return Number.isNaN(bytes) ? fail(`cannot parse bytes "${text(value)}"`) : bytes;
  }),
  duration: needing(1, ([value]) => seconds(value)),
  duration_seconds: needing(1, ([value]) => seconds(value)),
  fromJson: needing(1, ([value]) => parseJson(value)),

  // Times.
  now: (_args, { now }) => new Time(now),
  date: needing(2, ([layout, value]) => formatTime(text(layout), time(value))),
  toDate: needing(2, ([layout, value]) => parseTime(text(layout), 'UTC', text(value))),
  toDateInZone: needing(3, ([layout, zone, value]) => parseTime(text(layout), text(zone), text(value))),
  unixEpoch: needing(1, ([value]) => String(time(value).ns / 1_000_000_000n)),
  unixEpochMillis: needing(1, ([value]) => String(time(value).ns / NS_PER_MS)),
  unixEpochNanos: needing(1, ([value]) => String(time(value).ns)),
  unixToTime: needing(1, ([value]) => unixTime(value)),
};

export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = table;
