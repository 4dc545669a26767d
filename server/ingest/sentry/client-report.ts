/**
 * What an SDK says it discarded before sending. It becomes lines of the ledger and no record.
 * Source: https://develop.sentry.dev/sdk/telemetry/client-reports/.
 */

import { readCategory } from './categories.ts';
import type { Contents, Count } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { isObject, readJsonObject } from './json.ts';

/** SDKs' reasons are a word or two of snake case; anything else is counted as `other`, so the ledger stays short. */
const REASON = /^[a-z][a-z0-9_]{0,63}$/;
/** Of one entry. No SDK process discards a billion records between two reports; more is not believed. */
const QUANTITY_MAX = 1_000_000_000;

/** The lists of SDKs and, after the first, of relays between an SDK and us. */
const LISTS = [
  'discarded_events',
  'rate_limited_events',
  'filtered_events',
  'filtered_sampling_events',
] as const;

export function decodeClientReport({ payload }: Item): Contents {
  const { value } = readJsonObject(payload);
  const entries = LISTS.flatMap((list) => (Array.isArray(value[list]) ? (value[list] as unknown[]) : []));
  return { records: [], counts: entries.map(readEntry).filter((count) => count !== undefined) };
}

function readEntry(entry: unknown): Count | undefined {
  if (!isObject(entry)) return undefined;
  const quantity = entry.quantity;
  if (!Number.isSafeInteger(quantity) || (quantity as number) < 1 || (quantity as number) > QUANTITY_MAX)
    return undefined;
  const { kind, unit } = readCategory(entry.category);
  const reason = typeof entry.reason === 'string' && REASON.test(entry.reason) ? entry.reason : 'other';
  const amounts =
    unit === 'bytes'
      ? { quantity: 0, bytes: quantity as number }
      : { quantity: quantity as number, bytes: 0 };
  return { kind, outcome: 'discarded', reason, ...amounts };
}
