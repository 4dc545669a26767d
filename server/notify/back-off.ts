/** When a message that was not taken is tried again. */

const FIRST_MS = 2_000;
/** Ten minutes: a chat that was down for an hour has its messages soon after. */
const MS_MAX = 600_000;

/**
 * Doubles with each try, of which a random part of the second half is taken off, so that channels that failed together do not
 * come back together; later when the other side asks for that.
 */
export function backOffMs(failures: number, retryAfterMs: number | null, random: () => number): number {
  const ms = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 20), MS_MAX);
  return Math.max(Math.round(ms * (0.5 + random() / 2)), retryAfterMs ?? 0);
}
