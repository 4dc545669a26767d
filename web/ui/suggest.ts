/**
 * What the search bar offers while one types: searches of late where nothing stands yet, keys, then values of the key
 * under the caret. Values come from fixed lists, from what is on the page and from whatever the page asks for besides.
 */
import { readTerms, termText } from './search-terms.ts';

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

/** As many as fit above a phone's keyboard. */
const ITEMS_MAX = 8;

/** Searches of late that are offered: what one does again is the search before, or the one before that. */
const RECENT_MAX = 4;

/** The key and the start of its value under the caret; the key is empty while one is typed. */
export function typedTerm(text: string, caret: number): { key: string; text: string } {
  const term = readTerms(text).find((each) => each.from <= caret && caret <= each.to);
  const typed = term ? text.slice(term.from, caret).replace(/^!+/, '') : '';
  const colon = typed.indexOf(':');
  return colon < 0
    ? { key: '', text: typed }
    : { key: typed.slice(0, colon), text: typed.slice(colon + 1).replace(/^"/, '') };
}

/** `keys` in the order people reach for them; `values` holds what the page knows already, by key. */
export function suggest(
  text: string,
  caret: number,
  keys: readonly SearchKey[],
  values: ReadonlyMap<string, readonly string[]>,
  recent: readonly string[] = [],
): Suggestions {
  const term = readTerms(text).find((each) => each.from <= caret && caret <= each.to);
  const from = term?.from ?? caret;
  const to = term?.to ?? caret;
  const typed = text.slice(from, caret);
  const negation = typed.startsWith('!') ? '!' : '';
  const colon = typed.indexOf(':');

  if (text.trim() === '') {
    const again = recent.slice(0, RECENT_MAX).map((search) => ({
      label: search,
      detail: 'recent',
      insert: search,
      incomplete: false,
    }));
    return { from: 0, to: text.length, items: [...again, ...suggestKeys(keys, '', '')].slice(0, ITEMS_MAX) };
  }
  if (colon < 0) {
    const start = typed.slice(negation.length).toLowerCase();
    if (typed.startsWith('"')) return { from, to, items: [] };
    return { from, to, items: suggestKeys(keys, start, negation) };
  }
  const key = typed.slice(negation.length, colon);
  const start = typed
    .slice(colon + 1)
    .replace(/^"/, '')
    .toLowerCase();
  const known = keys.find((each) => each.key === key)?.values ?? values.get(key) ?? [];
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

function suggestKeys(keys: readonly SearchKey[], start: string, negation: string): Suggestion[] {
  return keys
    .filter((each) => each.key.includes(start))
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
