/** Notices an engine that lives but does not answer any more: what only a restart can help. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface WatchLimits {
  /** Between two questions, and the longest wait for an answer. */
  everyMs: number;
  /** Longer than any load of ours has delayed a ping (2 s on 2 cores under a load of 16). */
  silenceMsMax: number;
}

export const WATCH_LIMITS: WatchLimits = { everyMs: 10_000, silenceMsMax: 60_000 };

/** Resolves with true when nothing was answered for too long, with false when the signal aborts. */
export async function watchForSilence(
  ping: (signal: AbortSignal) => Promise<boolean>,
  limits: WatchLimits,
  signal: AbortSignal,
): Promise<boolean> {
  for (let answeredAt = Date.now(); !signal.aborted; ) {
    await sleep(limits.everyMs, null, { signal, ref: false }).catch(() => null);
    const answered = await ping(AbortSignal.any([signal, AbortSignal.timeout(limits.everyMs)]));
    if (answered) answeredAt = Date.now();
    else if (Date.now() - answeredAt > limits.silenceMsMax) return !signal.aborted;
  }
  return false;
}
