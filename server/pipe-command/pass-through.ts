/**
 * What came in goes out, byte for byte, one chunk after the other, without ever holding up whoever writes. A reader that stands still loses what does not fit, and is told how much; one that has gone
 * away is no reason to stop.
 */
import { fstatSync, write } from 'node:fs';
import { Socket } from 'node:net';

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

type Write = (
  chunk: Buffer,
  done: (error: NodeJS.ErrnoException | null | undefined, written: number) => void,
) => void;

/**
 * A pipe is written without blocking: a thread that waits for its reader would keep the process from ending. Files and
 * terminals are written from a thread.
 */
function writerOf(fd: number): Write {
  const stat = statOf(fd);
  if (!stat) return (_, done) => done(new Error('there is no standard output'), 0);
  if (!stat.isFIFO() && !stat.isSocket()) return (chunk, done) => write(fd, chunk, done);
  const socket = new Socket({ fd, readable: false, writable: true });
  // Each write tells of its own.
  socket.on('error', () => {});
  return (chunk, done) => socket.write(chunk, (error) => done(error, chunk.length));
}

/** Undefined when it was closed (`>&-`). */
function statOf(fd: number) {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}

export function createPassThrough(say: (sentence: string) => void, fd = STANDARD_OUTPUT): PassThrough {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let lostBytes = 0;
  let isWriting = false;
  let isClosed = false;
  const waiters: (() => void)[] = [];
  const writeOut = writerOf(fd);

  function next(): void {
    const chunk = waiting[0];
    if (!chunk || isClosed) {
      isWriting = false;
      for (const resolve of waiters.splice(0)) resolve();
      return;
    }
    isWriting = true;
    writeOut(chunk, (error, written) => {
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
