/**
 * What the search bar offers while one types: keys first, then values of the key under the caret. Values come
 * from fixed lists and from the issues on the page, so suggestions cost no request.
 */
import { readTerms, termText } from '#web/issues/search-query.ts';

export interface Suggestion {
  /** What is shown. */
  label: string;
  detail: string;
  /** The text that replaces the term. */
  insert: string;
  /** A key waits for its value, so the list stays open. */
  incomplete: boolean;
}

export interface Suggestions {
  from: number;
  to: number;
  items: Suggestion[];
}

export interface SearchKey {
  key: string;
  detail: string;
  values?: readonly string[];
}

/** In the order people reach for them. */
export const SEARCH_KEYS: readonly SearchKey[] = [
  {
    key: 'is',
    detail: 'status',
    values: ['unresolved', 'resolved', 'archived', 'new', 'ongoing', 'regressed', 'unhandled'],
  },
  { key: 'level', detail: 'severity', values: ['fatal', 'error', 'warning', 'info', 'debug'] },
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

/** As many as fit above a phone's keyboard. */
const ITEMS_MAX = 8;

/** `values` holds what the page knows already, by key. */
export function suggest(
  text: string,
  caret: number,
  values: ReadonlyMap<string, readonly string[]>,
): Suggestions {
  const term = readTerms(text).find((each) => each.from <= caret && caret <= each.to);
  const from = term?.from ?? caret;
  const to = term?.to ?? caret;
  const typed = text.slice(from, caret);
  const negation = typed.startsWith('!') ? '!' : '';
  const colon = typed.indexOf(':');

  if (colon < 0) {
    const start = typed.slice(negation.length).toLowerCase();
    if (typed.startsWith('"')) return { from, to, items: [] };
    return { from, to, items: suggestKeys(start, negation) };
  }
  const key = typed.slice(negation.length, colon);
  const start = typed
    .slice(colon + 1)
    .replace(/^"/, '')
    .toLowerCase();
  const known = SEARCH_KEYS.find((each) => each.key === key)?.values ?? values.get(key) ?? [];
  const items = known
    .filter((value) => value.toLowerCase().includes(start) && value.toLowerCase() !== start)
    .toSorted((a, b) => Number(b.toLowerCase().startsWith(start)) - Number(a.toLowerCase().startsWith(start)))
    .slice(0, ITEMS_MAX)
    .map((value) => ({
      label: `${negation}${key}:${value}`,
      detail: '',
      insert: negation + termText(key, value),
      incomplete: false,
    }));
  return { from, to, items };
}

function suggestKeys(start: string, negation: string): Suggestion[] {
  return SEARCH_KEYS.filter((each) => each.key.includes(start))
    .toSorted((a, b) => Number(b.key.startsWith(start)) - Number(a.key.startsWith(start)))
    .slice(0, ITEMS_MAX)
    .map((each) => ({
      label: `${negation}${each.key}:`,
      detail: each.detail,
      insert: `${negation}${each.key}:`,
      incomplete: true,
    }));
}

/** The text after a suggestion was taken, and where the caret then stands. */
export function take(
  text: string,
  { from, to }: Suggestions,
  item: Suggestion,
): { text: string; caret: number } {
  const before = text.slice(0, from) + item.insert + (item.incomplete ? '' : ' ');
  return {
    text: before + (item.incomplete ? text.slice(to) : text.slice(to).trimStart()),
    caret: before.length,
  };
}
