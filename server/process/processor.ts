/**
 * Journal -> steps -> stores, in batches, at its own pace. For each batch, in this order:
 *   1. read frames from the checkpoint on, never past the durable end;
 *   2. prepare: rows, issue aggregates, ledger lines (pure);
 *   3. spool: the telemetry rows to disk, fsynced;
 *   4. commit: metadata effects, checkpoint and the pending batch in one transaction: now it is decided;
 *   5. insert the spooled rows into telemetry under the batch's token; the next batch is prepared and decided meanwhile.
 * A crash before 4 leaves nothing behind; a crash after 4 repeats 5 with the same bytes and the same token.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOURNAL_START, type JournalPosition, type JournalReader } from '#server/journal/contract.ts';
import { isBefore } from '#server/journal/segments.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { createReleaseMemory, namedReleases } from '#server/releases/event-releases.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { type Batch, makeBatch } from './batch.ts';
import { type BatchStored, storedMessages } from './batch-stored.ts';
import { BeingDeleted, type Checkpoint, commitBatch, forgetPending } from './commit.ts';
import { EventIdWindow, WINDOW_IDS } from './event-id-window.ts';
import { sampledRow } from './event-row.ts';
import { Floods } from './floods.ts';
import { missingGroupings } from './groupings.ts';
import { isPassing } from './is-passing.ts';
import { asDeadLetters, prepareFrames, type Work } from './journal-work.ts';
import { keepDamagedSpool, keepRefusedRow } from './kept-aside.ts';
import type { LaneSettings } from './lanes.ts';
import { KnownTwins } from './log-errors/known-twins.ts';
import { LogErrorLimits } from './log-errors/log-error-limits.ts';
import { waitingLogErrors } from './log-errors/log-error-rows.ts';
import { LOG_COLUMNS } from './logs/log-rows.ts';
import { hashesOfOlderEvents, lookUpStored } from './look-ups.ts';
import { ProjectNoise } from './noise/project-noise.ts';
import type { PreparedEvent } from './prepare.ts';
import { ProjectRules } from './rules/project-rules.ts';
import { type DraftPart, jsonLines, type Spool, type SpoolPart } from './spool.ts';
import { StageClock } from './stage-clock.ts';
import { sumNoise, sumOutcomes } from './sums.ts';
import type { Symbolicator } from './symbolicate/symbolicator.ts';
import { insertParts } from './telemetry-inserts.ts';

/** A batch below a quarter of the bound waits this long for company: an insert costs the same for 10 rows as for 300. */
const LINGER_MS = 200;
/** Between tries while a store is away. */
const RETRY_MS = 500;
/** Tries of a commit before its frames are suspected. A store that is away is no reason for suspicion, however long. */
const COMMIT_TRIES = 5;
/**
 * How long a batch waits for a deletion of issues that its events would open anew. Deletions take a second; one that
 * cannot proceed must not hold up everybody.
 */
const DELETION_MS_MAX = 10_000;
/** How often it looks whether the deletion is done. */
const DELETION_LOOK_MS = 50;
/** With nothing to do for this long, the last batch is taken off the pending ones: usually the next batch does that. */
const IDLE_MS = 1000;

export interface ProcessorDeps {
  /** Name of the journal, unique among all processes on the same stores. */
  journal: string;
  reader: JournalReader;
  metadata: MetadataStore;
  telemetry: TelemetryStore;
  blobs: BlobStore;
  spool: Spool;
  /** For lanes that have events. */
  symbolicator?: Pick<Symbolicator, 'round'>;
  clock: Clock;
  log: Log;
  settings: Pick<LaneSettings, 'hasEvents' | 'limits'>;
  /** Between tries while a store is away, ms. */
  retryMs?: number;
  /** For a deletion of issues, ms. */
  deletionMsMax?: number;
  /** After the rows of a batch can be queried. */
  onStored(stored: BatchStored): void;
  /** After a batch is decided: the journal before the checkpoint is not needed any more. */
  onCheckpoint(checkpoint: Checkpoint): void;
  /** Set when the thread has died again and again: frames are taken one by one, each announced before it is prepared. */
  care?: {
    /** The frame that was announced last before a death: it is set aside. */
    killer: JournalPosition | null;
    onTaking(position: JournalPosition): void;
  };
}

export class Processor {
  readonly stages = new StageClock();
  readonly #deps: ProcessorDeps;
  readonly #retryMs: number;
  readonly #window = new EventIdWindow();
  readonly #releases = createReleaseMemory();
  readonly #floods: Floods;
  readonly #logErrors = new LogErrorLimits();
  readonly #twins: KnownTwins;
  readonly #rules = new ProjectRules();
  readonly #noise = new ProjectNoise();
  #checkpoint: Checkpoint = { ...JOURNAL_START, batch: 0 };
  #end: JournalPosition = JOURNAL_START;
  /** The end moved since the journal was last read. */
  #advanced = false;
  #wake: (() => void) | null = null;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  /** The insert under way: one at a time, in the order of the batches. */
  #inserting: Promise<void> = Promise.resolve();
  /** Batches inserted whose pending rows are still there. */
  #inserted: Inserted[] = [];
  /** Deletions of issues that were waited for long enough. */
  readonly #passedOver = new Set<string>();
  /** Frames are taken one by one up to here: one of them cannot be committed. */
  #singleUntil: JournalPosition | null = null;
  /** Frames that are still taken with care. */
  #carefulFrames: number;
  /** Spool files written so far. Each has a name of its own: what a lost commit may have decided is not written over. */
  #spooled = 0;
  /** The files of the batch that is being decided: one, unless its rows changed between two tries. */
  #tried: Spooled[] = [];

  constructor(deps: ProcessorDeps) {
    this.#deps = deps;
    this.#floods = new Floods(deps);
    this.#twins = new KnownTwins({ ...deps, inserted: () => this.#inserting });
    this.#retryMs = deps.retryMs ?? RETRY_MS;
    this.#carefulFrames = deps.care ? deps.settings.limits.framesMax : 0;
  }

  /** Finishes what a crash left open, then begins to read. Resolves when the checkpoint is known. */
  async start(): Promise<Checkpoint> {
    this.#checkpoint = await this.#readCheckpoint();
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
    await this.#finishDecided();
    while (!this.#stopping) {
      const next = await this.#decideNext();
      await this.#inserting;
      if (next === null) await this.#waitForMore();
      if (!next?.decided) continue;
      this.#inserting = this.#insert(next.decided);
      if (next.isSmall && !this.#stopping) await sleep(LINGER_MS);
    }
    await this.#inserting;
  }

  /** Null when there is nothing new. Of what it read and prepared, only the rows outlive it: a batch is 20 MB. */
  async #decideNext(): Promise<{ decided: Decided | null; isSmall: boolean } | null> {
    const work = await this.#readAndPrepare();
    return work && { decided: await this.#decide(work), isSmall: work.isSmall };
  }

  async #readCheckpoint(): Promise<Checkpoint> {
    const row = await this.#deps.metadata.db
      .selectFrom('checkpoint')
      .select(['segment', 'offset', 'batch'])
      .where('name', '=', this.#deps.journal)
      .executeTakeFirst();
    return row ?? { ...JOURNAL_START, batch: 0 };
  }

  /** Batches that are decided and perhaps not inserted, oldest first; then the ids of all events are known. */
  async #finishDecided(): Promise<void> {
    const { metadata, journal, spool, log } = this.#deps;
    const pending = await metadata.db
      .selectFrom('pending_batch')
      .select(['batch', 'spool'])
      .where('journal', '=', journal)
      .orderBy('batch')
      .execute();
    await spool.keepOnly(new Set(pending.map((batch) => batch.spool)));
    this.#inserted = [];
    for (const { batch, spool: name } of pending) {
      log.info({ batch }, 'inserting a batch decided before the last stop');
      const { parts, damage } = await spool.read(name);
      if (damage) {
        log.error(
          { batch, damage: damage.what },
          'a spool file is not as it was written; see the dead letters',
        );
        await keepDamagedSpool({ journal, batch }, damage, this.#keepDeps);
      }
      if (!(await this.#insertSpooled(batch, parts))) return;
      this.#inserted.push({ number: batch, spool: name });
    }
    if (!this.#stopping && this.#deps.settings.hasEvents) await this.#fillWindow();
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
        await sleep(this.#retryMs);
      }
    }
  }

  async #waitForMore(): Promise<void> {
    if (this.#stopping || this.#advanced) return;
    const timer = this.#inserted.length > 0 ? setTimeout(() => this.#wake?.(), IDLE_MS) : undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
    clearTimeout(timer);
    if (!this.#stopping && !this.#advanced) await this.#tidy();
  }

  /** Nothing is pending any more; who waits for that, such as a deletion, need not wait for the next event. */
  async #tidy(): Promise<void> {
    const { metadata, journal, log } = this.#deps;
    const inserted = [...this.#inserted];
    try {
      await forgetPending(
        metadata.db,
        journal,
        inserted.map(({ number }) => number),
      );
      await this.#forget(inserted);
    } catch (error) {
      log.warn({ error }, 'the last batch could not be taken off the pending ones; trying again');
      await sleep(this.#retryMs);
    }
  }

  /** Their pending rows are gone. */
  async #forget(inserted: readonly Inserted[]): Promise<void> {
    this.#inserted = this.#inserted.filter((one) => !inserted.includes(one));
    for (const { spool } of inserted) if (spool) await this.#deps.spool.remove(spool);
  }

  /** The next frames, prepared; null when there is nothing new. */
  async #readAndPrepare(): Promise<(Work & { isSmall: boolean }) | null> {
    const { reader, care } = this.#deps;
    this.#advanced = false;
    const started = this.stages.start();
    if (this.#singleUntil && !isBefore(this.#checkpoint, this.#singleUntil)) this.#singleUntil = null;
    const isSingle = this.#singleUntil !== null || this.#carefulFrames > 0;
    const { segment, offset } = this.#checkpoint;
    const { framesMax, bytesMax, piecesMax } = this.#deps.settings.limits;
    const limits = { framesMax: isSingle ? 1 : framesMax, bytesMax };
    const read = await reader.read({ segment, offset }, this.#end, limits);
    this.stages.add('read', started);
    if (read.frames.length === 0 && read.damages.length === 0) {
      this.#carefulFrames = 0;
      return null;
    }
    if (this.#carefulFrames > 0) {
      this.#carefulFrames -= 1;
      for (const { position } of read.frames) care?.onTaking(position);
    }
    const work = await prepareFrames(read, piecesMax, this.stages, {
      killer: care?.killer ?? null,
      symbolication: this.#deps.symbolicator?.round() ?? null,
      ...(this.#deps.settings.hasEvents
        ? { rulesOf: await this.#asked(this.#rules, 'the grouping rules') }
        : { noiseOf: await this.#asked(this.#noise, 'the noise rules') }),
    });
    return { ...work, isSmall: !isSingle && work.frames < framesMax / 4 && work.bytes < bytesMax / 4 };
  }

  /** A batch is prepared by the rules of the moment. */
  async #asked<Rules>(
    of: { last: Rules; ofNow(db: MetadataStore['db']): Promise<Rules> },
    what: string,
  ): Promise<Rules> {
    for (;;) {
      try {
        return await of.ofNow(this.#deps.metadata.db);
      } catch (error) {
        // Nothing can be committed now either.
        if (this.#stopping) return of.last;
        this.#deps.log.warn({ error }, `cannot read ${what}; trying again`);
        await sleep(this.#retryMs);
      }
    }
  }

  /** Spools and commits. Null when it was not to be: the checkpoint says where to read on. */
  async #decide(work: Work): Promise<Decided | null> {
    const { log } = this.#deps;
    const number = this.#checkpoint.batch + 1;
    let candidate = work;
    for (let failures = 0; ; ) {
      try {
        return await this.#commit(candidate, number);
      } catch (error) {
        if (error instanceof BeingDeleted) {
          await this.#waitForDeletions(error.deletions);
          if (this.#stopping) return null;
          continue;
        }
        log.error({ error, batch: number }, 'a batch could not be committed; trying again');
        if (!this.#stopping) await sleep(this.#retryMs);
        if (await this.#tookEffect(number)) return null;
        if (this.#stopping) return null;
        if (isPassing(error)) continue;
        failures += 1;
        if (failures < COMMIT_TRIES) continue;
        if (work.frames > 1) {
          this.#singleUntil = work.next;
          return null;
        }
        // Its dead letters have one try. When they fail too, it is not the frame, and it is tried as it was.
        candidate = candidate === work ? asDeadLetters(work, error) : work;
        failures = candidate === work ? 0 : COMMIT_TRIES - 1;
      }
    }
  }

  async #commit(work: Work, number: number): Promise<Decided> {
    const { metadata, blobs, clock, journal, telemetry } = this.#deps;
    const started = this.stages.start();
    const known = await lookUpStored(metadata.db, work.requests, clock.now());
    const named = work.requests.map(({ prepared }) => prepared.request.project);
    const guarded = [...new Set(named)].filter((project) => known.filter(project).rules.spikeProtection);
    const flood = await this.#floods.turn(guarded, clock.now());
    const hasErrors = work.requests.some(({ prepared }) =>
      prepared.logs.some(({ errors }) => errors.length > 0),
    );
    const waiting = hasErrors ? await waitingLogErrors(metadata.db) : 0;
    const logErrors = this.#logErrors.turn(clock.now(), waiting);
    const twins = await this.#twins.turn(twinsNeeded(work), clock.now());
    const stored = {
      ...known,
      logErrors,
      twins,
      flood: flood.ofEvent,
      event: (project: number, eventId: string) => this.#window.has(project, eventId),
    };
    const batch = makeBatch(work.requests, work.damages, work.next, stored, clock.now());
    // The event it speaks of may be in the batch before this one.
    if (batch.feedback.length > 0) await this.#inserting;
    const hashOfOlderEvent = await hashesOfOlderEvents(telemetry, batch);
    const groupings = await missingGroupings(metadata.db, batch);
    const releases = this.#releases.news(namedReleases(namingRows(batch)));
    const drafts = draftParts(batch);
    const { file, parts } = drafts.length > 0 ? await this.#spool(number, drafts) : NOTHING_SPOOLED;
    const inserted = [...this.#inserted];
    const committed = await commitBatch(
      journal,
      {
        batch,
        number,
        spool: file,
        inserted: inserted.map((one) => one.number),
        hashOfOlderEvent,
        groupings,
        releases,
        passedOver: this.#passedOver,
      },
      { metadata, blobs, now: clock.now() },
    );
    this.stages.add('commit', started);
    this.#releases.keep(releases);
    await this.#forget(inserted);
    await this.#forgetTries(file);
    flood.commit();
    logErrors.commit();
    twins.commit();
    for (const { row } of [...batch.events, ...batch.sampled]) this.#window.add(row.project_id, row.event_id);
    this.#moveTo({ ...batch.next, batch: number });
    return { number, file, parts, stored: storedMessages(batch, committed) };
  }

  /** The deletions wait for our rows that are on their way in their turn. */
  async #waitForDeletions(names: readonly string[]): Promise<void> {
    const { metadata, log, deletionMsMax = DELETION_MS_MAX } = this.#deps;
    await this.#inserting;
    if (this.#inserted.length > 0) await this.#tidy();
    for (const end = performance.now() + deletionMsMax; performance.now() < end; ) {
      if (this.#stopping) return;
      await sleep(DELETION_LOOK_MS);
      try {
        const notes = metadata.db.selectFrom('setting').select('name').where('name', 'in', names);
        if ((await notes.execute()).length === 0) return;
      } catch (error) {
        log.warn({ error }, 'cannot read whether issues are deleted; trying again');
      }
    }
    log.warn({ names }, 'the deletion of issues takes long; new events of theirs may go with them');
    for (const name of names) this.#passedOver.add(name);
  }

  /** A try with the rows of an earlier one has its file too: an outage of hours must not fill the disk. */
  async #spool(number: number, drafts: readonly DraftPart[]): Promise<Spooled> {
    const { spool } = this.#deps;
    const known = this.#tried.find((one) => hasSameRows(one.drafts, drafts));
    if (known) return known;
    const file = `${number}-${this.#spooled++}.spool`;
    try {
      const spooled = { file, drafts, parts: await spool.write(file, drafts) };
      this.#tried.push(spooled);
      return spooled;
    } catch (error) {
      await spool.remove(file);
      throw error;
    }
  }

  /** The batch is decided: no other try of it can be any more. */
  async #forgetTries(decided: string | null): Promise<void> {
    for (const { file } of this.#tried) if (file && file !== decided) await this.#deps.spool.remove(file);
    this.#tried = [];
  }

  #moveTo(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#deps.onCheckpoint(checkpoint);
  }

  /**
   * Whether a commit that failed is in the store all the same, its answer lost. Waits until the store can tell; what
   * it decided is finished then, as after a start.
   */
  async #tookEffect(number: number): Promise<boolean> {
    for (;;) {
      try {
        const checkpoint = await this.#readCheckpoint();
        if (checkpoint.batch < number) return false;
        await this.#inserting;
        await this.#finishDecided();
        this.#tried = [];
        this.#moveTo(checkpoint);
        return true;
      } catch (error) {
        this.#deps.log.warn({ error }, 'cannot read how far the last batch came; trying again');
        if (this.#stopping) return false;
        await sleep(this.#retryMs);
      }
    }
  }

  async #insert(decided: Decided): Promise<void> {
    const done = await this.#insertSpooled(decided.number, decided.parts);
    if (!done) return;
    this.#inserted.push({ number: decided.number, spool: decided.file });
    const { stored } = decided;
    if (stored.messages.length > 0 || stored.counts.length > 0) this.#deps.onStored(stored);
  }

  /** False when it gave up because the program stops. */
  async #insertSpooled(number: number, parts: readonly SpoolPart[]): Promise<boolean> {
    const { telemetry, log, journal } = this.#deps;
    const started = this.stages.start();
    const done = await insertParts(parts, `${journal}-${number}`, {
      telemetry,
      log,
      retryMs: this.#retryMs,
      stopped: () => this.#stopping,
      refusedRow: async (part, error) => {
        const { table } = part;
        log.error({ error, table, batch: number }, 'the telemetry store refuses a row; see the dead letters');
        await keepRefusedRow({ journal, batch: number }, part, error, this.#keepDeps);
      },
    });
    this.stages.add('insert', started);
    return done;
  }

  get #keepDeps() {
    const { metadata, blobs, clock } = this.#deps;
    return { db: metadata.db, blobs, now: clock.now() };
  }
}

function twinsNeeded({ requests }: Work) {
  const some = (is: (event: PreparedEvent) => boolean) =>
    requests.some(({ prepared }) => prepared.events.some(is));
  return { errors: some(() => true), ofLogs: some(({ logId }) => logId !== null) };
}

function* namingRows({ events, sessions }: Batch) {
  for (const { row } of events) yield row;
  yield* sessions;
}

interface Inserted {
  number: number;
  spool: string | null;
}

interface Spooled {
  /** Null: nothing to spool. */
  file: string | null;
  drafts: readonly DraftPart[];
  parts: SpoolPart[];
}

const NOTHING_SPOOLED: Spooled = { file: null, drafts: [], parts: [] };

interface Decided {
  number: number;
  file: string | null;
  parts: SpoolPart[];
  /** What listeners hear when the rows are in. */
  stored: BatchStored;
}

function draftParts(batch: Batch): DraftPart[] {
  const drafts: DraftPart[] = [];
  const add = (table: DraftPart['table'], rows: readonly object[]) => {
    if (rows.length > 0) drafts.push({ table, rows: jsonLines(rows) });
  };
  add(
    'events',
    batch.events.map((event) => event.row),
  );
  add(
    'sampled_events',
    batch.sampled.map(({ row }) => sampledRow(row)),
  );
  add('sessions', batch.sessions);
  if (batch.logs.length > 0) drafts.push({ table: 'logs', columns: LOG_COLUMNS, parts: batch.logs });
  if (batch.spans.length > 0) drafts.push({ table: 'spans', rows: Buffer.from(batch.spans.join('')) });
  add('noise_counts', sumNoise(batch.noise));
  add('outcomes', sumOutcomes(batch.counts));
  return drafts;
}

function hasSameRows(some: readonly DraftPart[], others: readonly DraftPart[]): boolean {
  return some.length === others.length && some.every((draft, at) => isSame(draft, others[at]!));
}

/** Columns are made once for each request, so the same ones are the same rows. */
function isSame(draft: DraftPart, other: DraftPart): boolean {
  if (draft.table !== other.table) return false;
  if ('rows' in draft) return 'rows' in other && draft.rows.equals(other.rows);
  return (
    'parts' in other &&
    draft.parts.length === other.parts.length &&
    draft.parts.every((part, at) => part === other.parts[at])
  );
}
