/**
 * One cap on the bytes of all request bodies that are in memory at the same time, before and after
 * decompression. Each body has its own limit; this is the limit for many senders at once.
 */
import { Unavailable } from '#server/platform/rejection.ts';

export interface MemoryLease {
  /** Takes more bytes. Throws Unavailable, and takes nothing, when the budget is spent. */
  take(bytes: number): void;
  /** Gives back part of what was taken. */
  give(bytes: number): void;
  /** Gives back all of it; the lease can be used again. */
  release(): void;
}

export interface MemoryBudget {
  lease(): MemoryLease;
  /** Bytes taken now. */
  readonly used: number;
}

/** Seconds after which a sender is asked to come back: bodies live for some milliseconds each. */
const RETRY_AFTER_SECONDS = 2;

export function createMemoryBudget(bytesMax: number): MemoryBudget {
  let used = 0;
  return {
    get used() {
      return used;
    },
    lease() {
      let mine = 0;
      return {
        take(bytes) {
          if (used + bytes > bytesMax)
            throw new Unavailable(
              'bodies_in_flight',
              'The server holds as many request bodies as it can. Retry shortly.',
              {
                retryAfterSeconds: RETRY_AFTER_SECONDS,
              },
            );
          used += bytes;
          mine += bytes;
        },
        give(bytes) {
          used -= bytes;
          mine -= bytes;
        },
        release() {
          used -= mine;
          mine = 0;
        },
      };
    },
  };
}
