/**
 * What became of a record. Everything a sender ever sent ends as exactly one of these, per ingest key and
 * kind, and the sum is shown on the Usage page: sent = stored + dropped + rejected + dead-lettered + discarded.
 * Reasons are a closed list; counters, docs and screens read it.
 */
import { EXPECTED_REASONS } from './expected.ts';

export const OUTCOMES = ['stored', 'dropped', 'rejected', 'dead_lettered', 'discarded'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Kinds of records in the ledger: one word for what a sender would say it sent. */
export const RECORD_KINDS = [
  'event',
  'security',
  'attachment',
  'feedback',
  'session',
  'check_in',
  'transaction',
  'span',
  'profile',
  'replay',
  'metric',
  'log',
  'unknown',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** Why the filters of a project dropped a record. */
export const FILTER_REASONS = {
  filtered_address: 'A filter of the project: the address it came from.',
  filtered_localhost: 'A filter of the project: it came from localhost.',
  filtered_web_crawler: 'A filter of the project: a crawler, not a person.',
  filtered_browser_extension: 'A filter of the project: made by a browser extension.',
  filtered_legacy_browser: 'A filter of the project: a browser older than those that are kept.',
  filtered_hydration_error: 'A filter of the project: hydration of React.',
  filtered_health_check: 'A filter of the project: a health check.',
  filtered_release: 'A filter of the project: its release.',
  filtered_error_type: 'A filter of the project: its type of error.',
  filtered_message: 'A filter of the project: its message.',
  ...EXPECTED_REASONS,
} as const;
export type FilterReason = keyof typeof FILTER_REASONS;

/** Why accepted records were dropped by rule. */
export const DROP_REASONS = {
  ...FILTER_REASONS,
  sampled: 'One of many of its kind in a minute: counted with its issue and its users, its details not kept.',
  spike_protection: 'Spike protection of the project: far more errors than usual at this hour of the week.',
  noise_dropped: 'A noise rule of the project: records of this pattern are counted and not kept.',
  noise_sampled:
    'A noise rule of the project: of this pattern one record of so many is kept, the rest is counted.',
  duplicate_of_sdk: 'An error found in a log that an SDK sent too: counted once, as the SDK has it.',
  duplicate_of_log:
    'An error of an SDK that a log had told of before: counted once; what the SDK sent is kept with that event.',
  too_many_log_errors: 'More errors found in logs than become events in a minute; the log records are kept.',
  duplicate: 'It was stored already: an event with this id, or a request that was sent again.',
  kind_not_stored: 'This kind of record is accepted and counted, but not kept by this version.',
  unknown_item: 'The envelope item has a type this version does not know.',
  project_deleted: 'The project was deleted before the record was processed.',
  too_many_monitors:
    'The project has as many monitors as are kept: delete those that are not used, and name monitors by their job.',
  too_much_feedback: 'The project was sent more feedback within an hour than people write.',
  no_release: 'A session without a release cannot count toward release health.',
  invalid_item: 'One item of the envelope could not be read; the rest of the envelope was taken.',
  item_too_large: 'One item of the envelope exceeds the limit for its kind; the rest was taken.',
} as const;
export type DropReason = keyof typeof DROP_REASONS;

/** Why a record was kept aside. An operator can read it and drive it through again. */
export const DEAD_LETTER_REASONS = {
  processing_failed: 'Processing threw an error; see the message kept with it.',
  journal_corrupt: 'The journal could not read these bytes: the disk changed them or the write was torn.',
  rows_damaged:
    'The disk changed or lost rows on their way into the telemetry store; issues count events that are in no list.',
} as const;

/** One line of the ledger. Rejected reasons are codes of `rejections.ts`; discarded ones are the SDK's words. */
export interface OutcomeCount {
  /** Milliseconds since 1970. Counted into the hour of this time. */
  at: number;
  project: number;
  /** Ingest key id; 0 when no key was recognised. */
  key: number;
  kind: RecordKind;
  outcome: Outcome;
  /** Empty for stored, unless it is stored and recognised as expected. */
  reason: string;
  /** May be negative only when a dead letter is driven through again. */
  quantity: number;
  /** Payload bytes, 0 when not known. */
  bytes: number;
}
