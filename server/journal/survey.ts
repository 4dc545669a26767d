/**
 * What the last run left in the journal directory, looked at once when the journal is opened for writing. Frames
 * are not read here: the reader judges them, in their place, and nothing is cut away.
 */
import { open, stat } from 'node:fs/promises';
import { JOURNAL_START, type JournalPosition } from './contract.ts';
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from './format.ts';
import { findSeal, isBefore, listSegments, segmentPath } from './segments.ts';

export interface JournalSurvey {
  /** Where each segment that holds frames ends, ascending by number. */
  ends: Map<number, number>;
  /** Segments that hold no frame: to be removed when the next one exists. */
  empty: number[];
  /** Where the journal ends; what is before it is durable. */
  end: JournalPosition;
  /** Number for the next segment: above all that exist and above the checkpoint. */
  nextSegment: number;
}

/** Greater than any real offset: a journal that must have been longer than what is left of it. */
const OFFSET_UNKNOWN = 0xffff_ffff;

export async function surveyJournal(directory: string, checkpoint: JournalPosition): Promise<JournalSurvey> {
  const segments = await listSegments(directory);
  const ends = new Map<number, number>();
  const empty: number[] = [];
  let end: JournalPosition = JOURNAL_START;
  for (const [index, segment] of segments.entries()) {
    const seal = await findSeal(directory, segments.slice(index + 1));
    const offset = await endOf(directory, segment, seal);
    if (offset > SEGMENT_HEADER_BYTES) {
      ends.set(segment, offset);
      end = { segment, offset };
    } else empty.push(segment);
  }
  // Frames of the last run may be in the page cache only. They count as durable from here on.
  if (ends.has(end.segment)) await syncFile(segmentPath(directory, end.segment));
  if (checkpoint.offset > SEGMENT_HEADER_BYTES && isBefore(end, checkpoint))
    end = { segment: checkpoint.segment, offset: OFFSET_UNKNOWN };
  return { ends, empty, end, nextSegment: Math.max(segments.at(-1) ?? 0, checkpoint.segment) + 1 };
}

async function endOf(directory: string, segment: number, seal: SegmentHeader | undefined): Promise<number> {
  if (seal?.previous.segment === segment) return seal.previous.offset;
  if (seal && seal.previous.segment < segment) return 0;
  return (await stat(segmentPath(directory, segment))).size;
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
