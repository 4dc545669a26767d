/**
 * The reading side of the journal, in whichever thread `process` runs: it shares nothing with the writer but the
 * files. Every byte between two positions is given out once, as a frame or as damage; after damage it goes on at
 * the next frame that holds its checksums.
 */
import { assert } from '#server/platform/assert.ts';
import type { JournalPosition, JournalRead, JournalReader } from './contract.ts';
import { SEGMENT_HEADER_BYTES } from './format.ts';
import { Reading } from './reading.ts';
import { SegmentFile } from './segment-file.ts';
import { findSeal, isBefore, listSegments } from './segments.ts';

/** Bytes of damage given out as one piece, so that a lost segment does not become one huge dead letter. */
const DAMAGE_BYTES_MAX = 1_048_576;

/** The part of one segment that belongs to the journal. */
interface Stretch {
  /** Undefined when there is nothing to read: the segment is missing or was never used. */
  file?: SegmentFile;
  /** Offset where it ends. */
  limit: number;
  /** Where the journal goes on. */
  after: JournalPosition;
  /** True when bytes between `limit` and `after` were durable once and are gone. */
  cutShort: boolean;
}

export function openJournalReader(directory: string): JournalReader {
  return new Reader(directory);
}

class Reader implements JournalReader {
  readonly #directory: string;
  #file: SegmentFile | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(
    from: JournalPosition,
    end: JournalPosition,
    limits: { framesMax: number; bytesMax: number },
  ): Promise<JournalRead> {
    assert(limits.framesMax > 0 && limits.bytesMax > 0, 'a read may bring something');
    const reading = new Reading(from, limits);
    while (!reading.full && isBefore(reading.at, end)) {
      const stretch = await this.#stretch(reading.at, end);
      if (stretch.file) await readStretch(stretch.file, stretch.limit, reading);
      if (reading.full) break;
      if (stretch.cutShort) reading.lose(stretch.after, Buffer.alloc(0), lostUntil(stretch.after));
      else reading.at = stretch.after;
    }
    return reading.read;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #stretch(at: JournalPosition, end: JournalPosition): Promise<Stretch> {
    if (at.segment === end.segment) {
      const file = await this.#open(at.segment);
      const limit = Math.min(end.offset, file ? await file.size() : 0);
      return { file, limit, after: end, cutShort: limit < end.offset };
    }
    const later = (await listSegments(this.#directory)).filter(
      (segment) => segment > at.segment && segment <= end.segment,
    );
    const seal = await findSeal(this.#directory, later);
    if (seal && !isBefore(at, seal.previous))
      return { limit: 0, after: startOf(seal.segment), cutShort: false };

    const file = await this.#open(at.segment);
    const size = file ? await file.size() : 0;
    // What lies behind the sealed end was refused to its sender.
    if (seal?.previous.segment === at.segment) {
      const limit = Math.min(seal.previous.offset, size);
      return { file, limit, after: startOf(seal.segment), cutShort: limit < seal.previous.offset };
    }
    const next = later[0] ?? end.segment;
    const gap = next !== at.segment + 1 || (file === undefined && at.segment > 0);
    return { file, limit: size, after: startOf(next), cutShort: gap || next === seal?.segment };
  }

  async #open(segment: number): Promise<SegmentFile | undefined> {
    if (this.#file?.segment !== segment) {
      await this.close();
      this.#file = await SegmentFile.open(this.#directory, segment);
    }
    return this.#file;
  }
}

function startOf(segment: number): JournalPosition {
  return { segment, offset: 0 };
}

async function readStretch(file: SegmentFile, limit: number, reading: Reading): Promise<void> {
  const { segment } = file;
  const position = (offset: number) => ({ segment, offset });
  if (reading.at.offset < SEGMENT_HEADER_BYTES) {
    const headerEnd = Math.min(SEGMENT_HEADER_BYTES, limit);
    if (file.headerHolds) reading.at = position(headerEnd);
    else
      reading.lose(
        position(headerEnd),
        await file.at(0, headerEnd, limit),
        'The header of a segment is damaged.',
      );
  }
  while (!reading.full && reading.at.offset < limit) {
    const { offset } = reading.at;
    const payload = await file.frame(offset, limit);
    if (payload) reading.take(payload);
    else await loseDamage(file, offset, limit, reading);
  }
}

/** Gives out the bytes up to the next good frame as damage, in pieces, as far as the limits of the read go. */
async function loseDamage(file: SegmentFile, offset: number, limit: number, reading: Reading): Promise<void> {
  const resumed = await file.nextFrame(offset, limit);
  const what =
    resumed === limit
      ? 'The segment ends in bytes that are no whole frame: a write was torn, or the disk changed them.'
      : 'The checksums of a frame do not hold: the disk changed its bytes.';
  for (let at = offset; at < resumed && !reading.full; ) {
    const piece = await file.at(at, Math.min(DAMAGE_BYTES_MAX, resumed - at), limit);
    at += piece.byteLength;
    reading.lose({ segment: file.segment, offset: at }, Buffer.from(piece), what);
  }
}

function lostUntil({ segment, offset }: JournalPosition): string {
  return `Everything up to offset ${offset} of segment ${segment} is missing: files were removed or cut short.`;
}
