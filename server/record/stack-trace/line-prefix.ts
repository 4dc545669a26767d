/**
 * What a logger, a container's runtime or syslog puts before each line of a text: told apart from the text, so that
 * the lines of a stack trace are recognised behind it. Pure; each expression is linear and looks at the front only.
 */

export interface PrefixedLine {
  /** Empty without a prefix. Lines of one text have prefixes of one shape. */
  shape: string;
  /** The text behind the prefix, its indentation kept. */
  rest: string;
}

/** Longest prefix looked for, characters: a time, a host, a program and a number. */
const PREFIX_CHARS_MAX = 160;

/** `2026-11-22T12:00:00.123Z `, and what Kubernetes or journald put behind it; also in brackets, and with Go's slashes. */
const DATED =
  /^(\[?)\d{4}([-/])\d\d\2\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?(\]?) (?:(stdout|stderr) [FP] |[\w.:-]{1,64} ([\w./-]{1,64})\[\d{1,10}\]: )?/;
/** `[22-Nov-2026 12:00:00 UTC] ` of PHP. */
const PHP = /^\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?: [\w/+:-]{1,40})?\] /;
/** `[3f2a4b5c-6d7e-…] ` of Rails: the request. */
const TAG = /^\[[0-9a-f]{8}[0-9a-f-]{0,56}\] /;
/** `Nov 22 12:00:00 web-1 shop[17]: ` of syslog. */
const SYSLOG = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d ([\w.:-]{1,64} )?([\w./-]{1,64}(?:\[\d{1,10}\])?): /;
/** `web-1  | ` of docker compose. */
const COMPOSE = /^([\w.-]{1,64}) +\| /;

const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_A = 0x41;
const LETTER_Z = 0x5a;
const BRACKET = 0x5b;

export function splitPrefix(line: string): PrefixedLine {
  const first = line.charCodeAt(0);
  // White space, quotes and most signs begin no prefix: that is what most lines of a stack trace begin with.
  if (!(first >= DIGIT_0 && first <= 0x7a)) return { shape: '', rest: line };
  const front = line.length > PREFIX_CHARS_MAX ? line.slice(0, PREFIX_CHARS_MAX) : line;
  if (first <= DIGIT_9 || first === BRACKET) {
    const dated = DATED.exec(front);
    if (dated)
      return {
        shape: `${dated[1]}${dated[2]}${dated[3]}${dated[4] ?? ''}${dated[5] ?? ''}`,
        rest: line.slice(dated[0].length),
      };
    const php = first === BRACKET ? PHP.exec(front) : null;
    if (php) return { shape: 'php', rest: line.slice(php[0].length) };
    const tag = first === BRACKET ? TAG.exec(front) : null;
    if (tag) return { shape: tag[0], rest: line.slice(tag[0].length) };
  } else if (first >= LETTER_A && first <= LETTER_Z) {
    const syslog = SYSLOG.exec(front);
    if (syslog) return { shape: `syslog ${syslog[1] ?? ''}${syslog[2]}`, rest: line.slice(syslog[0].length) };
  }
  const compose = front.includes(' | ') ? COMPOSE.exec(front) : null;
  if (compose) return { shape: `${compose[1]} |`, rest: line.slice(compose[0].length) };
  return { shape: '', rest: line };
}
