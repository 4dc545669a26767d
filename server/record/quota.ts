/**
 * How much a project may send a day: errors, log records and spans each have a quota of their own, so that a flood of
 * one leaves room for the others. A day is one of UTC.
 */
import type { RecordKind } from './outcome.ts';

export const QUOTA_CATEGORIES = ['events', 'logs', 'spans'] as const;
export type QuotaCategory = (typeof QUOTA_CATEGORIES)[number];

/** Kinds that count; sessions, check-ins, feedback and attachments do not. */
export const KINDS_OF_QUOTA: Readonly<Record<QuotaCategory, readonly RecordKind[]>> = {
  events: ['event', 'security'],
  logs: ['log'],
  spans: ['span', 'transaction'],
};

/** Null: no limit. Bytes are those of the records as accepted, as the ledger counts them. */
export interface Quota {
  recordsPerDay: number | null;
  bytesPerDay: number | null;
  /** For floods that would use up the day in minutes. */
  recordsPerMinute: number | null;
}
export type Quotas = Readonly<Record<QuotaCategory, Quota>>;

const NO_QUOTA: Quota = { recordsPerDay: null, bytesPerDay: null, recordsPerMinute: null };
export const NO_QUOTAS: Quotas = { events: NO_QUOTA, logs: NO_QUOTA, spans: NO_QUOTA };

export function hasQuota(quota: Quota): boolean {
  return Object.values(quota).some((limit) => limit !== null);
}

/** What of a quota is used. */
export interface QuotaUse {
  project: number;
  category: QuotaCategory;
  /** Midnight UTC, ms. */
  day: number;
  records: number;
  bytes: number;
}
