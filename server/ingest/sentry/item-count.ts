/** How many records an item stands for that is counted but not kept. */

import { Rejection } from '#server/platform/rejection.ts';
import type { Item } from './envelope-reader.ts';
import { isObject, readJson } from './json.ts';
import { EVENT_BYTES_MAX } from './limits.ts';

/** A record takes at least the two bytes of `{}`; a count above that is not believed, so no header can inflate the ledger. */
const RECORD_BYTES_MIN = 2;

/** `item_count` of the header, which SDKs send with each container. */
export function claimedCount({ header, payload }: Item): number | undefined {
  const claimed = header.item_count;
  return Number.isSafeInteger(claimed) &&
    (claimed as number) > 0 &&
    (claimed as number) * RECORD_BYTES_MIN <= payload.length
    ? (claimed as number)
    : undefined;
}

/** What the header claims, else the length of the container's `items`, else one. */
export function countItems(item: Item): number {
  const claimed = claimedCount(item);
  if (claimed !== undefined) return claimed;
  const { header, payload } = item;
  const isContainer =
    typeof header.content_type === 'string' &&
    header.content_type.startsWith('application/vnd.sentry.items.');
  return isContainer && payload.length <= EVENT_BYTES_MAX ? countContainer(payload) : 1;
}

function countContainer(payload: Buffer): number {
  try {
    const { value } = readJson(payload);
    return isObject(value) && Array.isArray(value.items) ? Math.max(1, value.items.length) : 1;
  } catch (error) {
    if (error instanceof Rejection) return 1; // Not kept anyway: one unreadable item.
    throw error;
  }
}
