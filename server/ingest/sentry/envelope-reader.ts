/**
 * The framing of an envelope: bytes to a header and items, nothing understood yet. Payloads are views into the
 * body, never copies. Rules of https://develop.sentry.dev/sdk/foundations/transport/envelopes/, numbered here:
 *  E1  The first line is the envelope header, a JSON object; it may be `{}`.
 *  E2  Each item is a header line, a JSON object, and a payload.
 *  E3  With `length` the payload is that many bytes, whatever they are, then a newline or the end.
 *  E4  Without `length` the payload runs to the next newline or the end.
 *  E5  Only \n ends a line; \r belongs to the payload (and is white space to JSON in a header).
 *  E6  A payload may be empty.
 *  E7  The trailing newline is optional; further empty lines between items are tolerated.
 *  E8  Unknown header fields and unknown item types are no errors.
 */
import { Rejection } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import { isObject, type JsonObject, readJson } from './json.ts';
import { HEADER_BYTES_MAX, ITEMS_PER_ENVELOPE_MAX } from './limits.ts';

export interface Item {
  header: JsonObject;
  payload: Buffer;
}

export interface Envelope {
  header: JsonObject;
  items: Item[];
}

const NEWLINE = 0x0a;

/** Splits the body. Throws envelope_invalid when the framing is broken: what follows a break cannot be read. */
export function readEnvelope(body: Buffer): Envelope {
  const header = readHeader(firstLine(body), 'the first line'); // E1
  const items: Item[] = [];
  let at = lineEnd(body, 0) + 1;
  while (at < body.length) {
    const headerEnd = lineEnd(body, at);
    // E7
    if (headerEnd === at) {
      at++;
      continue;
    }
    if (items.length === ITEMS_PER_ENVELOPE_MAX)
      throw reject('too_many_items', `more than ${ITEMS_PER_ENVELOPE_MAX}`);
    const itemHeader = readHeader(body.subarray(at, headerEnd), `the header of item ${items.length + 1}`); // E2
    const start = Math.min(headerEnd + 1, body.length);
    const end = payloadEnd(body, start, itemHeader.length, items.length + 1);
    items.push({ header: itemHeader, payload: body.subarray(start, end) });
    at = end + 1;
  }
  return { header, items };
}

/** The header line alone, for who only wants to know the sender. */
export function firstLine(body: Buffer): Buffer {
  return body.subarray(0, lineEnd(body, 0));
}

/** E5: where the line that begins at `from` ends, without its newline. */
function lineEnd(body: Buffer, from: number): number {
  const newline = body.indexOf(NEWLINE, from);
  return newline === -1 ? body.length : newline;
}

function payloadEnd(body: Buffer, start: number, length: unknown, item: number): number {
  if (length === undefined || length === null) return lineEnd(body, start); // E4, E6
  if (!Number.isSafeInteger(length) || (length as number) < 0)
    throw reject('envelope_invalid', `length of item ${item} is not a whole number of bytes`);
  const end = start + (length as number); // E3
  if (end > body.length)
    throw reject(
      'envelope_invalid',
      `item ${item} should be ${length} bytes long, only ${body.length - start} are left`,
    );
  if (end < body.length && body[end] !== NEWLINE)
    throw reject('envelope_invalid', `no newline after the ${length} bytes of item ${item}`);
  return end;
}

/** A header line is an object of bounded size and depth, since parts of it travel on with the records. */
export function readHeader(line: Buffer, which: string): JsonObject {
  if (line.length > HEADER_BYTES_MAX)
    throw reject('envelope_invalid', `${which} is longer than ${HEADER_BYTES_MAX} bytes`);
  try {
    const { value } = readJson(line);
    if (isObject(value)) return value;
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    throw reject('envelope_invalid', `${which} is not JSON, or nested too deep`, { cause });
  }
  throw reject('envelope_invalid', `${which} is not a JSON object`);
}
