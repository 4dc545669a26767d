/**
 * Replaces what differs from event to event in a message, such as numbers, dates and ids, by what it is:
 * `order 4711 failed` becomes `order <int> failed`. Part of grouping v1, frozen: the same replacements as
 * Sentry made for `newstyle:2026-01-20` in the middle of 2026. Known mistakes are part of it: `utf-8` becomes
 * `utf-<int>`, `Fee::add()` becomes `<ip>()`.
 *
 * All patterns are tried as one alternation, the first one that matches at the leftmost place wins. When a
 * match turns out not to be what it looked like (`a.b.c` is no host name), all patterns run again one by one.
 *
 * Hostile text cannot make it slow: every pattern either starts at a place that is rare, or stops after a named
 * number of characters, and within one start no text can be read in two ways, so the work is bounded by input
 * length times the longest bound (254). Longer inputs than `PARAMETERIZED_CHARS_MAX` are left alone.
 */
import { isIpAddress } from './ip-address.ts';
import { isLongerThan, SPACE } from './text.ts';

/** Characters; Sentry's bound, and the length messages are cut to on the way in. */
export const PARAMETERIZED_CHARS_MAX = 8192;

export function parameterize(text: string): string {
  const isAscii = !NOT_ASCII.test(text);
  // Nothing to replace has neither digits nor these signs, or is hex in letters alone.
  if (isAscii && !/[0-9@=:.]|[a-f]{8}|[A-F]{8}/.test(text)) return text;
  if (isLongerThan(text, PARAMETERIZED_CHARS_MAX)) return text;
  const { combined, single } = isAscii ? ascii() : unicode();

  let hasImpostor = false;
  const replaced = text.replace(combined, (match: string, ...rest: unknown[]) => {
    const kind = KINDS[rest.findIndex((group) => group !== undefined)]!;
    if (isReally(kind, match)) return `<${kind}>`;
    hasImpostor = true;
    return match;
  });
  if (!hasImpostor) return replaced;
  return single.reduce(
    (result, { kind, pattern }) =>
      result.replace(pattern, (match) => (isReally(kind, match) ? `<${kind}>` : match)),
    text,
  );
}

const NOT_ASCII = /[\u0080-\uffff]/;

function isReally(kind: string, match: string): boolean {
  if (kind === 'hostname') return isHostname(match);
  return kind !== 'ip' || isIpAddress(match);
}

/** The common ones: with all of today's, file names and module paths would be host names. */
const TOP_LEVEL_DOMAINS = new Set(
  `com net org jp de uk fr br it ru es me gov pl ca au cn co in nl edu info eu ch id at kr cz mx be tv se tr tw al
  ua ir vn cl sk ly cc to no fi us pt dk ar hu tk gr il news ro my biz ie za nz sg ee th io xyz pe bg hk rs lt link
  ph club si site mobi by cat wiki la ga xxx cf hr ng jobs online kz ug gq ae is lv pro fm tips ms sa app`.split(
    /\s+/,
  ),
);

/** RFC 2181 section 11: at most 255 octets. */
function isHostname(match: string): boolean {
  const domain = match.slice(match.lastIndexOf('.') + 1);
  const isOneCase = domain === domain.toLowerCase() || domain === domain.toUpperCase();
  return match.length <= 255 && isOneCase && TOP_LEVEL_DOMAINS.has(domain.toLowerCase());
}

/** What a word, a digit and a space are: quick for ASCII, by Unicode's classes for everything else. */
interface Alphabet {
  word: string;
  digit: string;
  /** Inside a character class. */
  space: string;
}

interface Compiled {
  combined: RegExp;
  single: { kind: string; pattern: RegExp }[];
}

const ascii = lazily(() => compile({ word: '[a-zA-Z0-9_]', digit: '[0-9]', space: '\\t-\\r\\x1c-\\x20' }));
const unicode = lazily(() => compile({ word: '[\\p{L}\\p{N}_]', digit: '\\p{Nd}', space: SPACE }));

function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= make();
    return value;
  };
}

function compile(alphabet: Alphabet): Compiled {
  const patterns = patternsOf(alphabet);
  const sources = KINDS.map((kind) => patterns[kind]);
  return {
    combined: new RegExp(sources.map((source) => `(${source})`).join('|'), 'gu'),
    single: KINDS.map((kind) => ({ kind, pattern: new RegExp(patterns[kind], 'gu') })),
  };
}

/** In the order they are tried: a date is not four numbers, an id in hex is not a number. */
const KINDS = [
  'email',
  'url',
  'hostname',
  'traceparent',
  'uuid',
  'sha1',
  'md5',
  'date',
  'duration',
  'mac_addr',
  'ip',
  'swift_txn_id',
  'hex',
  'git_sha',
  'random_id',
  'float',
  'int',
  'quoted_str',
  'bool',
] as const;

function patternsOf({ word, digit, space }: Alphabet): Record<(typeof KINDS)[number], string> {
  const start = `(?<!${word})`;
  const end = `(?!${word})`;
  /** A whole word; the text must begin and end with word characters. */
  const whole = (text: string) => `${start}(?:${text})${end}`;
  const any = (...alternatives: string[]) => `(?:${alternatives.join('|')})`;
  const hexDigits = (count: string) => `[0-9a-fA-F]{${count}}`;

  const urlChar = `[^'"\`\\\\<>{}\\|\\^${space}]`;
  const label = '(?=[0-9\\-]*[a-zA-Z])[a-zA-Z0-9](?:[a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?';
  const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
  const v4 = `${octet}(?:\\.${octet}){3}`;
  // A minus sign, or the start of something that is not glued to letters or digits.
  const number = `(?:(?<![a-zA-Z0-9])|(?<!${word})-)`;
  const numberEnd = '(?![a-zA-Z0-9])';
  const mixed = (letters: string) => `(?=[${letters}]*[0-9])(?=[0-9]*[${letters}])`;

  return {
    email: "[a-zA-Z0-9.!#$%&'*+/=?^_`\\{\\|\\}~\\-]{1,254}@[a-zA-Z0-9\\-]+(?:\\.[a-zA-Z0-9\\-]+)*",
    url: `[a-zA-Z][a-zA-Z0-9+\\-.]{0,32}:\\/\\/(?![$.?#])${urlChar}(?:${urlChar}*(?![.,;])${urlChar})?`,
    hostname: `${start}(?:${label}\\.){1,127}${label}${end}`,
    // W3C Trace Context, and the form of AWS load balancers.
    traceparent: any(whole('00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]'), whole('1-[0-9a-f]{8}-[0-9a-f]{24}')),
    uuid: whole(['8', '4', '4', '4', '12'].map(hexDigits).join('-')),
    sha1: whole(hexDigits('40')),
    md5: whole(hexDigits('32')),
    date: datePattern(start, digit, `[${space}]`),
    duration: whole(`${digit}{1,20}ms|${digit}{1,20}(?:\\.${digit}{1,20})?s`),
    mac_addr: whole(
      any(
        ...[':', '-', `[${space}]`].map(
          (separator) => `(?:${hexDigits('2')}${separator}){5}${hexDigits('2')}`,
        ),
        `(?:${hexDigits('4')}\\.){2}${hexDigits('4')}`,
      ),
    ),
    ip: any(
      // Eight groups or a double colon; a single colon may stand neither first nor last.
      `(?<![a-zA-Z0-9_:])(?=[0-9a-fA-F:]{0,45}::|(?:[0-9a-fA-F]{1,4}:){6})(?!:[^:])${any(
        `[0-9a-fA-F:]{2,45}(?<=:)${v4}`,
        '[0-9a-fA-F:]{2,45}(?<![^:]:)',
      )}(?:%[0-9a-zA-Z]{1,64})?(?:\\/[0-9]{1,3})?(?![a-zA-Z0-9:])`,
      `${start}${v4}(?:\\/[0-9]{1,2})?${end}`,
    ),
    // OpenStack Swift's transaction ids, with whatever the cluster appends.
    swift_txn_id: `${start}tx[0-9a-f]{21}-[0-9a-f]{10}[^${space}]*`,
    hex: any(
      whole('0[xX][0-9a-fA-F]+'),
      `${number}${any(
        `${mixed('a-f')}[0-9a-f]{4,6}`,
        `${mixed('A-F')}[0-9A-F]{4,6}`,
        '[0-9a-f]{8,128}',
        '[0-9A-F]{8,128}',
      )}${numberEnd}`,
    ),
    git_sha: whole(`${mixed('a-f')}[0-9a-f]{7}`),
    // Letters and digits that take turns three times or more; short ones also need both cases.
    random_id: `(?<![a-zA-Z0-9])(?=[a-zA-Z]+[0-9]+[a-zA-Z]+[0-9]|[0-9]+[a-zA-Z]+[0-9]+[a-zA-Z])(?=[a-zA-Z0-9]{6}|(?=[A-Z0-9]*[a-z])[a-z0-9]*[A-Z])[a-zA-Z0-9]{4,128}${numberEnd}`,
    float: `(?:${start}(?<!${digit}\\.)|-)${digit}+\\.${digit}+(?!\\.${digit})${end}`,
    // Eight digits and more are hex.
    int: `${number}${digit}{1,7}${numberEnd}`,
    // Only as the value of a key=value pair.
    quoted_str: `(?<==)(?:'[^']+'|"[^"]+")`,
    bool: '(?<==)(?:[Tt]rue|[Ff]alse)',
  };
}

/** The ways programs print times. Most have no boundaries: a date may stand inside a file name. */
function datePattern(start: string, d: string, s: string): string {
  const weekday = '(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)';
  const fullWeekday =
    '(?:Sun(?:day)?|Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?)';
  const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
  const zone = '(?:UT|GMT|[ECMP](?:ST|DT)|[A-IK-Z])';
  const zoneOrOffset = `(?:[\\-+]${d}{2}[0-5]${d}|${zone})`;
  const day = `${d}{4}-?[01]${d}-?[0-3]${d}`;
  const offset = `(?:[+\\-][0-2]${d}:?[0-5]${d}|Z)`;
  const clock = `[0-2]${d}:?[0-5]${d}`;
  const dayAndClock = `${day}(?:${s}|T)${clock}`;
  const withSeconds = `${dayAndClock}:?[0-5]${d}`;
  const hour12 = '(?:[1-9]|1[0-2])';
  const hour24 = `(?:0?${d}|1${d}|2[0-3])`;
  const minutes = `:[0-5]${d}(?::[0-5]${d})?(?!${d}|:)`;

  return [
    // RFC 822 and 1123: Mon, 02 Jan 2006 15:04:05 MST
    `${weekday},${s}${d}{1,2}${s}${month}${s}${d}{2,4}${s}${d}{1,2}:${d}{1,2}(?::${d}{1,2})?${s}${zoneOrOffset}`,
    // Mon Jan 02, 1999
    `(?:${weekday}${s})?${month}${s}[0-3]${d},${s}${d}{2,4}`,
    // RFC 850: Monday, 02-Jan-06 15:04:05 MST
    `${fullWeekday},${s}${d}{2}-${month}-${d}{2}${s}${d}{2}:${d}{2}:${d}{2}${s}${zone}`,
    // RFC 3339: 2006-01-02T15:04:05.999999999Z07:00
    `${d}{4}-${d}{2}-${d}{2}T${d}{2}:${d}{2}:${d}{2}(?:\\.${d}+)?Z?(?:[+\\-]?${d}{2}:${d}{2})?`,
    // JavaScript: Mon Jan 02 2006 14:04:05 GMT-0800 (Pacific Standard Time)
    `${weekday}${s}${month}${s}${d}{2}${s}${d}{4}${s}${d}{2}:${d}{2}:${d}{2}${s}GMT[+\\-]${d}{4}(?:${s}\\([^)]+\\))?`,
    // ISO 8601, with and without dashes and colons; with an offset first, so that it is not a number of its own.
    `${withSeconds}\\.${d}+${offset}`,
    `${withSeconds}${offset}`,
    `${dayAndClock}${offset}`,
    `${withSeconds}\\.${d}+`,
    withSeconds,
    dayAndClock,
    // 12:31 PM, 23:21
    `(?<!${d})${hour12}${minutes}(?:${s}?[aApP][Mm])?`,
    `(?<!${d})${hour24}${minutes}`,
    // 2006-01-02
    `${d}{4}-[01]${d}-[0-3]${d}`,
    // Wed Apr 17 22:31:45 2019
    `${start}(?:${weekday}${s}+)?${month}${s}+${d}{1,2}${s}+${d}{2}:${d}{2}:${d}{2}${s}+${d}{4}`,
    // Wed, 17 Apr 2019 22:31:45 GMT
    `${start}(?:${weekday},${s}+)?(?:0[1-9]|[1-2]?${d}|3[01])${s}+${month}${s}+(?:19${d}{2}|[2-9]${d}{3})${s}+(?:2[0-3]|[0-1]${d}):[0-5]${d}(?::(?:60|[0-5]${d}))?${s}+${zoneOrOffset}`,
    // Python's repr
    'datetime[^\\n]datetime\\([^\\n]*?\\)',
  ].join('|');
}
