/**
 * `msg % args` where only the repr of the arguments came, as HTTPHandler sends it: `("order %s", "('A-17', 5990)")`. An
 * argument whose repr is no text or number stands as its repr, so that nothing is invented.
 */

/** Wider than any column a message is padded to. */
const WIDTH_MAX = 200;
/** Arguments of one message. */
const ARGUMENTS_MAX = 100;

const CONVERSION = /%(?:\(([^)]{0,100})\))?([-+ #0]*)(\d{0,4})(?:\.(\d{1,3}))?([sradifFeEgGxXocu%])/g;

/** Null when the arguments do not fit the message: then the message stands as it came. */
export function formatMessage(message: string, repr: string): string | null {
  const named = /^\{.*\}$/s.test(repr);
  const parts = /^[({](.*)[)}]$/s.exec(repr);
  if (!parts) return null;
  const args = splitTop(parts[1]!, ',').filter((part) => part !== '');
  if (args.length === 0) return message;
  const byName = new Map(named ? args.map((pair) => entryOf(pair)) : []);
  let next = 0;
  let fits = true;
  const text = message.replace(
    CONVERSION,
    (
      whole,
      name: string | undefined,
      flags: string,
      width: string,
      precision: string | undefined,
      type: string,
    ) => {
      if (type === '%') return '%';
      const argument = name === undefined ? (named ? undefined : args[next++]) : byName.get(name);
      if (argument === undefined) {
        fits = false;
        return whole;
      }
      return padded(convert(argument, type, precision), flags, Number(width));
    },
  );
  return fits && (named || next === args.length) ? text : null;
}

function entryOf(pair: string): readonly [string, string] {
  const [key = '', ...value] = splitTop(pair, ':');
  return [textOf(key) ?? key, value.join(':').trim()];
}

function convert(repr: string, type: string, precision: string | undefined): string {
  if (type === 'r' || type === 'a') return repr;
  const number = Number(repr);
  if (type === 's')
    return (textOf(repr) ?? repr).slice(0, precision === undefined ? undefined : Number(precision));
  if (Number.isNaN(number)) return textOf(repr) ?? repr;
  if (type === 'x') return number.toString(16);
  if (type === 'X') return number.toString(16).toUpperCase();
  if (type === 'o') return number.toString(8);
  if (/[fF]/.test(type)) return number.toFixed(Math.min(Number(precision ?? 6), 100));
  if (/[eEgG]/.test(type))
    return precision === undefined ? repr : number.toPrecision(Math.min(Math.max(Number(precision), 1), 100));
  return /^-?\d+$/.test(repr) ? repr : String(Math.trunc(number));
}

function padded(text: string, flags: string, width: number): string {
  const to = Math.min(width, WIDTH_MAX);
  if (flags.includes('-')) return text.padEnd(to);
  return flags.includes('0') ? text.padStart(to, '0') : text.padStart(to);
}

/** The value of a text's repr; undefined for the repr of something else. */
export function textOf(repr: string): string | undefined {
  const [, quote, inside] = /^(['"])(.*)\1$/s.exec(repr.trim()) ?? [];
  if (quote === undefined || inside === undefined) return undefined;
  return inside.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U(000[0-9a-f]{5}|0010[0-9a-f]{4})|(.))/gs,
    (_, byte?: string, short?: string, long?: string, char?: string) => {
      const hex = byte ?? short ?? long;
      return hex ? String.fromCodePoint(Number.parseInt(hex, 16)) : (ESCAPES[char!] ?? char!);
    },
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Parts between separators that stand in no quotes and no brackets. */
function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length && parts.length < ARGUMENTS_MAX; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if ('([{<'.includes(char)) depth++;
    else if (')]}>'.includes(char)) depth--;
    else if (char === separator && depth <= 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}
