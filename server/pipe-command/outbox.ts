/**
 * What waits to be sent: lines in batches, within a bound. When it is full the newest lines are dropped and counted:
 * the first lines of an outage explain it, and what is older may already be on its way. Nobody ever waits for room.
 */
import { randomUUID } from 'node:crypto';

/** All that waits and is on its way, bytes. */
export const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** A batch ends at either: one round trip for a second of a busy program, and small enough to send again. */
const BATCH_LINES_MAX = 10_000;
const BATCH_BYTES_MAX = 2 * 1024 * 1024;

export interface Batch {
  /** By which the server knows it when it is sent again. */
  id: string;
  body: Buffer;
  /** As the program wrote them; joined ones count each. */
  lines: number;
}

export class Outbox {
  readonly #bytesMax: number;
  readonly #ready: Batch[] = [];
  #open: string[] = [];
  #openBytes = 0;
  #openLines = 0;
  #readyBytes = 0;
  #dropped = 0;
  #isClosed = false;

  constructor(bytesMax = WAITING_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** False: there was no room. */
  add(record: string, lines: number): boolean {
    if (this.#isClosed) return true;
    const bytes = Buffer.byteLength(record) + 1;
    if (this.#readyBytes + this.#openBytes + bytes > this.#bytesMax) {
      this.#dropped += lines;
      return false;
    }
    this.#open.push(record);
    this.#openBytes += bytes;
    this.#openLines += lines;
    if (this.#open.length >= BATCH_LINES_MAX || this.#openBytes >= BATCH_BYTES_MAX) this.seal();
    return true;
  }

  /** What has come so far may be sent. */
  seal(): void {
    if (this.#open.length === 0) return;
    this.#ready.push({
      id: randomUUID(),
      body: Buffer.from(`${this.#open.join('\n')}\n`),
      lines: this.#openLines,
    });
    this.#readyBytes += this.#openBytes;
    this.#open = [];
    this.#openBytes = 0;
    this.#openLines = 0;
  }

  /** The batch to send next; it keeps its room until `remove`. */
  get first(): Batch | undefined {
    return this.#ready[0];
  }

  remove(): void {
    this.#readyBytes -= this.#ready.shift()?.body.length ?? 0;
  }

  get hasFullBatch(): boolean {
    return this.#ready.length > 0;
  }

  get waitingLines(): number {
    return this.#ready.reduce((sum, { lines }) => sum + lines, this.#openLines);
  }

  /** Nothing will ever be sent: keeps nothing from here on. */
  close(): void {
    this.#isClosed = true;
    this.#ready.length = 0;
    this.#readyBytes = 0;
    this.#open = [];
    this.#openBytes = 0;
    this.#openLines = 0;
  }

  /** How many lines found no room since the last time it was asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
