/**
 * The promise of the journal, as its two sides see it. The door appends and answers 2xx only after the
 * returned promise resolves; `process` reads at its own pace, possibly in another thread, and never past the
 * durable end it was told.
 */

/** A place between two frames. Segments are numbered from 1 and never reused. */
export interface JournalPosition {
  segment: number;
  /** Bytes from the start of the segment file. */
  offset: number;
}

/** Before every frame: where to read from when nothing was read yet. */
export const JOURNAL_START: Readonly<JournalPosition> = { segment: 0, offset: 0 };

export interface JournalWriter {
  /** Resolves when the frame is written and fsynced; many callers share one fsync. Throws Unavailable when it cannot be kept. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  /** Everything before this position is durable. */
  readonly durableEnd: JournalPosition;
  /** Called after each fsync with the new durable end. */
  onDurable(listener: (end: JournalPosition) => void): void;
  /** Deletes whole segments that lie before the position. */
  trim(before: JournalPosition): Promise<void>;
  /** Bytes on disk after the position: how far process is behind. */
  bytesAfter(position: JournalPosition): number;
  /** True while appends are refused, e.g. because the disk is full. */
  readonly refusing: boolean;
  close(): Promise<void>;
}

export interface JournalFrame {
  position: JournalPosition;
  next: JournalPosition;
  bytes: Uint8Array;
}

/**
 * Bytes the reader had to step over: a flipped bit, a torn last write. Never silently. They come in bounded pieces;
 * no bytes at all stand for files that are missing or cut short.
 */
export interface JournalDamage {
  position: JournalPosition;
  next: JournalPosition;
  bytes: Uint8Array;
  what: string;
}

export interface JournalRead {
  /** Frames and damages together hold every durable byte since `from` once, each list in order. */
  frames: JournalFrame[];
  damages: JournalDamage[];
  /** Where to read on. Equal to `from` when there is nothing new. */
  next: JournalPosition;
}

export interface JournalReader {
  /** Reads whole frames in order, up to the limits and never past `end`. At least one frame when there is one. */
  read(
    from: JournalPosition,
    end: JournalPosition,
    limits: { framesMax: number; bytesMax: number },
  ): Promise<JournalRead>;
  close(): Promise<void>;
}
