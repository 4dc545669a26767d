/** Counts tries per key in windows of fixed length: of passwords (better-auth asks), and of public links. */
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** Keys (address and path) counted at once. Who comes from more addresses than this is not stopped by counting. */
const KEYS_MAX = 10_000;

export interface TryLimit {
  /** Counts one try. `window` and `retryAfter` are in seconds. */
  consume(
    key: string,
    rule: { window: number; max: number },
  ): Promise<{ allowed: boolean; retryAfter: number | null }>;
}

export function createTryLimit(clock: Clock): TryLimit {
  const windows = new LRUCache<string, { endsAt: number; tries: number }>({ max: KEYS_MAX });

  return {
    async consume(key, { window, max }) {
      const now = clock.now();
      let current = windows.get(key);
      if (!current || current.endsAt <= now) {
        current = { endsAt: now + window * 1000, tries: 0 };
        windows.set(key, current);
      }
      current.tries++;
      if (current.tries <= max) return { allowed: true, retryAfter: null };
      return { allowed: false, retryAfter: Math.ceil((current.endsAt - now) / 1000) };
    },
  };
}
