/**
 * Structured data of RFC 5424, 6.3: `[id name="value" …][…]` or `-`, as attributes `id.name`. Read to the first thing
 * that is no structured data, which belongs to the body.
 */
import type { Attributes } from '#server/record/log.ts';

/** Parameters of one message; the rest is left out, as it is of other records' attributes. */
const PARAMS_MAX = 512;

const NAME = '[!#-<>-\\\\^-~]{1,128}';
const ELEMENT = new RegExp(`\\[(${NAME})`, 'y');
const PARAM = new RegExp(` (${NAME})="`, 'y');

/** `end`: where the body begins, or the space before it. */
export function readStructuredData(text: string, start: number): { params: Attributes; end: number } {
  if (text[start] === '-' && (text[start + 1] ?? ' ') === ' ') return { params: {}, end: start + 1 };
  const params = new Map<string, string | string[]>();
  let left = PARAMS_MAX;
  let end = start;
  for (let element = at(ELEMENT, text, end); element; element = at(ELEMENT, text, end)) {
    const found: [string, string][] = [];
    let next = end + element[0].length;
    for (let param = at(PARAM, text, next); param; param = at(PARAM, text, next)) {
      const from = next + param[0].length;
      const quote = closingQuote(text, from);
      if (quote < 0) break;
      if (left-- > 0) found.push([`${element[1]}.${param[1]}`, unescaped(text.slice(from, quote))]);
      next = quote + 1;
    }
    if (text[next] !== ']') break;
    for (const [name, value] of found) add(params, name, value);
    end = next + 1;
  }
  return { params: Object.fromEntries(params), end };
}

/** A name may come twice in an element: then it is a list. */
function add(params: Map<string, string | string[]>, name: string, value: string): void {
  const known = params.get(name);
  if (known === undefined) params.set(name, value);
  else if (Array.isArray(known)) known.push(value);
  else params.set(name, [known, value]);
}

function at(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

/** In a value `"`, `\` and `]` are escaped; a backslash before anything else is itself. -1 when there is none. */
function closingQuote(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const char = text[index];
    if (char === '"') return index;
    if (char === '\\') index++;
  }
  return -1;
}

function unescaped(value: string): string {
  return value.includes('\\') ? value.replace(/\\(["\\\]])/g, '$1') : value;
}
