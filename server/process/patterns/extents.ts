/**
 * Where something that has begun ends: a path, a date in words, a bracket. Part of pattern v1, frozen. Each function
 * reads `text` from `from` and never beyond `to`.
 */
import { CLASS_OF, Class, isDigit, isLower, isUpper, isWordChar } from './characters.ts';
import { digitsEnd, IPV6_CHARS_MAX, isIpv6, isMonth, isWeekday } from './shapes.ts';

const [SPACE, DOT, COLON, COMMA, PLUS, DASH, EQUALS, QUESTION] = [
  0x20, 0x2e, 0x3a, 0x2c, 0x2b, 0x2d, 0x3d, 0x3f,
];

const codesOf = (signs: string) => new Set([...signs].map((sign) => sign.charCodeAt(0)));
const ENDS_UNSPACED = codesOf('"\'`<>(){}[],;|');
const ENDS_SENTENCE = codesOf('.:!?');

/** Of a URL, a path or a value: up to a space, quote, bracket or comma. A full stop belongs to the sentence. */
export function unspacedEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (CLASS_OF[code] === Class.space || ENDS_UNSPACED.has(code)) break;
    at++;
  }
  while (at > from && ENDS_SENTENCE.has(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Of a path, with its query: `/a/b.txt` of `/a/b.txt:12`, `/a?b=c`. */
export function pathEnd(text: string, from: number, to: number): number {
  const end = unspacedEnd(text, from, to);
  for (let at = from + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUESTION) return end;
    // `C:\` has a colon of its own.
    if (code === EQUALS || (code === COLON && at > from + 1)) return at;
  }
  return end;
}

/** Of a date in words, `from` being at its first: `Nov 22 10:00:00`, `Sun, 22 Nov 2026 10:00:00 GMT`. 0: it is none. */
export function dateEnd(text: string, from: number, to: number): number {
  let at = from + 3;
  if (isWeekday(text, from, at)) {
    if (text.charCodeAt(at) === COMMA) at++;
    at = spacesEnd(text, at, to);
    if (isMonth(text, at, at + 3)) at += 3;
  } else if (!isMonth(text, from, at)) return 0;
  at = spacesEnd(text, at, to);
  if (at >= to || !isDigit(text.charCodeAt(at))) return 0;

  const limit = Math.min(to, from + DATE_CHARS_MAX);
  let end = at;
  while (at < limit) {
    const partEnd = datePartEnd(text, at, limit);
    if (partEnd === at) break;
    end = partEnd;
    at = spacesEnd(text, end, limit);
  }
  return end;
}

const DATE_CHARS_MAX = 40;

/** A number, a clock, a month or a zone. */
function datePartEnd(text: string, from: number, to: number): number {
  const code = text.charCodeAt(from);
  const digits = code === PLUS || code === DASH ? from + 1 : from;
  let at = digits;
  while (
    at < to &&
    (isDigit(text.charCodeAt(at)) || text.charCodeAt(at) === COLON || text.charCodeAt(at) === DOT)
  )
    at++;
  if (at > digits) {
    while (!isDigit(text.charCodeAt(at - 1))) at--;
    // `2nd`, `5ms`: something else begins.
    return isWordChar(text.charCodeAt(at)) && at < to ? from : at;
  }
  const end = from + 3;
  if (end > to || (end < to && isWordChar(text.charCodeAt(end)))) return from;
  return isMonth(text, from, end) || ZONES.has(text.slice(from, end)) ? end : from;
}

const ZONES = new Set(
  'AM PM UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST EET EEST BST IST JST KST MSK'.split(' '),
);

/** Behind a clock: `,123`, ` +0000`, ` UTC`, ` PM`. */
export function timeTailEnd(text: string, from: number, to: number): number {
  let at = from;
  if (text.charCodeAt(at) === COMMA) {
    const end = digitsEnd(text, at + 1, to);
    if (end - at >= 4 && !isWordChar(text.charCodeAt(end))) at = end;
  }
  if (at + 2 >= to || text.charCodeAt(at) !== SPACE) return at;
  const code = text.charCodeAt(at + 1);
  if (code === PLUS || code === DASH) {
    const end = digitsEnd(text, at + 2, to);
    return end - at === 6 && !isWordChar(text.charCodeAt(end)) ? end : at;
  }
  let end = at + 1;
  while (end < to && end - at <= 4 && isUpper(text.charCodeAt(end))) end++;
  return end - at > 2 && !isWordChar(text.charCodeAt(end)) && ZONES.has(text.slice(at + 1, end)) ? end : at;
}

export function spacesEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && CLASS_OF[text.charCodeAt(at)] === Class.space) at++;
  return at;
}

/** Letters alone, at most `charsMax`; `from` when more of a word follows. */
export function lettersEnd(text: string, from: number, to: number, charsMax: number): number {
  let at = from;
  while (
    at < to &&
    at - from <= charsMax &&
    CLASS_OF[text.charCodeAt(at)]! >= Class.letter &&
    !isDigit(text.charCodeAt(at))
  )
    at++;
  return at < to && isWordChar(text.charCodeAt(at)) ? from : at;
}

/** Behind the bracket that closes the one at `from`, if there is no `=` between and it is near. 0: leave it. */
export function plainBracketEnd(text: string, from: number, to: number): number {
  let depth = 0;
  const limit = Math.min(to, from + BRACKET_CHARS_MAX);
  for (let at = from; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === EQUALS) return 0;
    if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth === 0) return at + 1;
  }
  return 0;
}

const BRACKET_CHARS_MAX = 128;

export function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b || code === 0x7b;
}

export function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d || code === 0x7d;
}

/** Behind `[2001:db8::17]:443`. 0: it is something else. */
export function bracketedAddressEnd(text: string, from: number, to: number): number {
  const limit = Math.min(to, from + IPV6_CHARS_MAX);
  let close = from + 1;
  while (close < limit && text.charCodeAt(close) !== 0x5d) close++;
  if (close >= limit || !isIpv6(text, from + 1, close)) return 0;
  if (text.charCodeAt(close + 1) !== COLON) return 0;
  const end = digitsEnd(text, close + 2, to);
  return end > close + 2 ? end : 0;
}

/** Of the user at the start of what cron writes, `(root) CMD (…)`. 0: it is something else. */
export function cronUserEnd(text: string, from: number, to: number): number {
  const limit = Math.min(to, from + USER_CHARS_MAX);
  let at = from + 1;
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (!isLower(code) && !isDigit(code) && code !== DASH && code !== 0x5f) break;
    at++;
  }
  if (at >= limit || at === from + 1 || text.charCodeAt(at) !== 0x29) return 0;
  return text.charCodeAt(at + 1) === SPACE &&
    isUpper(text.charCodeAt(at + 2)) &&
    isUpper(text.charCodeAt(at + 3))
    ? at
    : 0;
}

const USER_CHARS_MAX = 34;
