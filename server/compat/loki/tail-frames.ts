/**
 * The frames of a live tail: a hundred entries each, as long as the client reads them. What it cannot take is dropped
 * and named when it can; memory is what waits in its socket and the names.
 */
import type { WebSocket } from 'ws';
import { asStreams, type TailLine } from '#server/query/logql/tail-logql.ts';
import { printJson, printStreams } from './results.ts';

const ENTRIES_PER_FRAME = 100;
/** Dropped entries that are named in one frame; those beyond are not. */
const DROPPED_MAX = 1_000;
/** Bytes that may wait for a client before it loses entries. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/** Sends what the client can take, and remembers what it could not. */
export class TailFrames {
  readonly #socket: Pick<WebSocket, 'bufferedAmount' | 'send'>;
  readonly #categorize: boolean;
  #dropped: { labels: TailLine['stream']; timestamp: string }[] = [];

  constructor(socket: Pick<WebSocket, 'bufferedAmount' | 'send'>, categorize: boolean) {
    this.#socket = socket;
    this.#categorize = categorize;
  }

  drop(lines: readonly TailLine[]): void {
    for (const { stream, entry } of lines.slice(0, DROPPED_MAX - this.#dropped.length))
      this.#dropped.push({ labels: stream, timestamp: entry.timestamp });
  }

  send(lines: readonly TailLine[]): void {
    for (let at = 0; at < lines.length; at += ENTRIES_PER_FRAME) {
      const part = lines.slice(at, at + ENTRIES_PER_FRAME);
      if (this.#isSlow) this.drop(part);
      else this.#frame(part);
    }
    if (this.#dropped.length > 0 && !this.#isSlow) this.#frame([]);
  }

  get #isSlow(): boolean {
    return this.#socket.bufferedAmount > UNSENT_BYTES_MAX;
  }

  #frame(lines: readonly TailLine[]): void {
    const dropped = this.#dropped;
    this.#dropped = [];
    this.#socket.send(
      printJson({
        ...printStreams(asStreams(lines), { categorize: this.#categorize }, 'streams'),
        ...(dropped.length > 0 && { dropped_entries: dropped }),
      }),
    );
  }
}
