/**
 * A lane: one journal and the thread that processes it. Records that people wait for and records that come in
 * floods have a lane each, so that an error is grouped and shown while a million log lines wait for their turn.
 */
import { join } from 'node:path';
import { JOURNAL_START, type JournalPosition, type JournalWriter } from '#server/journal/contract.ts';
import { openJournal } from '#server/journal/journal.ts';
import { isBefore } from '#server/journal/segments.ts';
import type { Log } from '#server/platform/log.ts';
import type { LaneName } from '#server/record/accepted.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { LANES } from './lanes.ts';
import { Processing, type ProcessingListeners, type WorkerOptions } from './processing.ts';

export interface LaneOptions extends Omit<WorkerOptions, 'journal' | 'lane'> {
  name: LaneName;
  /** Unique among all programs on the same stores. */
  program: string;
  /** Frames that may wait for the disk, bytes. */
  queueBytesMax: number;
  db: MetadataDb;
  log: Log;
  listeners: Omit<ProcessingListeners, 'onCheckpoint'>;
}

export interface Lane {
  readonly name: LaneName;
  /** Its journal's name in the stores. */
  readonly journal: string;
  /** Resolves when the parts are durable. Throws Unavailable when the disk takes no more. */
  append: JournalWriter['append'];
  /** Bytes that are not processed yet. */
  backlogBytes(): number;
  /** Marks the durable end of the journal; the answer says whether everything before it has been processed. */
  mark(): () => boolean;
  /** False while its thread is being started again. */
  readonly running: boolean;
  /** True while the journal takes no more records. */
  readonly refusing: boolean;
  /** Ends the processing, then the journal. */
  stop(timeoutMs: number): Promise<void>;
}

export async function openLane(options: LaneOptions): Promise<Lane> {
  const { name, program, queueBytesMax, db, log, listeners, ...worker } = options;
  const { journalDirectory, suffix } = LANES[name];
  const journalName = `${program}${suffix}`;
  let checkpoint = await readCheckpoint(db, journalName);
  const journal = await openJournal(join(options.dataDirectory, journalDirectory), {
    checkpoint,
    queueBytesMax,
    onRefusal: (refusal) => {
      if (refusal)
        log.error(
          { err: refusal, lane: name },
          'the journal takes no more records; senders are told to try again',
        );
      else log.warn({ lane: name }, 'the journal takes records again');
    },
  });
  const backlogBytes = () => journal.bytesAfter(checkpoint);
  const processing = new Processing(
    { ...worker, lane: name, journal: journalName },
    {
      ...listeners,
      onCheckpoint: (next) => {
        checkpoint = next;
        journal
          .trim(next)
          .catch((error) => log.error({ err: error }, 'old journal segments could not be deleted'));
      },
    },
    log,
  );
  let isStarted = false;
  /** A thread costs 30 MB: a lane that nothing ever came by has none. */
  const advance = (end: JournalPosition) => {
    processing.advance(end);
    if (!isStarted) processing.start();
    isStarted = true;
  };
  journal.onDurable(advance);
  if (name === 'records' || backlogBytes() > 0 || (await hasPending(db, journalName)))
    advance(journal.durableEnd);

  return {
    name,
    journal: journalName,
    append: (parts) => journal.append(parts),
    backlogBytes,
    mark() {
      const end = journal.durableEnd;
      // After a start the end is in a new segment, with nothing between it and the checkpoint.
      return () => !isBefore(checkpoint, end) || backlogBytes() === 0;
    },
    get running() {
      return !isStarted || processing.running;
    },
    get refusing() {
      return journal.refusing;
    },
    async stop(timeoutMs) {
      if (isStarted) await processing.stop(timeoutMs);
      await journal.close();
    },
  };
}

async function readCheckpoint(db: MetadataDb, journalName: string): Promise<JournalPosition> {
  const row = await db
    .selectFrom('checkpoint')
    .select(['segment', 'offset'])
    .where('name', '=', journalName)
    .executeTakeFirst();
  return row ?? JOURNAL_START;
}

/** Batches that a crash left between the two stores. */
async function hasPending(db: MetadataDb, journalName: string): Promise<boolean> {
  const row = await db
    .selectFrom('pending_batch')
    .select('batch')
    .where('journal', '=', journalName)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
