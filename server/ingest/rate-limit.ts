/**
 * How much one ingest key may send: so many records per window. A window opens with the first record after the
 * last one closed, so the time to wait is exact. (A sliding window would smooth the edge, where up to twice the
 * count can pass, and could not say when to come back.) Windows are kept in memory: a restart opens new ones.
 */

export interface RateLimiter {
  /**
   * Whether `quantity` records may pass together now; then they are counted. What is more than a whole window holds
   * passes when it is the first of a window, since it can never fit.
   */
  take(key: number, limit: { count: number; windowSeconds: number }, quantity: number, now: number): boolean;
  /** Seconds until the key's window closes, at least 1. */
  retryAfterSeconds(key: number, limit: { windowSeconds: number }, now: number): number;
}

/** Windows kept: only keys with a limit have one. At the limit the oldest is forgotten, which lets its key send more. */
const WINDOWS_MAX = 10_000;

export function createRateLimiter(): RateLimiter {
  const windows = new Map<number, { openedAt: number; passed: number }>();

  function current(key: number, windowSeconds: number, now: number) {
    const window = windows.get(key);
    // A clock that was set back must not keep a window open for longer than it is.
    if (window && now >= window.openedAt && now < window.openedAt + windowSeconds * 1000) return window;
    const opened = { openedAt: now, passed: 0 };
    windows.delete(key);
    if (windows.size >= WINDOWS_MAX) windows.delete(windows.keys().next().value!);
    windows.set(key, opened);
    return opened;
  }

  return {
    take(key, limit, quantity, now) {
      const window = current(key, limit.windowSeconds, now);
      const fits = window.passed + quantity <= limit.count || (window.passed === 0 && limit.count > 0);
      if (fits) window.passed += quantity;
      return fits;
    },
    retryAfterSeconds(key, limit, now) {
      const closesAt = current(key, limit.windowSeconds, now).openedAt + limit.windowSeconds * 1000;
      return Math.max(1, Math.ceil((closesAt - now) / 1000));
    },
  };
}
