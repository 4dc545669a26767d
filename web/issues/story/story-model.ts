/** A story as the page shows it: lanes, what the filters leave, times after the error. Pure. */
import type { Story, StoryItem, StoryKind, StoryReason } from '#contract/story.ts';
import { filterText } from '#web/log-filters.ts';

export interface StoryChoice {
  why: readonly string[];
  kind: readonly string[];
  service: readonly string[];
}

export const KIND_NAMES: Record<StoryKind, string> = {
  breadcrumb: 'Breadcrumbs',
  span: 'Spans',
  log: 'Logs',
  error: 'Errors',
};
export const REASON_NAMES: Record<StoryReason, string> = {
  event: 'This error',
  trace: 'Same trace',
  request: 'Same request',
  session: 'Same session',
  user: 'Same user',
  process: 'Same host',
  time: 'Same time',
};

/** Words of a list in the address. */
export const readList = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .filter((word) => word !== '')
    .map((word) => word.replaceAll('%2C', ',').replaceAll('%25', '%'));

export const writeList = (words: readonly string[]): string | undefined =>
  words.length === 0
    ? undefined
    : words.map((word) => word.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');

/** With it, or without it when it was chosen already. */
export const toggled = (words: readonly string[], word: string): string[] =>
  words.includes(word) ? words.filter((each) => each !== word) : [...words, word];

/** What names neither service nor host still has a lane one can choose. */
const NO_SERVICE = '-';
export const laneOf = ({ service, host }: Pick<StoryItem, 'service' | 'host'>) =>
  service || host || NO_SERVICE;
export const laneName = (lane: string) => (lane === NO_SERVICE ? 'no service' : lane);

/** What matches; the marked line and the error stay, since all others are read by them. */
export function shownItems({ items, cause, event }: Story, { why, kind, service }: StoryChoice): StoryItem[] {
  const isIn = (words: readonly string[], word: string) => words.length === 0 || words.includes(word);
  return items.filter(
    (item) =>
      item.id === cause.itemId ||
      isTheError(item, event) ||
      (isIn(why, item.why) && isIn(kind, item.kind) && isIn(service, laneOf(item))),
  );
}

/** Requests of one user are minutes apart, and lines of one request milliseconds. */
const PAUSE_NS = 1e9;

/** How long nothing was said before a line, if long enough to be told. */
export function pauseBefore(items: readonly StoryItem[], index: number): number | undefined {
  const [before, item] = [items[index - 1], items[index]];
  const pause = before && item ? item.offsetNs - before.offsetNs : 0;
  return pause >= PAUSE_NS ? pause : undefined;
}

export const isTheError = (item: StoryItem, event: Story['event']) =>
  event !== null && item.kind === 'error' && item.ref.eventId === event.id;

export interface Count<Of extends string = string> {
  value: Of;
  lines: number;
}

/** How many lines have each value, in the order they come first. */
export function countBy<Of extends string>(
  items: readonly StoryItem[],
  of: (item: StoryItem) => Of,
): Count<Of>[] {
  const counts = new Map<Of, number>();
  for (const item of items) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1);
  return [...counts].map(([value, lines]) => ({ value, lines }));
}

/** The same lines in the explorer: what any of the ids of the error ties, in the same time. Null: it has none. */
export function explorerSearch(
  { items, event, window }: Story,
  { service }: StoryChoice,
): { query: string; from: string; to: string } | null {
  const error = items.find((item) => isTheError(item, event));
  if (!error) return null;
  const terms = (
    [
      ['trace', error.traceId],
      ['request', error.requestId],
      ['session', error.sessionId],
      ['user', error.userId],
    ] as const
  ).flatMap(([key, value]) => {
    const filter = value === '' ? null : filterText(key, value);
    return filter === null ? [] : [filter];
  });
  if (terms.length === 0 && error.host !== '') terms.push(filterText('host', error.host) ?? '');
  if (terms.length === 0) return null;
  const ids = terms.length === 1 ? terms[0]! : `(${terms.join(' OR ')})`;
  const [lane] = service;
  const key = items.some((item) => item.service === lane) ? 'service' : 'host';
  const of = service.length === 1 && lane !== NO_SERVICE ? filterText(key, lane!) : null;
  return { query: of ? `${ids} ${of}` : ids, from: window.from, to: window.to };
}
