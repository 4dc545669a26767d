/**
 * MessagePack, as sentry-native writes its event and breadcrumbs beside a minidump. One table of the format,
 * https://github.com/msgpack/msgpack/blob/master/spec.md, bounded in depth; lengths are checked before anything
 * is allocated. Map keys become text, binary and extensions (of no use in an event) null.
 */
import { reject } from '#server/record/rejections.ts';
import { JSON_DEPTH_MAX } from './limits.ts';

/** All values of the bytes, one after the other. Throws a Rejection for anything else. */
export function readMessagePack(bytes: Buffer): unknown[] {
  let at = 0;
  const values: unknown[] = [];
  while (at < bytes.length) values.push(value(0));
  return values;

  function value(depth: number): unknown {
    if (depth > JSON_DEPTH_MAX) throw reject('json_too_deep', 'MessagePack');
    const head = take(1)[0]!;
    if (head <= 0x7f) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head <= 0x8f) return map(head & 0x0f, depth);
    if (head <= 0x9f) return array(head & 0x0f, depth);
    if (head <= 0xbf) return text(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return skip(size(head - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return skip(size(head - 0xc7) + 1);
      case 0xca:
        return finite(take(4).readFloatBE(0));
      case 0xcb:
        return finite(take(8).readDoubleBE(0));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return size(head - 0xcc);
      case 0xcf:
        return Number(take(8).readBigUInt64BE(0));
      case 0xd0:
        return take(1).readInt8(0);
      case 0xd1:
        return take(2).readInt16BE(0);
      case 0xd2:
        return take(4).readInt32BE(0);
      case 0xd3:
        return Number(take(8).readBigInt64BE(0));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return skip(2 ** (head - 0xd4) + 1);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(size(head - 0xd9));
      case 0xdc:
      case 0xdd:
        return array(size(head - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return map(size(head - 0xdd), depth);
    }
    throw broken();
  }

  function take(length: number): Buffer {
    if (length > bytes.length - at) throw broken();
    at += length;
    return bytes.subarray(at - length, at);
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  function size(power: number): number {
    return take(2 ** power).readUIntBE(0, 2 ** power);
  }

  function text(length: number): string {
    return take(length).toString('utf8');
  }

  function skip(length: number): null {
    take(length);
    return null;
  }

  /** Every element takes a byte at least, so a length that lies is found before it allocates. */
  function array(length: number, depth: number): unknown[] {
    if (length > bytes.length - at) throw broken();
    return Array.from({ length }, () => value(depth + 1));
  }

  function map(length: number, depth: number): Record<string, unknown> {
    if (length * 2 > bytes.length - at) throw broken();
    return Object.fromEntries(Array.from({ length }, () => [String(value(depth + 1)), value(depth + 1)]));
  }

  function broken() {
    return reject('crash_report_invalid', `no MessagePack at byte ${at}`);
  }
}

/** JSON has no NaN and no infinities. */
function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null;
}
