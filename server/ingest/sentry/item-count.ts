/** How many records an item stands for, as far as its header says. */
import type { Item } from './envelope-reader.ts';

/** A record takes at least the two bytes of `{}`; a count above that is not believed, so no header can inflate the ledger. */
const RECORD_BYTES_MIN = 2;

/** `item_count` of the header, which every SDK sends with a container; else one. The payload is not read. */
export function countItems({ header, payload }: Item): number {
  const claimed = header.item_count;
  return Number.isSafeInteger(claimed) &&
    (claimed as number) > 0 &&
    (claimed as number) * RECORD_BYTES_MIN <= payload.length
    ? (claimed as number)
    : 1;
}
