/**
 * The body of an ingest request: raw stream -> bounded, decompressed bytes. Nothing is kept beyond the limits
 * before or after decompression, nor beyond one budget for all requests together. When a body is refused, the
 * rest of it is still read for a while, so that the sender gets to read the answer instead of a reset.
 */
import type { IncomingMessage } from 'node:http';
import { decompress, readEncodings, undo } from './decompress.ts';
import { createMemoryBudget, type MemoryLease } from './memory-budget.ts';
import type { Reject } from './reject.ts';

/** Undoes a compression that the protocol found inside of the body. Throws Rejection or Unavailable. */
type Unpack = (part: Buffer, encoding: 'gzip' | 'deflate' | 'zstd', bytesMax: number) => Promise<Buffer>;

/**
 * Reads the body and calls `use` with it. The bytes, and those that `use` unpacks, count against the budget until
 * `use` has settled. Throws Rejection or Unavailable.
 */
type WithBody = <T>(
  raw: IncomingMessage,
  limits: { bytesMax?: number },
  use: (body: Buffer, unpack: Unpack) => Promise<T>,
) => Promise<T>;

export interface Bodies {
  withBody: WithBody;
  /** Bytes of bodies in memory now, and how many there may be. */
  readonly bytesInFlight: number;
  readonly bytesInFlightMax: number;
}

/**
 * Bytes of all bodies in memory at once. Two and a half bodies of the default limit, or 60,000 of 4 KB; with
 * the decoder's own copies the process stays inside its memory budget.
 */
const BODIES_BYTES_MAX = 256 * 1024 * 1024;

/** One of the largest bodies always fits, compressed and plain, or it would be told to come back for ever. */
const LARGEST_BODIES_MIN = 2;

/** What is still read, and thrown away, of a refused body: bytes and milliseconds. Then the connection is cut. */
const DISCARD_BYTES_MAX = 128 * 1024 * 1024;
const DISCARD_MS_MAX = 10_000;

const EMPTY = Buffer.alloc(0);

export function createBodies(options: {
  bodyBytesMax: number;
  reject: Reject;
  bytesInFlightMax?: number;
}): Bodies {
  const { bodyBytesMax, reject } = options;
  const bytesInFlightMax =
    options.bytesInFlightMax ?? Math.max(BODIES_BYTES_MAX, LARGEST_BODIES_MIN * bodyBytesMax);
  const budget = createMemoryBudget(bytesInFlightMax);
  return {
    bytesInFlightMax,
    get bytesInFlight() {
      return budget.used;
    },
    async withBody(raw, limits, use) {
      const bytesMax = Math.min(bodyBytesMax, limits.bytesMax ?? bodyBytesMax);
      const lease = budget.lease();
      try {
        const encodings = readEncodings(raw.headers['content-encoding'], reject);
        const received = await receive(raw, bytesMax, lease, reject);
        const body =
          encodings.length === 0 ? received : await decompress(received, encodings, bytesMax, lease, reject);
        return await use(body, (part, encoding, partBytesMax) =>
          undo(part, encoding, Math.min(partBytesMax, bodyBytesMax), lease, reject),
        );
      } finally {
        lease.release();
        if (!raw.readableEnded) discardRest(raw);
      }
    },
  };
}

/** The bytes as sent. */
function receive(
  raw: IncomingMessage,
  bytesMax: number,
  lease: MemoryLease,
  reject: Reject,
): Promise<Buffer> {
  if (Number(raw.headers['content-length']) > bytesMax)
    return Promise.reject(reject('body_too_large', `the limit is ${bytesMax} bytes`));

  return new Promise((resolve, fail) => {
    const chunks: Buffer[] = [];
    let size = 0;

    raw.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);

    function onData(chunk: Buffer) {
      size += chunk.length;
      if (size > bytesMax) return settle(reject('body_too_large', `the limit is ${bytesMax} bytes`));
      try {
        lease.take(chunk.length);
      } catch (error) {
        return settle(error);
      }
      chunks.push(chunk);
    }
    function onEnd() {
      settle(null);
    }
    /** The sender went away: the answer will reach nobody, but the ledger counts it. */
    function onBroken(cause?: Error) {
      settle(reject('body_incomplete', `${size} bytes arrived`, { cause }));
    }
    function settle(error: unknown) {
      raw.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      if (error !== null) fail(error);
      else
        resolve(chunks.length === 1 ? chunks[0]! : chunks.length === 0 ? EMPTY : Buffer.concat(chunks, size));
    }
  });
}

/**
 * Reads on without keeping anything. The answer goes out meanwhile without `Connection: close`: closing a socket
 * with unread bytes resets it, and the sender would lose the answer with it.
 */
function discardRest(raw: IncomingMessage): void {
  if (raw.destroyed) return;
  let left = DISCARD_BYTES_MAX;
  const cut = () => raw.socket.destroy();
  const timer = setTimeout(cut, DISCARD_MS_MAX).unref();
  raw
    .on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) cut();
    })
    .on('error', () => {})
    .on('close', () => clearTimeout(timer))
    .on('end', () => clearTimeout(timer))
    .resume();
}
