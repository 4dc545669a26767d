/** The test of a channel: a message that says it is one, sent now and past the queue, and the answer as it came. */
import type { ChannelTest } from '#contract/channels.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Notification } from '#server/record/notification.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type ChannelRow, type ChannelStores, kindOf } from './channel-store.ts';
import { type DeliveryDeps, tryMessage } from './notify.ts';
import { cut, wordsOf } from './words.ts';

/** Within a minute, of one channel: a person presses a button. */
const TESTS_PER_MINUTE = 10;
const MINUTE_MS = 60_000;
const TITLE_CHARS_MAX = 300;

export async function tryChannel(
  stores: ChannelStores & Pick<DeliveryDeps, 'way' | 'emailOf'> & { publicUrl(): string },
  viewer: Viewer,
  channel: ChannelRow,
): Promise<ChannelTest> {
  const { metadata, clock } = stores;
  const { db } = metadata;
  const at = clock.now();
  if ((await testsSince(db, channel.id, at - MINUTE_MS)) >= TESTS_PER_MINUTE) throw reject('too_many_tries');
  const notification = sample(viewer, channel, { at, url: stores.publicUrl() });
  const title = cut(wordsOf({ what: 'test', id: '', at, notification }).title, TITLE_CHARS_MAX);
  const { id } = await db
    .insertInto('channel_message')
    .values({
      ...{ channel_id: channel.id, what: 'test', title, notifications: 0, status: 'failed' },
      ...{ created_at: at, next_try_at: at, give_up_at: at, finished_at: at, answer_status: null },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const head = { what: 'test', id: `msg_${id}`, at } as const;
  const { isDelivered, reply } = await tryMessage(stores, channel, { ...head, notification });
  // No incident is left open at the other side.
  if (isDelivered && !kindOf(channel.kind).collapses)
    await tryMessage(stores, channel, {
      ...head,
      notification: { ...notification, state: 'resolved', endedAt: clock.now() },
    });
  const now = clock.now();
  await db
    .updateTable('channel_message')
    .set({
      ...{ status: isDelivered ? 'delivered' : 'failed', attempts: 1, finished_at: now },
      ...{ answer_status: reply.status, answer: reply.text },
    })
    .where('id', '=', id)
    .execute();
  // What waits because the channel was wrong need not wait any longer.
  if (isDelivered)
    await db
      .updateTable('channel')
      .set({ failures: 0, failing_since: null, last_problem: '', last_delivered_at: now, look_at: 0 })
      .where('id', '=', channel.id)
      .execute();
  return { isDelivered, status: reply.status, answer: reply.text, tookMs: now - at };
}

async function testsSince(db: MetadataDb, channelId: number, since: number): Promise<number> {
  const { count } = await db
    .selectFrom('channel_message')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('channel_id', '=', channelId)
    .where('what', '=', 'test')
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

const sample = (
  { name, organization }: Viewer,
  channel: ChannelRow,
  { at, url }: { at: number; url: string },
): Notification => ({
  id: `test:${channel.id}:${at}`,
  organizationId: String(organization.id),
  project: null,
  rule: { id: 'test', name: 'Test of a channel' },
  firingKey: `test:${channel.id}`,
  state: 'firing',
  priority: 'info',
  title: `Tandem reaches “${channel.name}”`,
  reason: `${name} sent this to try the channel. Nothing is wrong.`,
  startedAt: at,
  endedAt: null,
  facts: [],
  cause: null,
  issue: null,
  url: `${url}/settings/notifications/${channel.id}`,
  labels: { test: 'true' },
});
