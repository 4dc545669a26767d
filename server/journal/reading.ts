/** What one read has gathered so far, and whether its limits allow more. */
import type { JournalPosition, JournalRead } from './contract.ts';
import { FRAME_HEADER_BYTES } from './format.ts';

export class Reading {
  readonly read: JournalRead;
  /** Where to look next; `read.next` follows only when something was found. */
  at: JournalPosition;
  /** True when nothing more may be added. */
  full = false;
  readonly #framesMax: number;
  #bytesLeft: number;

  constructor(from: JournalPosition, limits: { framesMax: number; bytesMax: number }) {
    this.read = { frames: [], damages: [], next: from };
    this.at = from;
    this.#framesMax = limits.framesMax;
    this.#bytesLeft = limits.bytesMax;
  }

  /** Adds the frame at `at`, unless it is too large for what is left: then it waits for the next read. */
  take(payload: Buffer): void {
    const { segment, offset } = this.at;
    const found = this.read.frames.length + this.read.damages.length;
    if (found > 0 && payload.byteLength > this.#bytesLeft) {
      this.full = true;
      return;
    }
    const next = { segment, offset: offset + FRAME_HEADER_BYTES + payload.byteLength };
    this.read.frames.push({ position: this.at, next, bytes: payload });
    this.#moved(next, payload.byteLength);
  }

  lose(next: JournalPosition, bytes: Buffer, what: string): void {
    this.read.damages.push({ position: this.at, next, bytes, what });
    this.#moved(next, bytes.byteLength);
  }

  #moved(next: JournalPosition, bytes: number): void {
    this.at = next;
    this.read.next = next;
    this.#bytesLeft -= bytes;
    this.full = this.#bytesLeft <= 0 || this.read.frames.length >= this.#framesMax;
  }
}
