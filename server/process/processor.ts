/**
 * Journal -> steps -> stores, in batches, at its own pace. For each batch, in this order:
 *   1. read frames from the checkpoint on, never past the durable end;
 *   2. prepare: rows, issue aggregates, ledger lines (pure);
 *   3. spool: the telemetry rows to disk, fsynced;
 *   4. commit: metadata effects, checkpoint and the pending batch in one transaction: now it is decided;
 *   5. insert the spooled rows into telemetry under the batch's token; the next batch is prepared meanwhile.
 * A crash before 4 leaves nothing behind; a crash after 4 repeats 5 with the same bytes and the same token.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  JOURNAL_START,
  type JournalFrame,
  type JournalPosition,
  type JournalReader,
} from '#server/journal/contract.ts';
import { isBefore } from '#server/journal/segments.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { decodeAccepted } from '#server/record/accepted.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { type Batch, makeBatch, sumOutcomes } from './batch.ts';
import { type BatchStored, storedMessages } from './batch-stored.ts';
import { type Checkpoint, type Committed, commitBatch } from './commit.ts';
import { EventIdWindow, WINDOW_IDS } from './event-id-window.ts';
import { deadLetter, type Prepared, prepare } from './prepare.ts';
import { jsonLines, type Spool, type SpoolPart } from './spool.ts';
import { StageClock } from './stage-clock.ts';
import { insertParts } from './telemetry-inserts.ts';

/** Frames of one batch. At 2,000 events/s two batches a second: large enough for the engine, small enough to be fresh. */
const FRAMES_MAX = 1000;
/** Bytes of frames read for one batch; with rows and JSON in memory a batch takes about five times as much. */
const BYTES_MAX = 8 * 1024 * 1024;
/** A batch below a quarter of the bound waits this long for company: an insert costs the same for 10 rows as for 300. */
const LINGER_MS = 200;
/** Between tries of a commit while the metadata store is away. */
const COMMIT_RETRY_MS = 500;
/** Tries of a commit before its frames are suspected and taken one by one. */
const COMMIT_TRIES = 5;

export interface ProcessorDeps {
  /** Name of the journal, unique among all processes on the same stores. */
  journal: string;
  reader: JournalReader;
  metadata: MetadataStore;
  telemetry: TelemetryStore;
  blobs: BlobStore;
  spool: Spool;
  clock: Clock;
  log: Log;
  /** After the rows of a batch can be queried. */
  onStored(stored: BatchStored): void;
  /** After a batch is decided: the journal before the checkpoint is not needed any more. */
  onCheckpoint(checkpoint: Checkpoint): void;
}

export class Processor {
  readonly stages = new StageClock();
  readonly #deps: ProcessorDeps;
  readonly #window = new EventIdWindow();
  #checkpoint: Checkpoint = { ...JOURNAL_START, batch: 0 };
  #end: JournalPosition = JOURNAL_START;
  /** The end moved since the journal was last read. */
  #advanced = false;
  #wake: (() => void) | null = null;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  /** Batches inserted whose pending rows are still there. */
  #inserted: { number: number; spool: string | null }[] = [];
  /** Above 0, frames are taken one by one: one of them cannot be committed. */
  #singleUntil: JournalPosition | null = null;

  constructor(deps: ProcessorDeps) {
    this.#deps = deps;
  }

  /** Finishes what a crash left open, then begins to read. Resolves when the checkpoint is known. */
  async start(): Promise<Checkpoint> {
    const { metadata, journal } = this.#deps;
    const row = await metadata.db
      .selectFrom('checkpoint')
      .selectAll()
      .where('name', '=', journal)
      .executeTakeFirst();
    if (row) this.#checkpoint = { segment: row.segment, offset: row.offset, batch: row.batch };
    this.#running = this.#run();
    return this.#checkpoint;
  }

  /** The door has made everything before `end` durable. */
  advance(end: JournalPosition): void {
    this.#end = end;
    this.#advanced = true;
    this.#wake?.();
  }

  /** Finishes the batch under way; what is left in the journal waits for the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    await this.#insertPending();
    if (!this.#stopping) await this.#fillWindow();
    let inserting: Promise<void> = Promise.resolve();
    while (!this.#stopping) {
      const work = await this.#readAndPrepare();
      if (work === null) {
        await inserting;
        await this.#waitForMore();
        continue;
      }
      await inserting;
      const decided = await this.#decide(work);
      if (!decided) continue;
      inserting = this.#insert(decided);
      if (work.small && !this.#stopping) await sleep(LINGER_MS);
    }
    await inserting;
  }

  /** Batches decided before a crash or a stop, oldest first. */
  async #insertPending(): Promise<void> {
    const { metadata, journal, spool, log } = this.#deps;
    const pending = await metadata.db
      .selectFrom('pending_batch')
      .select(['batch', 'spool'])
      .where('journal', '=', journal)
      .orderBy('batch')
      .execute();
    await spool.keepOnly(new Set(pending.map((batch) => batch.spool)));
    for (const batch of pending) {
      log.info({ batch: batch.batch }, 'inserting a batch decided before the last stop');
      const done = await this.#insertSpooled(batch.batch, await spool.read(batch.spool));
      if (!done) return;
      this.#inserted.push({ number: batch.batch, spool: batch.spool });
    }
  }

  async #fillWindow(): Promise<void> {
    for (;;) {
      try {
        for (const { project_id, event_id } of await this.#deps.telemetry.recentEventIds(WINDOW_IDS))
          this.#window.add(project_id, event_id);
        return;
      } catch (error) {
        if (this.#stopping) return;
        this.#deps.log.warn({ error }, 'cannot read the event ids stored last; trying again');
        await sleep(COMMIT_RETRY_MS);
      }
    }
  }

  async #waitForMore(): Promise<void> {
    if (this.#stopping || this.#advanced) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }

  /** The next frames, prepared; null when there is nothing new. */
  async #readAndPrepare(): Promise<Work | null> {
    this.#advanced = false;
    const started = this.stages.start();
    const single = this.#singleUntil !== null && isBefore(this.#checkpoint, this.#singleUntil);
    if (!single) this.#singleUntil = null;
    const read = await this.#deps.reader.read(this.#checkpoint, this.#end, {
      framesMax: single ? 1 : FRAMES_MAX,
      bytesMax: BYTES_MAX,
    });
    this.stages.add('read', started);
    if (read.frames.length === 0 && read.damages.length === 0) return null;
    const requests: Work['requests'] = [];
    const damages = [...read.damages];
    for (const frame of read.frames) {
      try {
        requests.push({
          prepared: prepare(decodeAccepted(frame.bytes), this.stages),
          position: frame.position,
        });
      } catch (error) {
        damages.push({ ...frame, what: `the frame is not an accepted request: ${String(error)}` });
      }
    }
    const small = read.frames.length < FRAMES_MAX / 4;
    return { requests, damages, next: read.next, frames: read.frames, small };
  }

  /** Spools and commits; null when the frames will be taken again, one by one. */
  async #decide(work: Work): Promise<Decided | null> {
    const { metadata, blobs, clock, log, journal, spool } = this.#deps;
    const number = this.#checkpoint.batch + 1;
    for (let tries = 1; ; tries += 1) {
      const started = this.stages.start();
      try {
        const exists = await this.#existingProjects(work);
        const batch = makeBatch(work.requests, work.damages, work.next, {
          seen: (project, eventId) => this.#window.has(project, eventId),
          projectExists: (project) => exists.has(project),
          now: clock.now(),
        });
        const parts = spoolParts(batch);
        const file = parts.length > 0 ? `${number}.spool` : null;
        if (file) await spool.write(file, parts);
        const hashOfOlderEvent = await this.#hashesOfOlderEvents(batch);
        const inserted = this.#inserted;
        const committed = await commitBatch(
          journal,
          { batch, number, spool: file, inserted: inserted.map((done) => done.number), hashOfOlderEvent },
          { metadata, blobs, now: clock.now() },
        );
        this.stages.add('commit', started);
        this.#inserted = [];
        for (const done of inserted) if (done.spool) await spool.remove(done.spool);
        for (const { row } of batch.events) this.#window.add(row.project_id, row.event_id);
        this.#checkpoint = { ...batch.next, batch: number };
        this.#deps.onCheckpoint(this.#checkpoint);
        return { number, file, parts, batch, committed };
      } catch (error) {
        log.error({ error, batch: number, tries }, 'a batch could not be committed; trying again');
        if (this.#stopping) return null;
        await sleep(COMMIT_RETRY_MS);
        if (tries < COMMIT_TRIES) continue;
        if (work.frames.length > 1) {
          this.#singleUntil = work.next;
          return null;
        }
        setAside(work, error);
      }
    }
  }

  async #existingProjects(work: Work): Promise<ReadonlySet<number>> {
    const named = [...new Set(work.requests.map(({ prepared }) => prepared.request.project))];
    if (named.length === 0) return new Set();
    const rows = await this.#deps.metadata.db
      .selectFrom('project')
      .select('id')
      .where('id', 'in', named)
      .execute();
    // Project 0 stands for refusals whose project is not known; they have ledger lines and nothing else.
    return new Set([0, ...rows.map((row) => row.id)]);
  }

  /** Feedback may speak of an event stored long ago: its hash leads to the issue. */
  async #hashesOfOlderEvents(batch: Batch): Promise<ReadonlyMap<string, string>> {
    const inBatch = new Set(batch.events.map(({ row }) => row.event_id));
    const asked = batch.feedback.filter((feedback) => feedback.eventId && !inBatch.has(feedback.eventId));
    const found = new Map<string, string>();
    for (const [project, feedback] of Map.groupBy(asked, (one) => one.project)) {
      const rows = await this.#deps.telemetry.select<{ event_id: string; grouping_hash: string }>(
        [project],
        'SELECT event_id, grouping_hash FROM events WHERE project_id IN {projects:Array(UInt32)} AND event_id IN {ids:Array(String)}',
        { params: { ids: feedback.map((one) => one.eventId) } },
      );
      for (const row of rows) found.set(`${project}:${row.event_id}`, row.grouping_hash);
    }
    return found;
  }

  async #insert(decided: Decided): Promise<void> {
    const done = await this.#insertSpooled(decided.number, decided.parts);
    if (!done) return;
    this.#inserted.push({ number: decided.number, spool: decided.file });
    const stored = storedMessages(decided.batch, decided.committed);
    if (stored.messages.length > 0 || stored.counts.length > 0) this.#deps.onStored(stored);
  }

  async #insertSpooled(number: number, parts: readonly SpoolPart[]): Promise<boolean> {
    const { telemetry, log, journal, blobs, metadata, clock } = this.#deps;
    const started = this.stages.start();
    const done = await insertParts(parts, `${journal}-${number}`, {
      telemetry,
      log,
      stopped: () => this.#stopping,
      refusedRow: async (table, line, error) => {
        log.error(
          { error, table, batch: number },
          'the telemetry store refuses a row; it is kept as a dead letter',
        );
        await metadata.db
          .insertInto('dead_letter')
          .values({
            project_id: null,
            key_id: null,
            kind: 'unknown',
            reason: 'processing_failed',
            message: `the telemetry store refused a row of ${table}: ${String(error).slice(0, 3000)}`,
            bytes: line.byteLength,
            blob: await blobs.put('dead-letters', line),
            position: `batch ${number}`,
            created_at: clock.now(),
            redriven_at: null,
          })
          .execute();
      },
    });
    this.stages.add('insert', started);
    return done;
  }
}

interface Work {
  requests: { prepared: Prepared; position: JournalPosition }[];
  damages: Parameters<typeof makeBatch>[1][number][];
  next: JournalPosition;
  frames: JournalFrame[];
  /** Few frames: worth waiting for more. */
  small: boolean;
}

interface Decided {
  number: number;
  file: string | null;
  parts: SpoolPart[];
  batch: Batch;
  committed: Committed;
}

function spoolParts(batch: Batch): SpoolPart[] {
  const parts: SpoolPart[] = [];
  const add = (table: SpoolPart['table'], rows: readonly object[]) => {
    if (rows.length > 0) parts.push({ table, jsonLines: jsonLines(rows) });
  };
  add(
    'events',
    batch.events.map((event) => event.row),
  );
  add('sessions', batch.sessions);
  add('outcomes', sumOutcomes(batch.counts));
  return parts;
}

/** The one frame left that cannot be committed becomes dead letters, one per record. */
function setAside(work: Work, error: unknown): void {
  for (const { prepared } of work.requests) {
    const records = prepared.request.records.filter((record) => record.type !== 'counts');
    Object.assign(prepared, {
      events: [],
      sessions: [],
      attachments: [],
      checkIns: [],
      feedback: [],
      counts: [],
    });
    prepared.deadLetters = records.map((record) => deadLetter(prepared.request, record, error));
  }
}
