/**
 * What a chunk of text is, told by its shape alone: number, time, address, id. Part of pattern v1, frozen.
 * Each function looks at the char codes of `text` from `from` up to, not including, `to`.
 */
import { CLASS_OF, Class, indexOfCode, isDigit, isLower, isUpper, isWordChar } from './characters.ts';
import { PLACEHOLDERS, type Placeholder } from './placeholders.ts';
import { attachedUnit, UNIT_CHARS_MAX } from './units.ts';

const [DASH, DOT, SLASH, COLON] = [0x2d, 0x2e, 0x2f, 0x3a];

export function digitsEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isDigit(text.charCodeAt(at))) at++;
  return at;
}

function hexEnd(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && CLASS_OF[text.charCodeAt(at)]! >= Class.hexLetter) at++;
  return at;
}

/** Anything that begins with a digit: number, date, time, IPv4 address, with a unit or without. */
export function numeral(text: string, from: number, to: number): Placeholder | undefined {
  const first = digitsEnd(text, from, to);
  if (first === to) return PLACEHOLDERS.num;
  const sign = text.charCodeAt(first);
  if (sign === DOT) return dotted(text, from, first, to);
  if (sign === COLON) return first - from <= 2 && isClock(text, from, to) ? PLACEHOLDERS.time : undefined;
  if (sign === DASH || sign === SLASH) return isDate(text, from, first, to) ? PLACEHOLDERS.time : undefined;
  return withUnit(text, from, to) ?? (isCompactTime(text, from, first, to) ? PLACEHOLDERS.time : undefined);
}

/** `1.5`, `1.5e-7`, `1.5MB`, `10.0.0.1:80`, `24.12.2026`, `1.2.3` */
function dotted(text: string, from: number, first: number, to: number): Placeholder | undefined {
  let groups = 1;
  let widest = first - from;
  let at = first;
  let lastFrom = from;
  while (at < to && text.charCodeAt(at) === DOT) {
    lastFrom = at + 1;
    const end = digitsEnd(text, lastFrom, to);
    if (end === lastFrom) break;
    groups++;
    widest = Math.max(widest, end - lastFrom);
    at = end;
  }
  if (groups === 4 && widest <= 3 && !continuesName(text, from)) {
    if (at === to) return PLACEHOLDERS.host;
    const sign = text.charCodeAt(at);
    if ((sign === COLON || sign === SLASH) && digitsEnd(text, at + 1, to) === to) return PLACEHOLDERS.host;
    return undefined;
  }
  if (groups === 3 && first - from <= 2 && at - lastFrom === 4 && at === to) return PLACEHOLDERS.time;
  if (groups === 3 && first - from === 4 && at === to && at - lastFrom <= 2) return PLACEHOLDERS.time;
  if (at === to) return PLACEHOLDERS.num;
  return groups === 2 ? withUnit(text, from, to) : undefined;
}

/** Behind `~`, `-`, `_` or a letter four numbers are a version: `amd64~6.1.1.0`. */
function continuesName(text: string, from: number): boolean {
  const before = from > 0 ? text.charCodeAt(from - 1) : 0;
  return before === 0x7e || before === DASH || isWordChar(before);
}

/** `12ms`, `1h2m3.5s`, `1.5MB`, `3rd`, `1e-7` */
function withUnit(text: string, from: number, to: number): Placeholder | undefined {
  let found: Placeholder | undefined;
  let at = from;
  while (at < to) {
    let end = digitsEnd(text, at, to);
    if (end === at) return undefined;
    if (text.charCodeAt(end) === DOT) end = digitsEnd(text, end + 1, to);
    let unitEnd = end;
    while (
      unitEnd < to &&
      CLASS_OF[text.charCodeAt(unitEnd)]! >= Class.letter &&
      !isDigit(text.charCodeAt(unitEnd))
    )
      unitEnd++;
    if (unitEnd === end || unitEnd - end > UNIT_CHARS_MAX) return undefined;
    const letters = text.slice(end, unitEnd);
    if (found === undefined && unitEnd === to && ORDINALS.has(letters)) return PLACEHOLDERS.num;
    if (found === undefined && (letters === 'e' || letters === 'E') && isExponent(text, unitEnd, to))
      return PLACEHOLDERS.num;
    const unit = attachedUnit(letters);
    // `0000000d` is a number in hex and no day.
    if (
      unit === undefined ||
      (end - at > 1 &&
        unitEnd - end === 1 &&
        text.charCodeAt(at) === 0x30 &&
        isDigit(text.charCodeAt(at + 1)))
    )
      return undefined;
    // `10MB/s`
    if (unitEnd + 2 === to && text.charCodeAt(unitEnd) === SLASH && text.charCodeAt(unitEnd + 1) === 0x73)
      return unit;
    found = unit;
    at = unitEnd;
  }
  return found;
}

const ORDINALS = new Set(['st', 'nd', 'rd', 'th', 'x', 'L', 'f', 'n']);

function isExponent(text: string, from: number, to: number): boolean {
  const sign = text.charCodeAt(from);
  const digits = sign === DASH || sign === 0x2b ? from + 1 : from;
  return digits < to && digitsEnd(text, digits, to) === to;
}

/** `12:30`, `12:30:59.123`, `12:30:59Z`, `12:30:59+02:00`; also `1:02:03:04`. */
function isClock(text: string, from: number, to: number): boolean {
  const hours = digitsEnd(text, from, to);
  const minutes = digitsEnd(text, hours + 1, to);
  return minutes - hours === 3 && isTimeRest(text, minutes, to);
}

/** Digits and what stands between them in times, up to a zone. */
function isTimeRest(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code) || code === COLON || code === DOT || code === DASH || code === 0x2b) continue;
    if (code === 0x5a && at === to - 1) continue;
    return false;
  }
  return true;
}

/** `2026-11-22`, `2026/11/22`, `22/11/2026`, `22/Nov/2026:10:00:00`, each alone or with a time behind it. */
function isDate(text: string, from: number, first: number, to: number): boolean {
  const separator = text.charCodeAt(first);
  let middle = digitsEnd(text, first + 1, to);
  if (middle === first + 1 && isMonth(text, middle, Math.min(middle + 3, to))) middle += 3;
  if (middle === first + 1 || middle - first > 4 || text.charCodeAt(middle) !== separator) return false;
  const last = digitsEnd(text, middle + 1, to);
  const [firstWidth, lastWidth] = [first - from, last - middle - 1];
  if (
    !(firstWidth === 4 && lastWidth === 2) &&
    !(firstWidth <= 2 && (lastWidth === 4 || (lastWidth === 2 && separator === SLASH)))
  )
    return false;
  if (last === to) return true;
  const next = text.charCodeAt(last);
  return (
    (next === 0x54 || next === 0x5f || next === COLON || next === DASH || next === DOT) &&
    isTimeRest(text, last + 1, to)
  );
}

/** `20261122T103000Z` */
function isCompactTime(text: string, from: number, first: number, to: number): boolean {
  return first - from === 8 && text.charCodeAt(first) === 0x54 && isTimeRest(text, first + 1, to);
}

const MONTHS = new Set('jan feb mar apr may jun jul aug sep oct nov dec'.split(' '));
const WEEKDAYS = new Set('mon tue wed thu fri sat sun'.split(' '));

export function isMonth(text: string, from: number, to: number): boolean {
  return to - from === 3 && isUpper(text.charCodeAt(from)) && MONTHS.has(text.slice(from, to).toLowerCase());
}

export function isWeekday(text: string, from: number, to: number): boolean {
  return (
    to - from === 3 && isUpper(text.charCodeAt(from)) && WEEKDAYS.has(text.slice(from, to).toLowerCase())
  );
}

/** `123e4567-e89b-12d3-a456-426614174000` */
export function isUuid(text: string, from: number, to: number): boolean {
  if (to - from !== 36) return false;
  for (let at = 0; at < 36; at++) {
    const code = text.charCodeAt(from + at);
    const isRight =
      at === 8 || at === 13 || at === 18 || at === 23 ? code === DASH : CLASS_OF[code]! >= Class.hexLetter;
    if (!isRight) return false;
  }
  return true;
}

/** Pairs of hex digits with `:` or `-` between them, as in addresses of hardware. Six of them are a MAC. */
export function isHexPairs(text: string, from: number, to: number): boolean {
  const separator = text.charCodeAt(from + 2);
  if (to - from < 14 || (to - from) % 3 !== 2 || (separator !== COLON && separator !== DASH)) return false;
  for (let at = 0; at < to - from; at++) {
    const code = text.charCodeAt(from + at);
    if (at % 3 === 2 ? code !== separator : CLASS_OF[code]! < Class.hexLetter) return false;
  }
  return true;
}

export const IPV6_CHARS_MAX = 48;

/** Groups of up to four hex digits, at least two colons, an IPv4 tail or zone allowed. */
export function isIpv6(text: string, from: number, to: number): boolean {
  let colons = 0;
  let at = from;
  let hasDouble = false;
  while (at < to) {
    const end = hexEnd(text, at, to);
    if (end - at > 4) return false;
    at = end;
    if (at === to) break;
    if (text.charCodeAt(at) === DOT) return colons >= 2 && dottedTail(text, at, to);
    if (text.charCodeAt(at) !== COLON) return false;
    if (text.charCodeAt(at + 1) === COLON) hasDouble = true;
    colons++;
    at++;
  }
  return colons === 7 || (hasDouble && colons >= 2 && colons < 8);
}

function dottedTail(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code) && code !== DOT) return false;
  }
  return true;
}

/**
 * A run of letters and digits that nobody chose: `a1b2c3d4e5` by its hex digits, `Zk9xQ2vLr8` by how often it
 * changes between upper case, lower case and digits.
 */
export function randomRun(text: string, from: number, to: number): Placeholder | undefined {
  const length = to - from;
  if (length < RANDOM_CHARS_MIN) return undefined;
  let digits = 0;
  let changes = 0;
  let isAllHex = true;
  let upper = 0;
  let previous = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const kind = isDigit(code) ? 1 : isUpper(code) ? 2 : 3;
    if (kind === 1) digits++;
    if (kind === 2) upper++;
    if (CLASS_OF[code]! < Class.hexLetter) isAllHex = false;
    // `Ab` is one change from a capital's own run, as in any name.
    if (previous !== 0 && kind !== previous && !(previous === 2 && kind === 3)) changes++;
    previous = kind;
  }
  const isOneCase = upper === 0 || upper === length - digits;
  if (isAllHex && isOneCase && digits >= 1)
    return length < HEX_CHARS_MIN ? PLACEHOLDERS.num : PLACEHOLDERS.hex;
  if (length >= ID_CHARS_MIN && changes * 4 >= length && (digits >= 2 || changes * 3 >= length))
    return PLACEHOLDERS.id;
  return undefined;
}

/** Shorter ones are words and versions as often as not: `face2`, `be32`. */
const RANDOM_CHARS_MIN = 6;
/** Shorter ones count as numbers: of 16 hex digits one in 2,000 has no letter, of 24 one in 80,000. */
const HEX_CHARS_MIN = 20;
const ID_CHARS_MIN = 8;

/** Ends of names that are hosts, and not files, modules or classes. */
const HOST_ENDS = new Set(
  `com net org edu gov mil local internal lan localdomain cluster home corp intranet ar at au br ca ch cl cn co cz de dk
  ee eu fi fr gr hk hu ie il ir it jp kr lt lv mx my nl nz pe pl pt ro ru se sg sk th tr tw ua uk us uy ve vn za io dev app xyz info biz cloud ai tv site online tech`.split(
    /\s+/,
  ),
);

/** `module.py:12` is a place in a program. */
const SOURCE_ENDS = new Set(
  'c cc cjs clj cpp cs cxx dart erl ex exs go h hpp java jl js jsx kt lua mjs php pl py rb rs scala sh swift ts tsx vue'.split(
    ' ',
  ),
);

/** `db-1.example.com`, `db.example.com:5432`; lower case, at least two dots unless the end leaves no doubt. */
export function isHost(text: string, from: number, to: number): boolean {
  let end = to;
  const colon = indexOfCode(text, COLON, from, to);
  if (colon !== -1) {
    if (digitsEnd(text, colon + 1, to) !== to) return false;
    end = colon;
  }
  let dots = 0;
  let lastDot = -1;
  let hasUpper = false;
  let hasDigit = false;
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      dots++;
      lastDot = at;
    } else if (isDigit(code)) hasDigit = true;
    else if (isUpper(code)) hasUpper = true;
    else if (!isLower(code) && code !== DASH && code !== 0x5f) return false;
  }
  if (dots === 0) return false;
  const label = text.slice(lastDot + 1, end);
  // `WWW.EXAMPLE.COM` is a host, `org.example.Net` a class.
  const last = label === label.toUpperCase() ? label.toLowerCase() : label;
  if (hasUpper && !hasDigit && !HOST_ENDS.has(last)) return false;
  if (end < to && dots >= 2) return !SOURCE_ENDS.has(last);
  return (
    HOST_ENDS.has(last) &&
    (dots >= 2 || end < to || last === 'com' || last === 'net' || last === 'org' || last === 'local')
  );
}

const FILE_ENDS = new Set(
  `avro bak bat bin bmp bz2 cfg cmd conf core crt csv dat db deb dll dmg doc docx exe gif gz htm html ini jar jpeg jpg json
  key lock log md mp3 mp4 parquet pcap pcapng pdf pem pid png ppt rpm rtf sock sql sqlite svg tar tgz tif tmp toml tsv txt
  war wav webp xls xlsx xml xz yaml yml zip zst`.split(/\s+/),
);

const FILE_END_CHARS_MAX = 7;

/** `report-2026.csv`: a file of data. Files of source code stay, they say where in the program it was. */
export function isFile(text: string, from: number, to: number): boolean {
  let dot = to - 1;
  while (dot > from && text.charCodeAt(dot) !== DOT) dot--;
  const length = to - dot - 1;
  return dot > from && length <= FILE_END_CHARS_MAX && FILE_ENDS.has(text.slice(dot + 1, to).toLowerCase());
}
