/**
 * JSON of which no integer loses a digit: OTLP's own example writes nanoseconds as a bare 1544712660300000000, which
 * JSON.parse would round. One pass over the bytes finds whether there is such a number, and how deep the nesting is;
 * only then is the slower way taken, with the text of each number at hand.
 */
import { reject } from '#server/record/rejections.ts';

/** A value of OTLP takes up to four levels of JSON; above it stand nine. Parsers overflow at some thousand. */
const DEPTH_MAX = 400;
/** Fewer digits are below 2^53. */
const SAFE_DIGITS = 15;

/** Integers beyond 2^53 come as their digits. Throws json_too_deep and json_invalid. */
export function parseLossless(body: Buffer): unknown {
  const { hasLongNumber, depth } = survey(body);
  if (depth > DEPTH_MAX) throw reject('json_too_deep', `more than ${DEPTH_MAX} levels`);
  const text = body.toString('utf8');
  try {
    return hasLongNumber ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch (cause) {
    throw reject('json_invalid', (cause as Error).message.slice(0, 200), { cause });
  }
}

function keepDigits(_name: string, value: unknown, { source }: { source?: string } = {}): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? source : value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const POINT = 0x2e;

function survey(bytes: Buffer): { hasLongNumber: boolean; depth: number } {
  let [depth, deepest, digits] = [0, 0, 0];
  let hasLongNumber = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = endOfText(bytes, at + 1);
      digits = 0;
    } else if (byte >= 0x30 && byte <= 0x39) {
      digits += 1;
      if (digits > SAFE_DIGITS) hasLongNumber = true;
    } else {
      // What is behind the point is a fraction, which no integer has.
      digits = byte === POINT ? Number.NEGATIVE_INFINITY : 0;
      if (byte === 0x7b || byte === 0x5b) {
        depth += 1;
        if (depth > deepest) deepest = depth;
      } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    }
  }
  return { hasLongNumber, depth: deepest };
}

/** Where the text that begins here has its closing quote, or the end of the bytes. */
function endOfText(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}
