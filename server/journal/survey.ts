/**
 * What the last run left in the journal directory, looked at once when the journal is opened for writing. Frames
 * are not read here: the reader judges them, in their place, and nothing is cut away.
 */
import { open } from 'node:fs/promises';
import { JOURNAL_START, type JournalPosition } from './contract.ts';
import { SEGMENT_HEADER_BYTES } from './format.ts';
import { isBefore, listSegments, readSegmentHeader, segmentEnd, segmentPath } from './segments.ts';

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
    const following = segments[index + 1];
    const next = following === undefined ? undefined : await readSegmentHeader(directory, following);
    const offset = await segmentEnd(directory, segment, next);
    if (offset > SEGMENT_HEADER_BYTES) {
      ends.set(segment, offset);
      end = { segment, offset };
    } else {
      empty.push(segment);
      // The end it was told of may lie before the end of the file.
      const header = await readSegmentHeader(directory, segment);
      if (header && ends.has(header.previous.segment)) {
        end = header.previous;
        ends.set(end.segment, end.offset);
      }
    }
  }
  // Frames of the last run may be in the page cache only. They count as durable from here on.
  if (ends.has(end.segment)) await syncFile(segmentPath(directory, end.segment));
  if (checkpoint.offset > SEGMENT_HEADER_BYTES && isBefore(end, checkpoint))
    end = { segment: checkpoint.segment, offset: OFFSET_UNKNOWN };
  return { ends, empty, end, nextSegment: Math.max(segments.at(-1) ?? 0, checkpoint.segment) + 1 };
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
