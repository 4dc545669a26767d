/**
 * The items of an envelope, each to what its type says (`item-types.ts`). One bad item never harms the rest:
 * it is counted as dropped. Refused as a whole is only an envelope whose event is bad, or in which nothing
 * can be used: then the sender should hear why.
 */
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { Rejection } from '#server/platform/rejection.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import type { DropReason } from '#server/record/outcome.ts';
import { reject } from '#server/record/rejections.ts';
import { type Contents, drop } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { eventRecord } from './event.ts';
import { type ItemType, itemTypeOf } from './item-types.ts';
import { readJsonObject } from './json.ts';
import { JSON_PER_ENVELOPE_BYTES_MAX, SESSIONS_PER_ENVELOPE_MAX } from './limits.ts';
import { readMinidump } from './minidump-reader.ts';
import { type CrashSource, crashEvent, minidumpTime } from './native-crash.ts';

/** `hasEventId`: the envelope header names an event, so that attachments may come without it. */
export function decodeItems(items: readonly Item[], hasEventId: boolean, request: IngestRequest): Contents {
  const all: Contents = { records: [], counts: [] };
  let firstRefusal: Rejection | undefined;
  let used = 0;
  let jsonBytes = 0;
  for (const item of items) {
    const type = itemTypeOf(item);
    if (type.isJson && item.payload.length <= type.bytesMax) jsonBytes += item.payload.length;
    try {
      if (type.isJson && jsonBytes > JSON_PER_ENVELOPE_BYTES_MAX)
        throw reject(
          'item_too_large',
          `at most ${JSON_PER_ENVELOPE_BYTES_MAX} bytes of JSON in one envelope`,
        );
      const one = decodeItem(item, type, all.records, request);
      all.records.push(...one.records);
      all.counts.push(...one.counts);
      all.eventId ??= one.eventId;
      used++;
    } catch (error) {
      if (!(error instanceof Rejection) || (type.primary && !all.records.some(isPrimary))) throw error;
      firstRefusal ??= error;
      all.counts.push(drop(type.kind, reasonOf(error), item.payload.length, type.count(item)));
    }
  }
  if (used === 0 && firstRefusal) throw firstRefusal;
  const whole = withNativeCrash(all);
  return hasEventId || whole.records.some(isPrimary) ? whole : withoutOrphans(whole);
}

function decodeItem(
  item: Item,
  type: ItemType,
  before: readonly AcceptedRecord[],
  request: IngestRequest,
): Contents {
  if (item.payload.length > type.bytesMax)
    throw reject('item_too_large', `${item.header.type}, at most ${type.bytesMax} bytes`);
  if (type.primary && before.some(isPrimary)) throw reject('envelope_invalid', 'more than one event');
  if (
    type.kind === 'session' &&
    before.filter(({ kind }) => kind === 'session').length === SESSIONS_PER_ENVELOPE_MAX
  )
    throw reject('item_too_large', `at most ${SESSIONS_PER_ENVELOPE_MAX} sessions in one envelope`);
  return type.decode(item, request);
}

/** What an envelope is about: an error, a security report or a feedback. */
export function isPrimary(record: AcceptedRecord): boolean {
  return record.type === 'event' || record.type === 'feedback';
}

function reasonOf(error: Rejection): DropReason {
  return error.code === 'item_too_large' ? 'item_too_large' : 'invalid_item';
}

/** A native crash is in the attached dump; its event, if there is one, does not say so itself. */
function withNativeCrash(contents: Contents): Contents {
  const dump = contents.records.find(({ meta }) => CRASH_OF_ATTACHMENT.has(meta.attachmentType));
  if (dump === undefined || contents.records.some(({ type }) => type === 'feedback')) return contents;
  const event = contents.records.find(({ type }) => type === 'event');
  const bytes = Buffer.from(dump.payload.buffer, dump.payload.byteOffset, dump.payload.byteLength);
  const sent = event === undefined ? {} : readJsonObject(event.payload as Buffer).value;
  const source = CRASH_OF_ATTACHMENT.get(dump.meta.attachmentType)!;
  const crash = crashEvent(source, sent, minidumpTime(bytes), readMinidump(bytes));
  return { ...contents, records: [eventRecord(crash), ...contents.records.filter((one) => one !== event)] };
}

const CRASH_OF_ATTACHMENT: ReadonlyMap<unknown, CrashSource> = new Map([
  ['event.minidump', 'minidump'],
  ['event.applecrashreport', 'applecrashreport'],
]);

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
