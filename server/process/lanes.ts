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
    // Reached only behind in a flood. An insert costs the engine the same for many rows as for few: of 1,000 frames an
    // event took program and engine 450-490 and 180-220 µs of CPU, of 500 it was 520-570 and 320. Pieces: some 50 MB in
    // memory, a second of SQLite.
    limits: { framesMax: 1000, bytesMax: 8 * 1024 * 1024, piecesMax: 10_000 },
  },
  bulk: {
    journalDirectory: 'journal-bulk',
    spoolDirectory: 'spool-bulk',
    suffix: '-bulk',
    hasEvents: false,
    // Behind in a flood, 80,000 lines of 200 bytes are one insert: the larger it is, the less is merged afterwards.
    // Of 10 MiB a record took the engine 16 µs, of 24 MiB 8.5.
    limits: { framesMax: 2_000, bytesMax: 24 * 1024 * 1024, piecesMax: 100_000 },
  },
};
