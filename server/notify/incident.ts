/** What incident tools share: one incident for each firing, known by its key, and texts that fit. */
import { createHash } from 'node:crypto';
import type { Notification } from '#server/record/notification.ts';
import type { Message } from './channel.ts';
import { type Words, wordsOf } from './words.ts';

export interface Incident {
  key: string;
  isOver: boolean;
  words: Words;
  notification: Notification;
}

/** Their channels never collapse, so a message is one notification. */
export function incidentOf(message: Message): Incident {
  if ('collection' in message) throw new Error(`an incident cannot be a ${message.what}`);
  const { notification } = message;
  return {
    key: notification.firingKey,
    isOver: notification.state === 'resolved',
    words: wordsOf(message),
    notification,
  };
}

/** A key that is too long keeps its beginning, for people, and gets a hash, so that no two become one. */
export function keyWithin(key: string, charsMax: number): string {
  if (key.length <= charsMax) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${key.slice(0, charsMax - hash.length - 1)}-${hash}`;
}
