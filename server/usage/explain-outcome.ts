/** The sentence for each line of the ledger: what the reason means, for a person who wonders where records went. */
import { EXPECTED_REASONS } from '#server/record/expected.ts';
import { DEAD_LETTER_REASONS, DROP_REASONS, type Outcome } from '#server/record/outcome.ts';
import { REJECTIONS } from '#server/record/rejections.ts';

/** What SDKs say of records they never sent. https://develop.sentry.dev/sdk/telemetry/client-reports/ */
const DISCARD_REASONS: Record<string, string> = {
  queue_overflow: 'The SDK’s queue was full.',
  cache_overflow: 'The SDK’s offline cache was full.',
  buffer_overflow: 'The SDK’s buffer was full.',
  ratelimit_backoff: 'The SDK kept quiet because this server had told it to.',
  network_error: 'The SDK could not reach this server.',
  sample_rate: 'Left out by the sample rate set in the SDK.',
  before_send: 'Left out by the application’s own beforeSend hook.',
  event_processor: 'Left out by an event processor of the application or an integration.',
  send_error: 'This server refused it, or answered with an error.',
  internal_sdk_error: 'The SDK itself failed.',
  insufficient_data: 'The SDK did not know enough to make a record of it.',
  backpressure: 'The SDK sampled less because the application was under load.',
  invalid: 'The SDK could not make a valid record of it.',
  no_parent_span: 'A span without a parent, which the SDK was set to leave out.',
  too_large: 'The SDK found it larger than what may be sent.',
};

const ACCEPTED = 'Kept, and there to be looked at.';

export function explainOutcome(outcome: Outcome, reason: string): string {
  switch (outcome) {
    case 'stored':
      return reason === '' ? ACCEPTED : `${ACCEPTED} ${sentence(EXPECTED_REASONS, reason)}`;
    case 'dropped':
      return sentence(DROP_REASONS, reason);
    case 'dead_lettered':
      return sentence(DEAD_LETTER_REASONS, reason);
    case 'rejected':
      return Object.hasOwn(REJECTIONS, reason) ? REJECTIONS[reason as keyof typeof REJECTIONS][1] : '';
    case 'discarded':
      return sentence(DISCARD_REASONS, reason) || 'Left out by the sender, which gave this reason.';
  }
}

function sentence(table: Readonly<Record<string, string>>, reason: string): string {
  return Object.hasOwn(table, reason) ? table[reason]! : '';
}
