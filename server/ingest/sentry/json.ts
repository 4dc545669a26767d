/**
 * Reads JSON that a stranger sent. Whatever the bytes are, this returns an object or throws a Rejection: no
 * nesting overflows a stack here or, since the depth is bounded, in any later stage. The bytes are kept as
 * sent, except that invalid UTF-8 is replaced by U+FFFD, so that what is journalled is always text.
 */
import { isUtf8 } from 'node:buffer';
import { reject } from '#server/record/rejections.ts';
import { JSON_DEPTH_MAX } from './limits.ts';

export type JsonObject = Record<string, unknown>;

export interface ReadJson<T> {
  value: T;
  /** What `value` was parsed from: the sender's bytes, valid UTF-8 now. */
  bytes: Buffer;
}

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Parses the bytes, of any JSON type. Throws json_too_deep or json_invalid. */
export function readJson(sent: Buffer): ReadJson<unknown> {
  const bytes = asText(sent);
  if (isDeeperThan(bytes, JSON_DEPTH_MAX))
    throw reject('json_too_deep', `more than ${JSON_DEPTH_MAX} levels`);
  try {
    return { value: JSON.parse(bytes.toString('utf8')), bytes };
  } catch (cause) {
    throw reject('json_invalid', whatIsWrong(cause), { cause });
  }
}

/** Parses bytes that must be one JSON object. Throws also event_invalid. */
export function readJsonObject(sent: Buffer): ReadJson<JsonObject> {
  const { value, bytes } = readJson(sent);
  if (!isObject(value))
    throw reject(
      'event_invalid',
      `got ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`}`,
    );
  return { value, bytes };
}

/**
 * The same for payloads whose numbers are the sender's own: an integer that no double holds becomes its text, with
 * every digit.
 */
export function readExactJsonObject(sent: Buffer): ReadJson<JsonObject> {
  const { value, bytes } = readJsonObject(sent);
  const text = bytes.toString('utf8');
  return LONG_INTEGER.test(text) ? { value: JSON.parse(text, exactIntegers), bytes } : { value, bytes };
}

/** Where a value begins: a whole number of 16 digits or more; 2^53 has 16. Text that looks so only costs time. */
const LONG_INTEGER = /[:,[]\s*-?\d{16,}/;

function exactIntegers(_name: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source ?? '';
  const isInexact = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source);
  return isInexact ? source : value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text of a JSON object, or undefined when it is anything else or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without the byte order mark that some Windows clients write, and valid. */
function asText(sent: Buffer): Buffer {
  const marked = sent[0] === 0xef && sent[1] === 0xbb && sent[2] === 0xbf;
  const bytes = marked ? sent.subarray(3) : sent;
  return isUtf8(bytes) ? bytes : Buffer.from(bytes.toString('utf8'));
}

/** Counts brackets outside of strings: one pass, no allocation, before any parser sees the text. */
function isDeeperThan(bytes: Uint8Array, depthMax: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > depthMax) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return false;
}

/** V8's message names the place; it may quote the sender's text, which is cut. */
function whatIsWrong(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
}
