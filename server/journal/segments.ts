/**
 * The segment files of a journal directory: their names, which exist, and what the headers say about where one
 * ended and the next began. Writer and reader share this and nothing else but the bytes.
 */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { undefinedWhenMissing } from '#server/platform/missing-file.ts';
import type { JournalPosition } from './contract.ts';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from './format.ts';

import { readThrough } from './read-through.ts';

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

/** The header of an open segment. Undefined when it is damaged or not whole. */
export async function readSegmentHeader(
  file: FileHandle,
  segment: number,
): Promise<SegmentHeader | undefined> {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  return decodeSegmentHeader(bytes.subarray(0, await readThrough(file, bytes, 0)), segment);
}

/**
 * The first readable header among these later segments. It seals what is before it: its `previous` is where the
 * journal ended. Segments between are either part of the journal with a damaged header, or could not be created
 * whole nor removed: then `previous` lies before them.
 */
export async function findSeal(
  directory: string,
  later: readonly number[],
): Promise<SegmentHeader | undefined> {
  for (const segment of later) {
    const file = await open(segmentPath(directory, segment), 'r').catch(undefinedWhenMissing);
    if (!file) continue;
    try {
      const header = await readSegmentHeader(file, segment);
      if (header) return header;
    } finally {
      await file.close();
    }
  }
  return undefined;
}

export function isBefore(a: JournalPosition, b: JournalPosition): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}
