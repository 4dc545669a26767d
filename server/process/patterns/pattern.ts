/** The pattern of a log record. */
import { decidingText } from './deciding-text.ts';
import { TemplateWriter } from './template.ts';
import { TEMPLATE_CHARS_MAX } from './template-text.ts';

export interface Pattern {
  /** A safe integer; the same template has the same id everywhere and for ever. */
  id: number;
  template: string;
}

/** Part of every id: what a later version makes of a body never has an id of this one. */
const VERSION = 1;

const writer = new TemplateWriter();
const bytes = Buffer.alloc(TEMPLATE_CHARS_MAX);

/** Never throws, whatever the body; reads its first kilobytes only. */
export function patternOf(body: string): Pattern {
  const { source, from, to, exception } = decidingText(body);
  writer.write(source, from, to);
  const { text } = writer;
  if (exception !== '') {
    text.put(NEWLINE);
    text.copy(exception, 0, exception.length);
  }
  return { id: idOf(text.codes, text.length), template: stringOf(text.codes, text.length) };
}

const NEWLINE = 0x0a;

/** 53 bits: two lanes of 32 over the char codes, mixed once more and cut. A million templates and no two alike. */
function idOf(codes: Uint16Array, length: number): number {
  let high = 0x9e3779b9 ^ VERSION;
  let low = 0x85ebca6b ^ length;
  for (let at = 0; at < length; at++) {
    const code = codes[at]!;
    high = Math.imul(high ^ code, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low ^ code, 0x85ebca77);
    low ^= low >>> 13;
  }
  return (mix(high ^ (low >>> 7)) & 0x1fffff) * 2 ** 32 + (mix(low ^ (high << 9)) >>> 0);
}

/** A string of single bytes where they do: half the memory, and cheaper to write out. */
function stringOf(codes: Uint16Array, length: number): string {
  for (let at = 0; at < length; at++) {
    if (codes[at]! > 0xff) return UTF16.decode(codes.subarray(0, length));
    bytes[at] = codes[at]!;
  }
  return bytes.toString('latin1', 0, length);
}

/** Half a character of two, as a cut can leave, becomes U+FFFD. */
const UTF16 = new TextDecoder('utf-16le', { ignoreBOM: true });

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}
