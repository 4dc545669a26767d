/**
 * What a person wants to hear of issues that they follow: a channel of their own, by e-mail to the address they sign in with, whatever
 * that is when the mail goes out. Who has said nothing hears of everything at once.
 */
import { PERSONAL_EVENTS, type PersonalEvent, type PersonalNotifications } from '#contract/channels.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { checkedTiming } from './channel-store.ts';

export interface PersonalChannel {
  id: number;
  userId: string;
  events: readonly PersonalEvent[];
}

const DEFAULTS: PersonalNotifications = {
  events: [...PERSONAL_EVENTS],
  timing: { digest: 'immediately', at: '09:00', timeZone: 'UTC' },
};

export async function readPersonal(
  db: MetadataDb,
  organizationId: number,
  userId: string,
): Promise<PersonalNotifications> {
  const row = await db
    .selectFrom('channel')
    .select(['settings', 'timing'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (!row) return DEFAULTS;
  const { digest, at, timeZone } = checkedTiming(JSON.parse(row.timing));
  return { events: eventsOf(row.settings), timing: { digest, at, timeZone } };
}

export async function writePersonal(
  { db, clock }: { db: MetadataDb; clock: Clock },
  { organizationId, userId }: { organizationId: number; userId: string },
  { events, timing }: PersonalNotifications,
): Promise<void> {
  const values = {
    settings: JSON.stringify({ events }),
    timing: JSON.stringify(checkedTiming(timing)),
    look_at: 0,
  };
  await db
    .insertInto('channel')
    .values({ ...personalRow(organizationId, userId, clock.now()), ...values })
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'user_id', 'kind'])
        .where('user_id', 'is not', null)
        .doUpdateSet(values),
    )
    .execute();
}

/** Their channels, made for those who have none. */
export async function personalChannels(
  transaction: MetadataTransaction,
  { organizationId, now }: { organizationId: number; now: number },
  userIds: readonly string[],
): Promise<PersonalChannel[]> {
  if (userIds.length === 0) return [];
  await transaction
    .insertInto('channel')
    .values(userIds.map((userId) => personalRow(organizationId, userId, now)))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const rows = await transaction
    .selectFrom('channel')
    .select(['id', 'user_id', 'settings'])
    .where('organization_id', '=', organizationId)
    .where('user_id', 'in', userIds)
    .execute();
  return rows.map(({ id, user_id, settings }) => ({ id, userId: user_id!, events: eventsOf(settings) }));
}

const personalRow = (organization_id: number, user_id: string, created_at: number) => ({
  ...{ organization_id, user_id, kind: 'email', name: '', created_at },
  settings: JSON.stringify({ events: DEFAULTS.events }),
  timing: JSON.stringify(checkedTiming(DEFAULTS.timing)),
  ...{ failing_since: null, last_delivered_at: null },
});

const eventsOf = (settings: string): PersonalEvent[] => {
  const { events } = JSON.parse(settings) as { events: PersonalEvent[] };
  return PERSONAL_EVENTS.filter((each) => events.includes(each));
};
