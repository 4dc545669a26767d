/** What kinds of expected errors are called, on chips and in lists. */
import type { ExpectedKind } from '#contract/filters.ts';

export const EXPECTED_LABELS: Record<ExpectedKind, string> = {
  not_found: 'Not found',
  not_allowed: 'Not allowed',
  invalid_input: 'Invalid input',
  rate_limited: 'Rate limited',
  client_error: 'Other 4xx',
  cancelled: 'Cancelled',
  disconnected: 'Connection closed',
  chunk_load: 'Chunk not loaded',
  browser_noise: 'Browser noise',
};
