/** What main hands to alerts: how people are told, and what is known of the cause. Alerts know no channel. */
import type { Notification } from '#server/record/notification.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';

/** Writes down, in the transaction of the change it tells of, that these channels are to be told. Delivers nothing. */
export type Enqueue = (
  transaction: MetadataTransaction,
  notification: Notification,
  channelIds: readonly string[],
) => Promise<void>;

/** The line that was marked as the likely cause of an event; null when there is none. */
export type FindCause = (issueId: string, eventId: string) => Promise<Notification['cause']>;
