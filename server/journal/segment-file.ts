/**
 * One segment as the reader sees it: bytes by offset, read in large pieces. Each piece is memory of its own that
 * is never written again, so frames may keep views of it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { undefinedWhenMissing } from '#server/platform/missing-file.ts';
import { decodeFrameHeader, FRAME_HEADER_BYTES, MARKER_BYTES } from './format.ts';
import { readThrough } from './read-through.ts';
import { readSegmentHeader, segmentPath } from './segments.ts';

/** Bytes read at once: enough that the cost of a call vanishes beside the checksums. */
const CHUNK_BYTES = 1_048_576;

export class SegmentFile {
  readonly segment: number;
  /** False when the segment's header is damaged. */
  readonly headerHolds: boolean;
  readonly #handle: FileHandle;
  /** Undefined while it is not known: the header is damaged and no frame was found yet. */
  #marker: Buffer | undefined;
  #chunk: Buffer = Buffer.alloc(0);
  #chunkAt = 0;

  private constructor(segment: number, handle: FileHandle, marker: Buffer | undefined) {
    this.segment = segment;
    this.#handle = handle;
    this.#marker = marker;
    this.headerHolds = marker !== undefined;
  }

  /** Undefined when there is no such segment. */
  static async open(directory: string, segment: number): Promise<SegmentFile | undefined> {
    const handle = await open(segmentPath(directory, segment), 'r').catch(undefinedWhenMissing);
    if (!handle) return undefined;
    try {
      const header = await readSegmentHeader(handle, segment);
      return new SegmentFile(segment, handle, header?.marker);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /** The bytes from `offset` on: `length` of them, or what there is before `limit` and the end of the file. */
  async at(offset: number, length: number, limit: number): Promise<Buffer> {
    const wanted = Math.min(length, limit - offset);
    // Not kept: one huge frame would stay in memory until the next piece is read.
    if (wanted > CHUNK_BYTES) return await this.#read(offset, wanted);
    const start = offset - this.#chunkAt;
    if (start < 0 || start + wanted > this.#chunk.byteLength) {
      this.#chunk = await this.#read(offset, Math.min(CHUNK_BYTES, limit - offset));
      this.#chunkAt = offset;
    }
    return this.#chunk.subarray(offset - this.#chunkAt, offset - this.#chunkAt + wanted);
  }

  async #read(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    return bytes.subarray(0, await readThrough(this.#handle, bytes, offset));
  }

  /** The payload of the frame at `offset`; undefined when no whole, undamaged frame lies there before `limit`. */
  async frame(offset: number, limit: number): Promise<Buffer | undefined> {
    const head = await this.at(offset, FRAME_HEADER_BYTES, limit);
    const header = decodeFrameHeader(head, 0, offset, this.#marker);
    if (!header || offset + FRAME_HEADER_BYTES + header.length > limit) return undefined;
    const payload = await this.at(offset + FRAME_HEADER_BYTES, header.length, limit);
    if (payload.byteLength < header.length || crc32(payload) !== header.payloadCrc) return undefined;
    this.#marker ??= Buffer.from(head.subarray(0, MARKER_BYTES));
    return payload;
  }

  /** Offset of the first undamaged frame at or after `offset`, or `limit` when there is none. */
  async nextFrame(offset: number, limit: number): Promise<number> {
    for (let at = offset; at + FRAME_HEADER_BYTES <= limit; ) {
      const bytes = await this.at(at, CHUNK_BYTES, limit);
      if (bytes.byteLength < FRAME_HEADER_BYTES) return limit;
      for (const found of this.#marker ? markersIn(bytes, this.#marker) : selfNamesIn(bytes, at))
        if (await this.frame(at + found, limit)) return at + found;
      at += bytes.byteLength - FRAME_HEADER_BYTES + 1;
    }
    return limit;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Where a frame may begin whose header lies whole in these bytes. */
function* markersIn(bytes: Buffer, marker: Buffer): Generator<number> {
  const last = bytes.byteLength - FRAME_HEADER_BYTES;
  for (let at = bytes.indexOf(marker); at !== -1 && at <= last; at = bytes.indexOf(marker, at + 1)) yield at;
}

/** The same for a segment whose marker was lost, told by the offset that a frame names. */
function* selfNamesIn(bytes: Buffer, offset: number): Generator<number> {
  for (let at = 0; at <= bytes.byteLength - FRAME_HEADER_BYTES; at += 1)
    if (bytes.readUInt32BE(at + MARKER_BYTES) === offset + at) yield at;
}
