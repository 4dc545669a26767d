/**
 * Errors that are part of the day: a wrong address, a wrong form, a closed tab. Each kind has a name, which the ledger
 * has as a reason too, and a sentence. Whether an event is one is decided by filters/expected-error.ts.
 */
export const EXPECTED_KINDS = [
  'not_found',
  'not_allowed',
  'invalid_input',
  'rate_limited',
  'client_error',
  'cancelled',
  'disconnected',
  'chunk_load',
  'browser_noise',
] as const;
export type ExpectedKind = (typeof EXPECTED_KINDS)[number];

/** The reason of the ledger. */
export type ExpectedReason = `expected_${ExpectedKind}`;
export const expectedReason = (kind: ExpectedKind): ExpectedReason => `expected_${kind}`;

export const EXPECTED_REASONS: Record<ExpectedReason, string> = {
  expected_not_found: 'Expected: somebody asked for what is not there (404, 410).',
  expected_not_allowed: 'Expected: somebody was not signed in or may not do it (401, 403, 419).',
  expected_invalid_input: 'Expected: what was sent did not pass validation (400, 413, 422).',
  expected_rate_limited: 'Expected: somebody asked too often and was told so (429).',
  expected_client_error: 'Expected: another answer of the 4xx kind.',
  expected_cancelled: 'Expected: a request or task was cancelled before it was done.',
  expected_disconnected: 'Expected: the other side closed the connection, or the network was away.',
  expected_chunk_load: 'Expected: a page that was open during a deploy asked for a script that is gone.',
  expected_browser_noise: 'Expected: words of a browser that say nothing about your program.',
};
