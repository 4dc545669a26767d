/**
 * The writing side of the journal: frames of many callers share one write and one fsync (group commit), into
 * segments that are deleted whole once `process` is past them. An append that resolved is on the disk; one that
 * threw is not in the journal.
 *
 * Each start and each error begins a new segment whose header says where the journal ended before it. So nothing
 * is ever written behind bytes of unknown quality, and what an unclean end left in the file is met by the reader,
 * in its place, as damage.
 *
 * Segments are not preallocated: fdatasync of 4 KiB took 0.20 ms (p50) appending, 0.20 ms into a sparse file and
 * 0.13 ms into one written full of zeros before, on ext4. Writing everything twice is not worth 0.07 ms that many
 * callers share.
 */
import { setImmediate } from 'node:timers/promises';
import { assert } from '#server/platform/assert.ts';
import { makeDirectory } from '#server/platform/durable-file.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { JOURNAL_START, type JournalPosition, type JournalWriter } from './contract.ts';
import { type Disk, systemDisk } from './disk.ts';
import { FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './format.ts';
import { FreeSpace } from './free-space.ts';
import { again, refusalFor } from './refusal.ts';
import { SegmentWriter } from './segment-writer.ts';
import { segmentPath } from './segments.ts';
import { type JournalSurvey, surveyJournal } from './survey.ts';

/** Bytes of one frame. Above any body the program can be configured to take, below what the format counts. */
const FRAME_BYTES_MAX = 1_500_000_000;
/**
 * Bytes written and fsynced at once, unless one frame alone is larger. 1 MiB took 1 to 4 ms: a small frame waits at
 * most about 16 ms for the bytes of others.
 */
const FLUSH_BYTES_MAX = 4_194_304;

export interface JournalOptions {
  /** Where `process` will read on: new segments are numbered above it even if older files were lost. */
  checkpoint?: JournalPosition;
  /** Bytes after which the next segment begins. */
  segmentBytes?: number;
  /** Bytes of frames that may wait for the disk; beyond it appends throw journal_busy. */
  queueBytesMax?: number;
  /** Bytes that are left free on the disk. */
  freeBytesMin?: number;
  /** First and longest pause between two tries of a disk that refused. */
  retryMs?: { first: number; longest: number };
  /** Told when the journal begins to refuse, with the reason as `cause`, and again without when it takes. */
  onRefusal?: (refusal: Unavailable | undefined) => void;
  disk?: Disk;
}

const DEFAULTS: Required<JournalOptions> = {
  checkpoint: JOURNAL_START,
  // What process has read is freed in pieces of this size; a new one costs three fsyncs.
  segmentBytes: 67_108_864,
  // A tenth of the memory the whole program may take; a disk of 100 MB/s writes it in 0.7 s.
  queueBytesMax: 67_108_864,
  // Room for the stores to merge, vacuum and delete: that is how space comes back.
  freeBytesMin: 268_435_456,
  retryMs: { first: 250, longest: 5_000 },
  onRefusal: () => {},
  disk: systemDisk,
};

interface Waiter {
  parts: readonly Uint8Array[];
  bytes: number;
  resolve(): void;
  reject(error: Unavailable): void;
}

/** Opens the journal for writing. One process at a time: the caller holds the data directory's lock. */
export async function openJournal(directory: string, options: JournalOptions = {}): Promise<JournalWriter> {
  await makeDirectory(directory);
  const settings = { ...DEFAULTS, ...options };
  const survey = await surveyJournal(directory, settings.checkpoint);
  const journal = new Journal(directory, survey, settings);
  await journal.start(survey.empty);
  return journal;
}

class Journal implements JournalWriter {
  readonly #directory: string;
  readonly #options: Required<JournalOptions>;
  readonly #disk: Disk;
  readonly #space: FreeSpace;
  /** Where each segment ends, ascending by number. */
  readonly #ends: Map<number, number>;
  readonly #listeners: ((end: JournalPosition) => void)[] = [];
  #queue: Waiter[] = [];
  /** Bytes of frames that wait or are being written. */
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;
  #active: SegmentWriter | undefined;
  #nextSegment: number;
  #end: JournalPosition;
  /** Behind the last frame: what the next segment's header names. Segments without frames are not in this chain. */
  #frameEnd: JournalPosition;
  #refusal: Unavailable | undefined;
  #retry: { timer: NodeJS.Timeout; running?: Promise<void> } | undefined;
  #closed = false;

  constructor(directory: string, survey: JournalSurvey, options: Required<JournalOptions>) {
    this.#directory = directory;
    this.#options = options;
    this.#disk = options.disk;
    this.#space = new FreeSpace(options.disk, directory, options.freeBytesMin);
    this.#ends = survey.ends;
    this.#end = survey.end;
    this.#frameEnd = survey.end;
    this.#nextSegment = survey.nextSegment;
  }

  /** Begins the first segment of this run; a full disk is no reason not to start. */
  async start(emptySegments: readonly number[]): Promise<void> {
    try {
      await this.#space.ask(0);
      await this.#begin();
      for (const segment of emptySegments) await this.#disk.remove(segmentPath(this.#directory, segment));
    } catch (error) {
      await this.#refuse(error);
    }
  }

  get durableEnd(): JournalPosition {
    return this.#end;
  }

  get refusing(): boolean {
    return this.#refusal !== undefined;
  }

  onDurable(listener: (end: JournalPosition) => void): void {
    this.#listeners.push(listener);
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = FRAME_HEADER_BYTES + parts.reduce((sum, part) => sum + part.byteLength, 0);
    assert(bytes <= FRAME_BYTES_MAX, `a frame of ${bytes} bytes is larger than the journal takes`);
    if (this.#closed) throw new Unavailable('journal_closed', 'The server is stopping.');
    if (this.#refusal) throw again(this.#refusal);
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#options.queueBytesMax)
      throw new Unavailable('journal_busy', 'The disk takes records more slowly than they arrive.', {
        retryAfterSeconds: 1,
      });
    this.#queuedBytes += bytes;
    const durable = new Promise<void>((resolve, reject) => {
      this.#queue.push({ parts, bytes, resolve, reject });
    });
    this.#flushing ??= this.#flush();
    return durable;
  }

  bytesAfter(position: JournalPosition): number {
    let bytes = 0;
    for (const [segment, end] of this.#ends) {
      const from =
        segment === position.segment ? Math.max(position.offset, SEGMENT_HEADER_BYTES) : SEGMENT_HEADER_BYTES;
      if (segment >= position.segment) bytes += Math.max(end - from, 0);
    }
    return bytes;
  }

  async trim(before: JournalPosition): Promise<void> {
    const old = [...this.#ends.keys()].filter(
      (segment) => segment < before.segment && segment !== this.#active?.segment,
    );
    if (old.length === 0) return;
    for (const segment of old) {
      await this.#disk.remove(segmentPath(this.#directory, segment));
      this.#ends.delete(segment);
    }
    await this.#disk.syncDirectory(this.#directory);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    clearTimeout(this.#retry?.timer);
    await this.#retry?.running;
    await this.#active?.close();
    this.#active = undefined;
  }

  /** One at a time. What arrives during one write waits for the next, so the slower the disk the larger the batch. */
  async #flush(): Promise<void> {
    for (;;) {
      // The end of this turn of the event loop: whoever else is served in it comes along. Without it 16 callers
      // went out as 1 and 15, at half the rate.
      await setImmediate();
      if (this.#queue.length === 0) break;
      const batch = takeBatch(this.#queue);
      const bytes = bytesOf(batch);
      try {
        await this.#write(batch, bytes);
      } catch (error) {
        const refused = [...batch, ...this.#queue.splice(0)];
        await this.#refuse(error);
        this.#queuedBytes = 0;
        for (const waiter of refused) waiter.reject(again(this.#refusal!));
        break;
      }
      this.#queuedBytes -= bytes;
      for (const waiter of batch) waiter.resolve();
      for (const listener of this.#listeners) listener(this.#end);
    }
    this.#flushing = undefined;
  }

  async #write(batch: readonly Waiter[], bytes: number): Promise<void> {
    await this.#space.check(bytes);
    const full =
      this.#end.offset > SEGMENT_HEADER_BYTES && this.#end.offset + bytes > this.#options.segmentBytes;
    if (!this.#active || full) await this.#begin();
    const active = this.#active!;
    await active.append(batch.map((waiter) => waiter.parts));
    this.#frameEnd = { segment: active.segment, offset: active.end };
    this.#moveEnd(active);
  }

  /** The next segment. Its number is used up even when that fails, so that no number ever means two things. */
  async #begin(): Promise<void> {
    await this.#active?.close();
    this.#active = undefined;
    const segment = this.#nextSegment++;
    this.#active = await SegmentWriter.create(this.#disk, this.#directory, segment, this.#frameEnd);
    this.#moveEnd(this.#active);
  }

  #moveEnd({ segment, end }: SegmentWriter): void {
    this.#end = { segment, offset: end };
    this.#ends.set(segment, end);
  }

  /** Nothing more is taken until the disk has shown, by a new segment, that it works again. */
  async #refuse(error: unknown): Promise<void> {
    this.#refusal = refusalFor(error);
    this.#options.onRefusal(this.#refusal);
    await this.#active?.abandon();
    this.#active = undefined;
    this.#retryAfter(this.#options.retryMs.first);
  }

  #retryAfter(pauseMs: number): void {
    const tryAgain = async () => {
      try {
        // Room for a whole flush, or the next append would find the disk full again.
        await this.#space.ask(FLUSH_BYTES_MAX);
        await this.#begin();
        this.#refusal = undefined;
        this.#options.onRefusal(undefined);
      } catch (error) {
        this.#refusal = refusalFor(error);
        if (!this.#closed) this.#retryAfter(Math.min(pauseMs * 2, this.#options.retryMs.longest));
      }
    };
    const timer = setTimeout(() => {
      this.#retry = { timer, running: tryAgain() };
    }, pauseMs);
    timer.unref();
    this.#retry = { timer };
  }
}

function takeBatch(queue: Waiter[]): Waiter[] {
  let bytes = 0;
  let count = 0;
  for (const waiter of queue) {
    if (count > 0 && bytes + waiter.bytes > FLUSH_BYTES_MAX) break;
    bytes += waiter.bytes;
    count += 1;
  }
  return queue.splice(0, count);
}

function bytesOf(batch: readonly Waiter[]): number {
  return batch.reduce((sum, waiter) => sum + waiter.bytes, 0);
}
