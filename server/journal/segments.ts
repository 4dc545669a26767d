/**
 * The segment files of a journal directory: their names, which exist, and what the headers say about where one
 * ended and the next began. Writer and reader share this and nothing else but the bytes.
 */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { undefinedWhenMissing } from '#server/platform/missing-file.ts';
import type { JournalPosition } from './contract.ts';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from './format.ts';

const NAME = /^(\d{8,10})\.segment$/;

export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(8, '0')}.segment`);
}

/** Numbers of the segments in the directory, ascending. */
export async function listSegments(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .map((name) => Number(NAME.exec(name)?.[1] ?? 0))
    .filter((segment) => segment > 0)
    .sort((a, b) => a - b);
}

/** Undefined when the segment is missing or its header is damaged. */
export async function readSegmentHeader(
  directory: string,
  segment: number,
): Promise<SegmentHeader | undefined> {
  const handle = await open(segmentPath(directory, segment), 'r').catch(undefinedWhenMissing);
  if (!handle) return undefined;
  try {
    const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
    const { bytesRead } = await handle.read(bytes, 0, SEGMENT_HEADER_BYTES, 0);
    return decodeSegmentHeader(bytes.subarray(0, bytesRead), segment);
  } finally {
    await handle.close();
  }
}

/**
 * Offset where an existing segment ends, when `next` is the header of the segment after it. What lies behind it in
 * the file was refused to its sender. Without a readable header the file itself has to say.
 */
export async function segmentEnd(
  directory: string,
  segment: number,
  next: SegmentHeader | undefined,
): Promise<number> {
  if (next?.previous.segment === segment) return next.previous.offset;
  // The journal went past this segment without using it: it could not be created whole, nor removed.
  if (next && next.previous.segment < segment) return 0;
  return (await stat(segmentPath(directory, segment))).size;
}

export function isBefore(a: JournalPosition, b: JournalPosition): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}
