/** What incident tools share: one incident for each firing, known by its key, and texts that fit. */
import { createHash } from 'node:crypto';
import type { Notification } from '#server/record/notification.ts';
import type { Message } from './channel.ts';
import { cut, oneLine, type Words, wordsOf } from './words.ts';

/** Of a label, a rule, a project. */
const NAME_CHARS_MAX = 1_000;

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
    notification: plainOf(notification),
  };
}

/** What incident tools take beside the words are names, which come from senders as well. */
function plainOf(notification: Notification): Notification {
  const { labels, rule, project } = notification;
  return {
    ...notification,
    labels: Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [short(name), short(value)] as const),
    ),
    rule: { ...rule, name: short(rule.name) },
    project: project && { ...project, name: short(project.name) },
  };
}

const short = (name: string) => cut(oneLine(name), NAME_CHARS_MAX);

/** A key that is too long keeps its beginning, for people, and gets a hash, so that no two become one. */
export function keyWithin(key: string, charsMax: number): string {
  if (key.length <= charsMax) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `${key.slice(0, charsMax - hash.length - 1)}-${hash}`;
}
