/** Stops loudly when we are wrong. Never for a sender's fault: that is a Rejection. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`BUG: ${what}`);
}
