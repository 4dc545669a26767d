/** What a channel was sent: the log that people read when nothing arrives, and trying again by hand. */
import type { Delivery, DeliveryDetail, DeliveryList } from '#contract/channels.ts';
import type { Notification } from '#server/record/notification.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataStore } from '#server/store/metadata/metadata.ts';
import type { ChannelMessageTable } from '#server/store/metadata/schema.ts';
import type { ChannelRow } from './channel-store.ts';
import { GIVE_UP_MS, mostPressing } from './messages.ts';
import { cut, oneLine } from './words.ts';

/** Of one message: a page. All of them are counted. */
const ENTRIES_MAX = 1_000;
const TEXT_CHARS_MAX = 500;
/** What was said is kept so long, milliseconds: 30 days. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** Deleted in one statement. */
const EXPIRED_AT_ONCE = 1_000;

interface LogRow
  extends Pick<
    ChannelMessageTable,
    | 'what'
    | 'title'
    | 'notifications'
    | 'status'
    | 'answer_status'
    | 'created_at'
    | 'next_try_at'
    | 'finished_at'
  > {
  id: number;
  attempts: number;
  answer: string;
}

const COLUMNS = [
  ...(['id', 'what', 'title', 'notifications', 'status', 'attempts', 'answer_status', 'answer'] as const),
  ...(['created_at', 'next_try_at', 'finished_at'] as const),
] as const;

/** Newest first. */
export async function readDeliveries(
  db: MetadataDb,
  channel: ChannelRow,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<DeliveryList> {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw reject('cursor_invalid');
  const rows = await db
    .selectFrom('channel_message')
    .select(COLUMNS)
    .where('channel_id', '=', channel.id)
    .$if(cursor !== undefined, (query) => query.where('id', '<', Number(cursor)))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  return {
    items: page.map(toDelivery),
    nextCursor: rows.length > limit ? String(page.at(-1)!.id) : null,
  };
}

export async function readDelivery(
  db: MetadataDb,
  channel: ChannelRow,
  deliveryId: string,
): Promise<DeliveryDetail> {
  const row = await findRow(db, channel, deliveryId);
  const rows = await mostPressing(db, row.id, ENTRIES_MAX).execute();
  const entries = rows.map(({ body, created_at }) => {
    const { title, state, priority, rule, reason, url } = JSON.parse(body) as Notification;
    return {
      ...{ title: shown(title), state, priority, rule: shown(rule.name), reason: shown(reason), url },
      at: new Date(created_at).toISOString(),
    };
  });
  const more = row.what === 'test' ? 0 : Math.max(row.notifications - entries.length, 0);
  return { ...toDelivery(row), entries, more };
}

/** At once, and again for as long as a new one: what was delivered is not said twice. */
export async function retryDelivery(
  metadata: MetadataStore,
  channel: ChannelRow,
  { deliveryId, now }: { deliveryId: string; now: number },
): Promise<Delivery> {
  const { db } = metadata;
  const row = await findRow(db, channel, deliveryId);
  if (row.status === 'delivered') throw reject('request_invalid', 'it was delivered');
  if (row.what === 'test') throw reject('request_invalid', 'a test is not tried again: send another');
  await metadata.transaction([], async (transaction) => {
    await transaction
      .updateTable('channel_message')
      .set({ status: 'sending', next_try_at: now, give_up_at: now + GIVE_UP_MS, finished_at: null })
      .where('id', '=', row.id)
      .where('status', '<>', 'delivered')
      .execute();
    await transaction.updateTable('channel').set({ look_at: 0 }).where('id', '=', channel.id).execute();
  });
  return toDelivery(await findRow(db, channel, deliveryId));
}

async function findRow(db: MetadataDb, channel: ChannelRow, deliveryId: string): Promise<LogRow> {
  const row = /^\d{1,15}$/.test(deliveryId)
    ? await db
        .selectFrom('channel_message')
        .select(COLUMNS)
        .where('id', '=', Number(deliveryId))
        .where('channel_id', '=', channel.id)
        .executeTakeFirst()
    : undefined;
  if (!row) throw reject('not_found', 'no such delivery');
  return row;
}

const shown = (text: string) => cut(oneLine(text), TEXT_CHARS_MAX);

const toDelivery = (row: LogRow): Delivery => ({
  id: String(row.id),
  at: new Date(row.created_at).toISOString(),
  what: row.what,
  title: row.title,
  notifications: row.notifications,
  status: row.status,
  attempts: row.attempts,
  answerStatus: row.answer_status,
  answer: row.answer,
  nextTryAt: row.status === 'sending' ? new Date(row.next_try_at).toISOString() : null,
  deliveredAt:
    row.status === 'delivered' && row.finished_at !== null ? new Date(row.finished_at).toISOString() : null,
});

/** Forgets what was said long ago, with the notifications in it. */
export async function expireDeliveries(db: MetadataDb, now: number): Promise<void> {
  for (;;) {
    const { numDeletedRows } = await db
      .deleteFrom('channel_message')
      .where('id', 'in', (of) =>
        of
          .selectFrom('channel_message')
          .select('id')
          .where('finished_at', '<', now - KEPT_MS)
          .limit(EXPIRED_AT_ONCE),
      )
      .executeTakeFirst();
    if (numDeletedRows < BigInt(EXPIRED_AT_ONCE)) return;
  }
}
