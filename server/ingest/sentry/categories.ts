/**
 * Sentry's data categories beside our kinds, both ways: out in X-Sentry-Rate-Limits, in from client reports.
 * Source: https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/#definitions.
 */
import type { RecordKind } from '#server/record/outcome.ts';

/** The categories an SDK has to mute for each kind. */
export const CATEGORIES_OF_KIND: Readonly<Record<RecordKind, readonly string[]>> = {
  event: ['error', 'default'],
  security: ['security'],
  attachment: ['attachment', 'attachment_item'],
  feedback: ['feedback'],
  session: ['session'],
  check_in: ['monitor'],
  transaction: ['transaction'],
  span: ['span'],
  profile: ['profile', 'profile_chunk', 'profile_chunk_ui'],
  replay: ['replay'],
  metric: ['metric_bucket', 'trace_metric', 'trace_metric_byte'],
  log: ['log_item', 'log_byte'],
  unknown: [],
};

interface Category {
  kind: RecordKind;
  /** What a quantity of the category counts. */
  unit: 'records' | 'bytes';
}

const records = (kind: RecordKind): Category => ({ kind, unit: 'records' });
const bytes = (kind: RecordKind): Category => ({ kind, unit: 'bytes' });

/** What a category of a client report is in our ledger. Categories not listed are counted as `unknown`. */
const CATEGORIES: ReadonlyMap<string, Category> = new Map([
  ['error', records('event')],
  ['default', records('event')],
  ['security', records('security')],
  ['attachment', bytes('attachment')],
  ['attachment_item', records('attachment')],
  ['feedback', records('feedback')],
  ['user_report_v2', records('feedback')],
  ['session', records('session')],
  ['monitor', records('check_in')],
  ['transaction', records('transaction')],
  ['span', records('span')],
  ['profile', records('profile')],
  ['profile_chunk', records('profile')],
  ['profile_chunk_ui', records('profile')],
  ['replay', records('replay')],
  ['replay_video', records('replay')],
  ['metric_bucket', records('metric')],
  ['trace_metric', records('metric')],
  ['trace_metric_byte', bytes('metric')],
  ['log_item', records('log')],
  ['log_byte', bytes('log')],
]);

export function readCategory(category: unknown): Category {
  return (typeof category === 'string' && CATEGORIES.get(category)) || records('unknown');
}
