/** What the search of issues understands, for the suggestions. */
import type { SearchKey } from '#web/ui/suggest.ts';

/** In the order people reach for them. */
export const SEARCH_KEYS: readonly SearchKey[] = [
  {
    key: 'is',
    detail: 'status',
    values: [
      ...['unresolved', 'resolved', 'archived', 'new', 'ongoing', 'regressed', 'escalating'],
      ...['unhandled', 'expected', 'assigned', 'unassigned'],
    ],
  },
  { key: 'level', detail: 'severity', values: ['fatal', 'error', 'warning', 'info', 'debug'] },
  { key: 'priority', detail: 'how much it matters', values: ['high', 'medium', 'low'] },
  { key: 'assigned', detail: 'whose it is: a name, e-mail or #team', values: ['me', 'my_teams', 'none'] },
  { key: 'bookmarks', detail: 'whose bookmark', values: ['me'] },
  { key: 'subscribed', detail: 'who follows', values: ['me'] },
  {
    key: 'assigned_or_suggested',
    detail: 'or could be, by a rule',
    values: ['me', 'my_teams', 'none'],
  },
  { key: 'release', detail: 'version of the program' },
  { key: 'environment', detail: 'production, staging, …' },
  { key: 'error.type', detail: 'class of the exception' },
  { key: 'message', detail: 'text of the exception or message' },
  { key: 'user.id', detail: 'affected user' },
  { key: 'user.email', detail: 'affected user' },
  { key: 'url', detail: 'address of the request' },
  { key: 'transaction', detail: 'route or task' },
  { key: 'platform', detail: 'language of the sender' },
  { key: 'age', detail: 'first seen, as in age:-24h' },
  { key: 'lastSeen', detail: 'as in lastSeen:+7d, longer ago' },
  { key: 'timesSeen', detail: 'number of events, as in timesSeen:>100' },
  { key: 'users', detail: 'number of users, as in users:>10' },
  { key: 'logger', detail: 'name of the logger' },
  { key: 'culprit', detail: 'where it was thrown' },
  { key: 'server_name', detail: 'host' },
  { key: 'trace', detail: 'trace id' },
  { key: 'has', detail: 'the key is there, as in has:user' },
];
