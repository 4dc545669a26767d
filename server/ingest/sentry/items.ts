/**
 * The items of an envelope, each to what its type says (`item-types.ts`). One bad item never harms the rest:
 * it is counted as dropped. Refused as a whole is only an envelope whose event is bad, or in which nothing
 * can be used: then the sender should hear why.
 */
import { Rejection } from '#server/platform/rejection.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import type { DropReason } from '#server/record/outcome.ts';
import { reject } from '#server/record/rejections.ts';
import { type Contents, drop } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { type ItemType, itemTypeOf } from './item-types.ts';
import { SESSIONS_PER_ENVELOPE_MAX } from './limits.ts';

/** `hasEventId`: the envelope header names an event, so that attachments may come without it. */
export function decodeItems(items: readonly Item[], hasEventId: boolean): Contents {
  const all: Contents = { records: [], counts: [] };
  let firstRefusal: Rejection | undefined;
  let used = 0;
  for (const item of items) {
    const type = itemTypeOf(item);
    try {
      const one = decodeItem(item, type, all.records);
      all.records.push(...one.records);
      all.counts.push(...one.counts);
      all.eventId ??= one.eventId;
      used++;
    } catch (error) {
      if (!(error instanceof Rejection) || (type.primary && !all.records.some(isPrimary))) throw error;
      firstRefusal ??= error;
      all.counts.push(drop(type.kind, reasonOf(error), item.payload.length));
    }
  }
  if (used === 0 && firstRefusal) throw firstRefusal;
  return hasEventId || all.records.some(isPrimary) ? all : withoutOrphans(all);
}

function decodeItem(item: Item, type: ItemType, before: readonly AcceptedRecord[]): Contents {
  if (item.payload.length > type.bytesMax)
    throw reject('item_too_large', `${item.header.type}, at most ${type.bytesMax} bytes`);
  if (type.primary && before.some(isPrimary)) throw reject('envelope_invalid', 'more than one event');
  if (
    type.kind === 'session' &&
    before.filter(({ kind }) => kind === 'session').length === SESSIONS_PER_ENVELOPE_MAX
  )
    throw reject('item_too_large', `at most ${SESSIONS_PER_ENVELOPE_MAX} sessions in one envelope`);
  return type.decode(item);
}

/** What an envelope is about: an error, a security report or a feedback. */
export function isPrimary(record: AcceptedRecord): boolean {
  return record.type === 'event' || record.type === 'feedback';
}

function reasonOf(error: Rejection): DropReason {
  return error.code === 'item_too_large' ? 'item_too_large' : 'invalid_item';
}

/** Attachments belong to an event; when neither the envelope nor an item names one, they have nowhere to go. */
function withoutOrphans({ records, counts }: Contents): Contents {
  const orphans = records.filter(({ type }) => type === 'attachment');
  return {
    records: records.filter(({ type }) => type !== 'attachment'),
    counts: [
      ...counts,
      ...orphans.map(({ payload }) => drop('attachment', 'invalid_item', payload.byteLength)),
    ],
  };
}
