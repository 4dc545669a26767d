/**
 * Every item type of the envelope: our kind for it, its limit, and how it is read. One line per type.
 * Source: https://develop.sentry.dev/sdk/foundations/transport/envelope-items/.
 */
import type { IngestRequest } from '#server/ingest/protocol.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import { decodeAttachment } from './attachment.ts';
import { decodeCheckIn } from './check-in.ts';
import { decodeClientReport } from './client-report.ts';
import { type Contents, drop } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { decodeEvent } from './event.ts';
import { decodeFeedback, decodeUserReport } from './feedback.ts';
import { countItems } from './item-count.ts';
import {
  ATTACHMENT_BYTES_MAX,
  CHECK_IN_BYTES_MAX,
  CLIENT_REPORT_BYTES_MAX,
  EVENT_BYTES_MAX,
  SESSION_BYTES_MAX,
  USER_REPORT_BYTES_MAX,
} from './limits.ts';
import { decodeLogs, decodeOtelLog } from './logs.ts';
import { decodeSecurityItem } from './security.ts';
import { decodeSession, decodeSessions } from './session.ts';
import { decodeSpans } from './spans.ts';
import { decodeTransaction } from './transaction.ts';

export interface ItemType {
  kind: RecordKind;
  bytesMax: number;
  /** What the envelope is about: at most one is taken, and when it is bad the envelope is refused. */
  primary: boolean;
  /** Whether the payload is parsed. */
  isJson: boolean;
  /** How many records the item stands for, as far as its header says. */
  count(item: Item): number;
  /** Throws Rejection when the item cannot be used. */
  decode(item: Item, request: IngestRequest): Contents;
}

const kept = (kind: RecordKind, bytesMax: number, decode: ItemType['decode'], primary = false): ItemType => ({
  kind,
  bytesMax,
  primary,
  isJson: decode !== decodeAttachment,
  count: () => 1,
  decode,
});

/** A container of many records. */
const container = (kind: RecordKind, decode: ItemType['decode']): ItemType => ({
  ...kept(kind, EVENT_BYTES_MAX, decode),
  count: countItems,
});

/** Accepted, so that no SDK is troubled, and counted; the bytes are not read, so their size does not matter. */
const counted = (kind: RecordKind): ItemType => ({
  kind,
  bytesMax: Number.POSITIVE_INFINITY,
  primary: false,
  isJson: false,
  count: countItems,
  decode: (item) => ({
    records: [],
    counts: [
      drop(
        kind,
        kind === 'unknown' ? 'unknown_item' : 'kind_not_stored',
        item.payload.length,
        countItems(item),
      ),
    ],
  }),
});

const UNKNOWN = counted('unknown');

const ITEM_TYPES: ReadonlyMap<unknown, ItemType> = new Map([
  ['event', kept('event', EVENT_BYTES_MAX, (item) => decodeEvent(item.payload), true)],
  ['security', kept('security', EVENT_BYTES_MAX, (item) => decodeEvent(item.payload), true)],
  ['raw_security', kept('security', EVENT_BYTES_MAX, decodeSecurityItem, true)],
  ['nel', kept('security', EVENT_BYTES_MAX, decodeSecurityItem, true)],
  ['feedback', kept('feedback', EVENT_BYTES_MAX, decodeFeedback, true)],
  ['user_report', kept('feedback', USER_REPORT_BYTES_MAX, decodeUserReport)],
  ['attachment', kept('attachment', ATTACHMENT_BYTES_MAX, decodeAttachment)],
  ['session', kept('session', SESSION_BYTES_MAX, decodeSession)],
  ['sessions', kept('session', SESSION_BYTES_MAX, decodeSessions)],
  ['check_in', kept('check_in', CHECK_IN_BYTES_MAX, decodeCheckIn)],
  ['client_report', kept('unknown', CLIENT_REPORT_BYTES_MAX, decodeClientReport)],
  ['transaction', kept('transaction', EVENT_BYTES_MAX, decodeTransaction)],
  ['span', container('span', decodeSpans)],
  ['otel_span', counted('span')],
  ['log', container('log', decodeLogs)],
  ['otel_log', kept('log', EVENT_BYTES_MAX, decodeOtelLog)],
  ['profile', counted('profile')],
  ['profile_chunk', counted('profile')],
  ['profile_chunk_ui', counted('profile')],
  ['replay_event', counted('replay')],
  ['replay_recording', counted('replay')],
  ['replay_video', counted('replay')],
  ['trace_metric', counted('metric')],
  ['statsd', counted('metric')],
  ['metric_buckets', counted('metric')],
]);

/** E8: a type we do not know is a type too. */
export function itemTypeOf(item: Item): ItemType {
  return ITEM_TYPES.get(item.header.type) ?? UNKNOWN;
}
