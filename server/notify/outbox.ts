/**
 * The outbox: a notification is written here in the transaction of what it tells, so that both are true or neither is. Under the
 * same id it is written once for each channel, however often it is enqueued.
 */
import { sql } from 'kysely';
import type { Clock } from '#server/platform/clock.ts';
import type { Notification } from '#server/record/notification.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';

/** Of one alert rule: a person chose them in a form. */
const CHANNELS_MAX = 100;
/** Of one text in it: what no channel shows is not kept. Characters. */
const TEXT_CHARS_MAX = 8_000;
const RULE_CHARS_MAX = 200;
const FACTS_MAX = 50;
const LABELS_MAX = 50;

export type Enqueue = (
  transaction: MetadataTransaction,
  notification: Notification,
  channelIds: readonly string[],
) => Promise<void>;

/** Channels that are gone, paused or another organization's take nothing. */
export function createEnqueue({ clock }: { clock: Clock }): Enqueue {
  return async (transaction, notification, channelIds) => {
    const ids = [...new Set(channelIds)].filter((id) => /^\d{1,15}$/.test(id)).slice(0, CHANNELS_MAX);
    if (ids.length === 0) return;
    const body = JSON.stringify(bounded(notification));
    await transaction
      .insertInto('outbox')
      .columns([
        ...(['channel_id', 'notification_id', 'firing_key', 'state', 'priority', 'rule'] as const),
        ...(['body', 'created_at'] as const),
      ])
      .expression((build) =>
        build
          .selectFrom('channel')
          .select([
            'channel.id',
            sql<string>`cast(${notification.id} as text)`.as('notification_id'),
            sql<string>`cast(${notification.firingKey} as text)`.as('firing_key'),
            sql<Notification['state']>`cast(${notification.state} as text)`.as('state'),
            sql<Notification['priority']>`cast(${notification.priority} as text)`.as('priority'),
            sql<string>`cast(${notification.rule.name.slice(0, RULE_CHARS_MAX)} as text)`.as('rule'),
            sql<string>`cast(${body} as text)`.as('body'),
            sql<number>`cast(${clock.now()} as bigint)`.as('created_at'),
          ])
          .where('channel.id', 'in', ids.map(Number))
          .where('channel.organization_id', '=', Number(notification.organizationId))
          .where('channel.paused', '=', 0),
      )
      .onConflict((conflict) => conflict.columns(['channel_id', 'notification_id']).doNothing())
      .execute();
  };
}

function bounded(notification: Notification): Notification {
  const short = (text: string) => text.slice(0, TEXT_CHARS_MAX);
  const { title, reason, facts, cause, labels } = notification;
  return {
    ...notification,
    title: short(title),
    reason: short(reason),
    facts: facts.slice(0, FACTS_MAX).map(({ name, value }) => ({ name: short(name), value: short(value) })),
    cause: cause && { ...cause, text: short(cause.text), evidence: short(cause.evidence) },
    labels: Object.fromEntries(
      Object.entries(labels)
        .slice(0, LABELS_MAX)
        .map(([name, value]) => [short(name), short(value)]),
    ),
  };
}
