/**
 * The lines of a text that may hold a stack trace, freed of what is not part of it: colours of a terminal, carriage
 * returns, what a logger or a container's runtime puts before each line, line ends that were escaped for JSON. Linear.
 */
import { splitPrefix } from './line-prefix.ts';

export interface TraceLine {
  /** Without the white space at both ends. */
  text: string;
  /** White space before it, characters. */
  indent: number;
}

/** Of one text; the joiner's bounds are below them. */
const LINES_MAX = 4_000;
const CHARS_MAX = 262_144;
/** Of one line: what is longer is no line of a stack trace, and its front says what it is. */
const LINE_CHARS_MAX = 2_000;

const ESCAPE = '\u001b';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for.
const COLOUR = /\u001b\[[0-9;:]{0,32}[A-Za-z]/g;

export function traceLines(text: string): TraceLine[] {
  const front = text.length > CHARS_MAX ? text.slice(0, CHARS_MAX) : text;
  const plain = front.includes(ESCAPE) ? front.replace(COLOUR, '') : front;
  const lines = whole(unescaped(plain).split('\n', LINES_MAX));
  const short = lines.map((line) => (line.length > LINE_CHARS_MAX ? line.slice(0, LINE_CHARS_MAX) : line));
  const isPrefixed = lines.length > 1 && arePrefixed(short);
  const rests = isPrefixed ? short.map((line) => splitPrefix(line).rest) : short;
  // Behind a time there may be a number of a process, a level and a logger.
  const common = commonPrefix(rests);
  return rests.map((line) => {
    const rest = withoutCommon(line, common);
    const text = rest.trim();
    return { text, indent: text === '' ? 0 : rest.length - rest.trimStart().length };
  });
}

/** A container's runtime cuts long lines in parts: `… stderr P ` says that the next line goes on. */
const PARTIAL = /^\d{4}-\d\d-\d\dT\S{1,40} (?:stdout|stderr) ([FP]) /;

function whole(lines: string[]): string[] {
  if (!lines.some((line) => PARTIAL.exec(line)?.[1] === 'P')) return lines;
  const joined: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const part = PARTIAL.exec(line);
    if (isOpen && part) joined[joined.length - 1] += line.slice(part[0].length);
    else joined.push(line);
    isOpen = part?.[1] === 'P';
  }
  return joined;
}

/** Most lines have one; the first alone is a heading with the time of its logger. */
function arePrefixed(lines: readonly string[]): boolean {
  const said = lines.filter((line) => line.trim() !== '').slice(0, 12);
  const prefixed = said.filter((line) => splitPrefix(line).shape !== '').length;
  return prefixed >= 2 && prefixed * 2 >= said.length;
}

/** What loggers of all kinds begin with: a bracket, a number, a month. Frames begin with none of them. */
const BEGINS_PREFIX = /^(?:[[<\d]|[A-Z][a-z]{2} [ \d]\d )/;
const COMMON_LINES = 12;
const COMMON_CHARS_MAX = 160;

/** The same words before each line, whatever the digits in them: `[backend] `, what Apache and OpenStack write. */
function commonPrefix(lines: readonly string[]): string {
  const said = lines.filter((line) => line.trim() !== '').slice(0, COMMON_LINES);
  const [first = '', ...others] = said.map((line) => digitless(line.slice(0, COMMON_CHARS_MAX)));
  if (others.length === 0 || !BEGINS_PREFIX.test(said[0]!)) return '';
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, first.lastIndexOf(' ', length - 1) + 1);
}

const digitless = (text: string) => text.replace(/\d/g, '0');

function withoutCommon(line: string, common: string): string {
  if (common === '') return line;
  return digitless(line.slice(0, common.length)) === common ? line.slice(common.length) : line;
}

/** `Error: no\n    at f (a.js:1:2)` in one line, as it stands in JSON and in logfmt. */
function unescaped(text: string): string {
  if (text.includes('\n') || !text.includes('\\n')) return text;
  return text.replace(/\\(?:r\\n|[nt"\\])/g, (sign) => MEANT[sign] ?? '\n');
}

const MEANT: Readonly<Record<string, string>> = { '\\t': '\t', '\\"': '"', '\\\\': '\\' };
