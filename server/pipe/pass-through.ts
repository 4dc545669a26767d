/**
 * What came in goes out, byte for byte, without ever holding up whoever writes: standard output is written from a thread,
 * one chunk after the other. A reader that stands still loses what does not fit, and is told how much; one that has gone
 * away is no reason to stop.
 */
import { write } from 'node:fs';

/** Waiting to be written, bytes. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** A terminal that takes nothing at the moment is asked again, ms. */
const FULL_RETRY_MS = 10;
const STANDARD_OUTPUT = 1;

export interface PassThrough {
  push(chunk: Buffer): void;
  /** Resolves when all is written, or the reader is gone. */
  end(): Promise<void>;
}

export function createPassThrough(say: (sentence: string) => void, fd = STANDARD_OUTPUT): PassThrough {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let lostBytes = 0;
  let isWriting = false;
  let isClosed = false;
  const waiters: (() => void)[] = [];

  function next(): void {
    const chunk = waiting[0];
    if (!chunk || isClosed) {
      isWriting = false;
      for (const resolve of waiters.splice(0)) resolve();
      return;
    }
    isWriting = true;
    write(fd, chunk, (error, written = 0) => {
      if (error?.code === 'EAGAIN') return void setTimeout(next, FULL_RETRY_MS);
      if (error) return close();
      waitingBytes -= written;
      if (written < chunk.length) waiting[0] = chunk.subarray(written);
      else waiting.shift();
      next();
    });
  }

  function close(): void {
    isClosed = true;
    waiting.length = 0;
    next();
  }

  return {
    push(chunk) {
      if (isClosed) return;
      if (waitingBytes + chunk.length > WAITING_BYTES_MAX) {
        if (lostBytes === 0) say('the reader of the output does not keep up: some of it is not passed on.');
        lostBytes += chunk.length;
        return;
      }
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (!isWriting) next();
    },
    end() {
      if (lostBytes > 0) say(`${lostBytes} bytes were not passed on.`);
      return isWriting ? new Promise((resolve) => waiters.push(resolve)) : Promise.resolve();
    },
  };
}
