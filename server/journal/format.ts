/**
 * The bytes of the journal, format 1. Frozen: a change is format 2 beside it, and 1 stays readable.
 *
 *   segment file `00000001.segment`, numbers big-endian:
 *     0  8  "TNDMJRNL"
 *     8  4  format version, 1
 *    12  4  segment number, as in the file's name
 *    16  4  segment and
 *    20  4  offset where the journal ended before this segment: bytes behind that place were never durable
 *    24  8  marker, random for each segment
 *    32  4  CRC-32 of bytes 0..31
 *    36     frames, one after the other
 *   frame:
 *     0  8  the segment's marker
 *     8  4  offset of this frame in the segment
 *    12  4  length of the payload
 *    16  4  CRC-32 of the payload
 *    20  4  CRC-32 of bytes 0..19
 *    24     payload
 *
 * The marker and the offset make damage survivable: a reader that lost its place looks for the next frame that
 * names its own place and holds both checksums. Payloads come from strangers, so a frame must not be forgeable
 * inside one: nobody outside knows the marker.
 */
import { crc32 } from 'node:zlib';
import type { JournalPosition } from './contract.ts';

export const SEGMENT_HEADER_BYTES = 36;
export const FRAME_HEADER_BYTES = 24;
export const MARKER_BYTES = 8;

const MAGIC = Buffer.from('TNDMJRNL', 'latin1');
const VERSION = 1;

export interface SegmentHeader {
  segment: number;
  /** Where the journal ended before this segment; segment 0 when there was nothing. */
  previous: JournalPosition;
  marker: Buffer;
}

export interface FrameHeader {
  /** Bytes of the payload. */
  length: number;
  payloadCrc: number;
}

export function encodeSegmentHeader({ segment, previous, marker }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32BE(VERSION, 8);
  bytes.writeUInt32BE(segment, 12);
  bytes.writeUInt32BE(previous.segment, 16);
  bytes.writeUInt32BE(previous.offset, 20);
  marker.copy(bytes, 24);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 32)), 32);
  return bytes;
}

/** Undefined when the bytes are not the header of this segment. Throws when it is of a later format. */
export function decodeSegmentHeader(bytes: Buffer, segment: number): SegmentHeader | undefined {
  if (bytes.byteLength < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (bytes.readUInt32BE(32) !== crc32(bytes.subarray(0, 32))) return undefined;
  const version = bytes.readUInt32BE(8);
  if (version !== VERSION)
    throw new Error(
      `Segment ${segment} of the journal has format ${version}; this program reads format ${VERSION}. Start the version that wrote it.`,
    );
  if (bytes.readUInt32BE(12) !== segment) return undefined;
  return {
    segment,
    previous: { segment: bytes.readUInt32BE(16), offset: bytes.readUInt32BE(20) },
    marker: Buffer.from(bytes.subarray(24, 32)),
  };
}

/** Writes a frame's header at `at` of `target`, for a payload in parts that will lie at `offset` of the segment. */
export function encodeFrameHeader(
  target: Buffer,
  at: number,
  frame: { marker: Buffer; offset: number; length: number; parts: readonly Uint8Array[] },
): void {
  frame.marker.copy(target, at);
  target.writeUInt32BE(frame.offset, at + 8);
  target.writeUInt32BE(frame.length, at + 12);
  target.writeUInt32BE(
    frame.parts.reduce((crc, part) => crc32(part, crc), 0),
    at + 16,
  );
  target.writeUInt32BE(crc32(target.subarray(at, at + 20)), at + 20);
}

/** Undefined when no frame's header lies at `at` of `bytes`, which is at `offset` of the segment. */
export function decodeFrameHeader(
  bytes: Buffer,
  at: number,
  offset: number,
  marker: Buffer | undefined,
): FrameHeader | undefined {
  if (at + FRAME_HEADER_BYTES > bytes.byteLength || bytes.readUInt32BE(at + 8) !== offset) return undefined;
  if (marker && bytes.compare(marker, 0, MARKER_BYTES, at, at + MARKER_BYTES) !== 0) return undefined;
  if (bytes.readUInt32BE(at + 20) !== crc32(bytes.subarray(at, at + 20))) return undefined;
  return { length: bytes.readUInt32BE(at + 12), payloadCrc: bytes.readUInt32BE(at + 16) };
}
