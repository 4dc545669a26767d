/** The lanes from the door to the stores, and the sizes of their batches. */
import type { LaneName } from '#server/record/accepted.ts';

export interface BatchLimits {
  /** Frames of one batch. */
  framesMax: number;
  /** Bytes of frames read for one batch; with rows and JSON in memory a batch takes about five times as much. */
  bytesMax: number;
  /** Rows, drafts and ledger lines after which no further frame is taken. */
  piecesMax: number;
}

export interface LaneSettings {
  /** In the data directory. */
  journalDirectory: string;
  spoolDirectory: string;
  /** Of the journal's name in the stores. */
  suffix: string;
  /** Event ids are looked for among those stored before. */
  hasEvents: boolean;
  limits: BatchLimits;
}

export const LANES: Readonly<Record<LaneName, LaneSettings>> = {
  records: {
    journalDirectory: 'journal',
    spoolDirectory: 'spool',
    suffix: '',
    hasEvents: true,
    // At 2,000 events/s four batches a second: large enough for the engine, small enough to be fresh. Pieces: some
    // 50 MB in memory, a second of SQLite.
    limits: { framesMax: 500, bytesMax: 8 * 1024 * 1024, piecesMax: 10_000 },
  },
  bulk: {
    journalDirectory: 'journal-bulk',
    spoolDirectory: 'spool-bulk',
    suffix: '-bulk',
    hasEvents: false,
    // The engine likes 20,000 to 50,000 rows: 10 MiB of lines of 200 bytes.
    limits: { framesMax: 2_000, bytesMax: 10 * 1024 * 1024, piecesMax: 50_000 },
  },
};
