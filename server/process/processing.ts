/**
 * The main thread's end of `process`: starts the worker thread, tells it how far the journal is durable, hears
 * what it stored. A worker that dies is started again; the journal makes that exact.
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { JournalPosition } from '#server/journal/contract.ts';
import type { Log } from '#server/platform/log.ts';
import type { LaneName } from '#server/record/accepted.ts';
import type { TelemetryAddress } from '#server/store/telemetry/address.ts';
import type { BatchStored } from './batch-stored.ts';
import type { Checkpoint } from './commit.ts';
import type { Stage } from './stage-clock.ts';

/** What the worker needs; plain data, it crosses a thread boundary. */
export interface WorkerOptions {
  lane: LaneName;
  journal: string;
  dataDirectory: string;
  metadataUrl: string;
  telemetry: TelemetryAddress;
  logLevel: string;
}

/** Set when the thread has died again and again without getting on. */
export interface Care {
  /** The frame it had announced last before it died: taken for the reason. */
  killer: JournalPosition | null;
}

/** What the thread is started with. */
export type WorkerData = WorkerOptions & { care: Care | null };

export type ToWorker = { type: 'advance'; end: JournalPosition } | { type: 'stop' };
export type FromWorker =
  | { type: 'checkpoint'; checkpoint: Checkpoint }
  /** About to prepare the frame there; said only when it is started with care. */
  | { type: 'taking'; position: JournalPosition }
  | { type: 'stored'; stored: BatchStored }
  | { type: 'stages'; ms: Record<Stage, number> }
  | { type: 'stopped' };

/** Before a dead worker is started again; doubles up to the bound while it keeps dying. */
const RESTART_MS = 1000;
const RESTART_MS_MAX = 30_000;
/** Deaths without a batch in between after which frames are taken one by one: once is an accident. */
const DEATHS_BEFORE_CARE = 2;
/** Heap of the worker: a batch of the largest frames and its rows, MiB. */
const HEAP_MIB_MAX = 512;
/**
 * Three times the half it allocates in: what a push leaves behind should die there, a megabyte of objects at a time.
 * With a young heap of 6 MiB collecting took the thread 3.4 s for a million log records, with 24 MiB 0.9.
 */
const YOUNG_HEAP_MIB_MAX = 24;
/** The launcher keeps the main thread's young heap small by a flag, which would win over a thread's own limit. */
const NO_FLAG_FOR_YOUNG_HEAPS = '--max-semi-space-size=0';

export interface ProcessingListeners {
  onCheckpoint(checkpoint: Checkpoint): void;
  onStored(stored: BatchStored): void;
  onStages(ms: Record<Stage, number>): void;
}

export class Processing {
  readonly #options: WorkerOptions;
  readonly #listeners: ProcessingListeners;
  readonly #log: Log;
  readonly #entry: URL;
  readonly #firstRestartMs: number;
  #worker: Worker | null = null;
  /** Number of the last batch heard of. */
  #batch = -1;
  /** Since that batch. */
  #deaths = 0;
  #taking: JournalPosition | null = null;
  #end: JournalPosition | null = null;
  #restartMs: number;
  #restarting: NodeJS.Timeout | null = null;
  #stopped: (() => void) | null = null;

  constructor(
    options: WorkerOptions,
    listeners: ProcessingListeners,
    log: Log,
    { entry = new URL('./process-worker.ts', import.meta.url), restartMs = RESTART_MS } = {},
  ) {
    this.#options = options;
    this.#listeners = listeners;
    this.#log = log;
    this.#entry = entry;
    this.#firstRestartMs = restartMs;
    this.#restartMs = restartMs;
  }

  start(): void {
    setFlagsFromString(NO_FLAG_FOR_YOUNG_HEAPS);
    const care = this.#deaths < DEATHS_BEFORE_CARE ? null : { killer: this.#taking };
    this.#taking = null;
    const worker = new Worker(this.#entry, {
      workerData: { ...this.#options, care } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX, maxYoungGenerationSizeMb: YOUNG_HEAP_MIB_MAX },
    });
    this.#worker = worker;
    worker.on('message', (message: FromWorker) => this.#hear(message));
    worker.on('error', (error) => this.#log.error({ error }, 'process died; starting it again'));
    worker.on('exit', () => this.#exited());
    if (this.#end) this.advance(this.#end);
  }

  /** False while the worker is being started again. */
  get running(): boolean {
    return this.#worker !== null;
  }

  advance(end: JournalPosition): void {
    this.#end = end;
    this.#worker?.postMessage({ type: 'advance', end } satisfies ToWorker);
  }

  /** Lets the batch under way finish, then ends the thread; ends it anyway after the time given. */
  async stop(timeoutMs: number): Promise<void> {
    const worker = this.#worker;
    if (this.#restarting) clearTimeout(this.#restarting);
    if (!worker) return;
    const exited = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    worker.postMessage({ type: 'stop' } satisfies ToWorker);
    const giveUp = setTimeout(() => void worker.terminate(), timeoutMs);
    await exited;
    clearTimeout(giveUp);
  }

  #hear(message: FromWorker): void {
    if (message.type === 'checkpoint') {
      this.#gotTo(message.checkpoint.batch);
      this.#listeners.onCheckpoint(message.checkpoint);
    } else if (message.type === 'taking') this.#taking = message.position;
    else if (message.type === 'stored') this.#listeners.onStored(message.stored);
    else if (message.type === 'stages') this.#listeners.onStages(message.ms);
  }

  /** A thread that is started again says first where it stands: that is not getting on. */
  #gotTo(batch: number): void {
    if (batch === this.#batch) return;
    this.#batch = batch;
    this.#restartMs = this.#firstRestartMs;
    this.#deaths = 0;
    this.#taking = null;
  }

  #exited(): void {
    this.#worker = null;
    if (this.#stopped) {
      this.#stopped();
      return;
    }
    this.#deaths += 1;
    this.#restarting = setTimeout(() => this.start(), this.#restartMs);
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MS_MAX);
  }
}
