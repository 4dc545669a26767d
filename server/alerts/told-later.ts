/**
 * A firing that is told some time after it began: again, late because it was held back, or because it is over. What was
 * counted then is not so now: its reason says when that was, and the numbers of an issue are read again.
 */
import type { Selectable } from 'kysely';
import type { Notification } from '#server/record/notification.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { AlertFiringTable } from '#server/store/metadata/schema.ts';
import { COUNTED_FACTS } from './issue-notification.ts';
import { figure, roundedMinutes, spell } from './measured.ts';

/** What is read of a firing to tell it. */
export const FIRING_TOLD = ['id', 'issue_id', 'notification', 'times_told', 'started_at'] as const;
export type FiringTold = Pick<Selectable<AlertFiringTable>, (typeof FIRING_TOLD)[number]>;

/** With the numbers of now. */
export async function toldLater(
  transaction: MetadataTransaction,
  firing: Pick<FiringTold, 'issue_id' | 'notification'>,
): Promise<Notification> {
  const notification = JSON.parse(firing.notification) as Notification;
  if (firing.issue_id === null) return notification;
  const issue = await transaction
    .selectFrom('issue')
    .select(['user_count as users', 'event_count as events'])
    .where('id', '=', firing.issue_id)
    .executeTakeFirst();
  const now = new Map<string, string | null>([
    [COUNTED_FACTS.users, issue ? `${figure(issue.users)} in all` : null],
    [COUNTED_FACTS.events, issue ? `${figure(issue.events)} in all` : null],
  ]);
  return {
    ...notification,
    facts: notification.facts.map(({ name, value }) => ({
      name,
      // An issue that is gone has no numbers any more.
      value: now.has(name) ? (now.get(name) ?? `${value} when it fired`) : value,
    })),
  };
}

/** It goes on. */
export async function stillSo(
  transaction: MetadataTransaction,
  firing: Pick<FiringTold, 'issue_id' | 'notification' | 'started_at'>,
  now: number,
): Promise<Notification> {
  const notification = await toldLater(transaction, firing);
  const minutes = roundedMinutes(now - firing.started_at);
  if (minutes === 0) return notification;
  const ago = minutes === 1 ? '1 minute' : spell(minutes).replace(/^(hour|day)$/, '1 $1');
  return { ...notification, reason: `It has gone on for ${ago}. When it fired: ${notification.reason}` };
}
