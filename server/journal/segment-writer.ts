/**
 * One segment being written. Frames of a batch go out in one write and one fdatasync; only then does `end` move.
 * After any error the segment must be abandoned: the kernel may have marked pages clean that never reached the
 * disk, so a second fsync on the same file would succeed and lie.
 */
import { randomBytes } from 'node:crypto';
import { assert } from '#server/platform/assert.ts';
import type { JournalPosition } from './contract.ts';
import type { Disk, DiskFile } from './disk.ts';
import {
  encodeFrameHeader,
  encodeSegmentHeader,
  FRAME_HEADER_BYTES,
  MARKER_BYTES,
  SEGMENT_HEADER_BYTES,
} from './format.ts';
import { segmentPath } from './segments.ts';

export class SegmentWriter {
  readonly segment: number;
  readonly #file: DiskFile;
  readonly #marker: Buffer;
  #end = SEGMENT_HEADER_BYTES;

  private constructor(segment: number, file: DiskFile, marker: Buffer) {
    this.segment = segment;
    this.#file = file;
    this.#marker = marker;
  }

  /** A new segment, durable with its header and its directory entry. Nothing is left behind when that fails. */
  static async create(
    disk: Disk,
    directory: string,
    segment: number,
    previous: JournalPosition,
  ): Promise<SegmentWriter> {
    const path = segmentPath(directory, segment);
    const marker = randomBytes(MARKER_BYTES);
    const file = await disk.create(path);
    try {
      await file.write([encodeSegmentHeader({ segment, previous, marker })], 0);
      await file.sync();
      await disk.syncDirectory(directory);
    } catch (error) {
      await file.close().catch(() => {});
      // A leftover is harmless: the next segment's header says that the journal did not go through it.
      await disk.remove(path).catch(() => {});
      throw error;
    }
    return new SegmentWriter(segment, file, marker);
  }

  /** Offset behind the last durable frame. */
  get end(): number {
    return this.#end;
  }

  async append(payloads: readonly (readonly Uint8Array[])[]): Promise<void> {
    const headers = Buffer.allocUnsafe(payloads.length * FRAME_HEADER_BYTES);
    const buffers: Uint8Array[] = [];
    let offset = this.#end;
    for (const [index, parts] of payloads.entries()) {
      const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
      const at = index * FRAME_HEADER_BYTES;
      assert(offset < 2 ** 32, 'a segment stays below 4 GiB');
      encodeFrameHeader(headers, at, { marker: this.#marker, offset, length, parts });
      buffers.push(headers.subarray(at, at + FRAME_HEADER_BYTES), ...parts);
      offset += FRAME_HEADER_BYTES + length;
    }
    await this.#file.write(buffers, this.#end);
    await this.#file.sync();
    this.#end = offset;
  }

  /**
   * After an error. Cutting off what was not durable gives a full disk its space back and hides it from a start
   * before the next segment exists; when it fails, the next segment's header alone says where this one ended.
   */
  async abandon(): Promise<void> {
    await this.#file.truncate(this.#end).catch(() => {});
    await this.#file.close().catch(() => {});
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
