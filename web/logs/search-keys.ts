/** What the search of logs understands, for the suggestions: the usual keys first, then those on the page. */

import { LEVELS } from '#web/log-levels.ts';
import type { SearchKey } from '#web/ui/suggest.ts';

const USUAL: readonly SearchKey[] = [
  { key: 'level', detail: 'severity', values: LEVELS },
  { key: 'service', detail: 'what wrote it' },
  { key: 'host', detail: 'where it ran' },
  { key: 'environment', detail: 'production, staging, …' },
  { key: 'release', detail: 'version of the program' },
  { key: 'logger', detail: 'name of the logger' },
  { key: 'trace', detail: 'trace id' },
  { key: 'request', detail: 'request id' },
  { key: 'user', detail: 'user id' },
  { key: 'session', detail: 'session id' },
  { key: 'event', detail: 'name of the event' },
  { key: 'source', detail: 'protocol it came by' },
  { key: 'has', detail: 'the key is there, as in has:user' },
];

export function searchKeys(known: ReadonlyMap<string, readonly string[]>): readonly SearchKey[] {
  const usual = new Set(USUAL.map(({ key }) => key));
  // What the search cannot write without quotes is offered as a facet and a column, not while one types.
  const own = [...known.keys()].filter((key) => !usual.has(key) && /^[a-z_][\w.\-/]*$/i.test(key));
  return [...USUAL, ...own.map((key) => ({ key, detail: 'attribute' }))];
}
