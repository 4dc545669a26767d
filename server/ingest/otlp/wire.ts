/**
 * Reads protobuf strictly: pbf takes what a truncated or lying message says, here every message ends where its length
 * says, or the body is refused. A field of a wire type that is not its own is passed over, as unknown fields are.
 * Rules: https://protobuf.dev/programming-guides/encoding/.
 */
import type { PbfReader } from 'pbf';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Not what the sender's schema says; the door's refusal says the rest. */
export class Malformed extends Error {}

/** Number and wire type of the next field together, as they stand on the wire; 0 at the end of the message. */
export function nextTag(pbf: PbfReader, end: number): number {
  const number = pbf.nextField(end);
  if (number > 0) return number * 8 + pbf.type;
  if (pbf.pos !== end) throw new Malformed('a message does not end where its length says');
  return 0;
}

/** Where the message that begins here ends. */
export function endOfMessage(pbf: PbfReader): number {
  const length = pbf.readVarint();
  const end = pbf.pos + length;
  if (end > pbf.length) throw new Malformed('a message is longer than the body');
  return end;
}

/** Shorter texts pbf reads by itself, and would end them where they are no UTF-8. */
const DECODER_BYTES_MIN = 12;

/** Bytes that are no UTF-8 become U+FFFD. */
export function readText(pbf: PbfReader): string {
  const start = pbf.pos;
  const end = endOfMessage(pbf);
  const from = pbf.pos;
  if (end - from < DECODER_BYTES_MIN)
    for (let at = from; at < end; at += 1)
      if (pbf.buf[at]! > 0x7f) {
        pbf.pos = end;
        return Buffer.from(pbf.buf.subarray(from, end)).toString('utf8');
      }
  pbf.pos = start;
  return pbf.readString();
}

export function readBytes(pbf: PbfReader): Buffer {
  const end = endOfMessage(pbf);
  const bytes = Buffer.from(pbf.buf.buffer, pbf.buf.byteOffset + pbf.pos, end - pbf.pos);
  pbf.pos = end;
  return bytes;
}

/** Every digit; nothing for 0, which is how protobuf says nothing. */
export function readFixed64(pbf: PbfReader): string | undefined {
  const value = pbf.dataView.getBigUint64(pbf.pos, true);
  pbf.pos += 8;
  return value === 0n ? undefined : String(value);
}

/** An int64: a number where that loses nothing, else its digits. */
export function readInt64(pbf: PbfReader): number | string {
  const start = pbf.pos;
  const number = pbf.readVarint(true);
  if (Number.isSafeInteger(number)) return number;
  let value = 0n;
  for (let at = start; at < pbf.pos; at += 1)
    value |= BigInt(pbf.buf[at]! & 0x7f) << BigInt(7 * (at - start));
  return String(BigInt.asIntN(64, value));
}
