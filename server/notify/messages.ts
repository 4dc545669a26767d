/**
 * Messages: made of what waits for a channel, once and for ever, and read again at every try. What is in a message is decided in the
 * transaction that takes it out of the waiting.
 */
import { sql } from 'kysely';
import type { Notification } from '#server/record/notification.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { ChannelMessageTable } from '#server/store/metadata/schema.ts';
import type { Collection, Message } from './channel.ts';
import { cut, ENTRIES_LISTED, RULES_LISTED, wordsOf } from './words.ts';

/** A day: what could not be told by then is no news, and the page of alerts shows it. Milliseconds. */
export const GIVE_UP_MS = 24 * 3_600_000;
const TITLE_CHARS_MAX = 300;

export interface MessageRow {
  id: number;
  channel_id: number;
  what: ChannelMessageTable['what'];
  notifications: number;
  attempts: number;
  created_at: number;
  next_try_at: number;
  give_up_at: number;
}

export const MESSAGE_COLUMNS = [
  ...(['id', 'channel_id', 'what', 'notifications', 'attempts', 'created_at'] as const),
  ...(['next_try_at', 'give_up_at'] as const),
] as const;

interface Take {
  channelId: number;
  as: 'notification' | 'summary' | 'digest';
  /** Firings of which an earlier message is still under way: theirs wait. */
  notOf: readonly string[];
  now: number;
  urlOf(messageId: number): string;
}

/** Takes one, or all that wait, into a new message; null: nothing waits any more. */
export async function takeWaiting(
  transaction: MetadataTransaction,
  { channelId, as, notOf, now, urlOf }: Take,
): Promise<MessageRow | null> {
  const waiting = transaction
    .selectFrom('outbox')
    .select('id')
    .where('channel_id', '=', channelId)
    .where('message_id', 'is', null)
    .$if(notOf.length > 0, (query) => query.where('firing_key', 'not in', notOf))
    .orderBy('id');
  const first = await waiting.select('body').limit(1).executeTakeFirst();
  if (!first) return null;
  const row = await transaction
    .insertInto('channel_message')
    .values({
      ...{ channel_id: channelId, what: as, title: '', notifications: 1, status: 'sending' },
      ...{ created_at: now, next_try_at: now, give_up_at: now + GIVE_UP_MS },
      ...{ finished_at: null, answer_status: null },
    })
    .returning(MESSAGE_COLUMNS)
    .executeTakeFirstOrThrow();
  const taken = await transaction
    .updateTable('outbox')
    .set({ message_id: row.id })
    .where('id', 'in', as === 'notification' ? [first.id] : waiting)
    .executeTakeFirst();
  const notifications = Number(taken.numUpdatedRows);
  const message = await readMessage(transaction, { ...row, notifications }, urlOf);
  const title = cut(message ? wordsOf(message).title : '', TITLE_CHARS_MAX);
  await transaction
    .updateTable('channel_message')
    .set({ title, notifications })
    .where('id', '=', row.id)
    .execute();
  return { ...row, notifications };
}

/** The message as it was made; null: what was in it is gone. */
export async function readMessage(
  db: MetadataDb | MetadataTransaction,
  row: MessageRow,
  urlOf: (messageId: number) => string,
): Promise<Message | null> {
  const head = { id: `msg_${row.id}`, at: row.created_at };
  const rows = await mostPressing(db, row.id, row.what === 'notification' ? 1 : ENTRIES_LISTED).execute();
  const notifications = rows.map(({ body }) => JSON.parse(body) as Notification);
  const [first] = notifications;
  if (!first || row.what === 'test') return null;
  if (row.what === 'notification') return { ...head, what: row.what, notification: first };
  const counted = await countCollection(db, row.id);
  return {
    ...head,
    what: row.what,
    collection: { ...counted, entries: notifications, url: urlOf(row.id) },
  };
}

/** Every one of them is counted, by the database. */
async function countCollection(
  db: MetadataDb | MetadataTransaction,
  messageId: number,
): Promise<Omit<Collection, 'entries' | 'url'>> {
  const rows = await db
    .selectFrom('outbox')
    .select((of) => [
      'rule',
      'state',
      of.fn.countAll<number>().as('count'),
      of.fn.min<number>('created_at').as('from'),
      of.fn.max<number>('created_at').as('until'),
    ])
    .where('message_id', '=', messageId)
    .groupBy(['rule', 'state'])
    .execute();
  const rules = new Map<string, number>();
  for (const { rule, count } of rows) rules.set(rule, (rules.get(rule) ?? 0) + Number(count));
  const sorted = [...rules]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name, 'en'));
  const sum = (of: typeof rows) => of.reduce((total, { count }) => total + Number(count), 0);
  const listed = sorted.slice(0, RULES_LISTED);
  return {
    total: sum(rows),
    firing: sum(rows.filter(({ state }) => state === 'firing')),
    resolved: sum(rows.filter(({ state }) => state === 'resolved')),
    from: Math.min(...rows.map(({ from }) => Number(from))),
    until: Math.max(...rows.map(({ until }) => Number(until))),
    rules: listed,
    moreRules: sum(rows) - listed.reduce((total, { count }) => total + count, 0),
  };
}

/** Of a message: what fires before what is over, the critical before the rest, then in the order in which they came. */
export const mostPressing = (db: MetadataDb | MetadataTransaction, messageId: number, limit: number) =>
  db
    .selectFrom('outbox')
    .select(['body', 'created_at'])
    .where('message_id', '=', messageId)
    .orderBy(sql`case state when 'firing' then 0 else 1 end`)
    .orderBy(sql`case priority when 'critical' then 0 when 'warning' then 1 else 2 end`)
    .orderBy('id')
    .limit(limit);
