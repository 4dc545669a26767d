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
  const lines = unescaped(plain).split('\n', LINES_MAX);
  const isPrefixed = lines.length > 1 && arePrefixed(lines);
  return lines.map((line) => {
    const short = line.length > LINE_CHARS_MAX ? line.slice(0, LINE_CHARS_MAX) : line;
    const rest = isPrefixed ? splitPrefix(short).rest : short;
    const text = rest.trim();
    return { text, indent: text === '' ? 0 : rest.length - rest.trimStart().length };
  });
}

/** Most lines have one; the first alone is a heading with the time of its logger. */
function arePrefixed(lines: readonly string[]): boolean {
  const said = lines.filter((line) => line.trim() !== '').slice(0, 12);
  const prefixed = said.filter((line) => splitPrefix(line).shape !== '').length;
  return prefixed >= 2 && prefixed * 2 >= said.length;
}

/** `Error: no\n    at f (a.js:1:2)` in one line, as it stands in JSON and in logfmt. */
function unescaped(text: string): string {
  if (text.includes('\n') || !text.includes('\\n')) return text;
  return text.replace(/\\(?:r\\n|[nt"\\])/g, (sign) => MEANT[sign] ?? '\n');
}

const MEANT: Readonly<Record<string, string>> = { '\\t': '\t', '\\"': '"', '\\\\': '\\' };
