/**
 * What the search bar offers while one types: keys first, then values of the key under the caret. Values come
 * from fixed lists and from what is on the page, so suggestions cost no request.
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

/** `keys` in the order people reach for them; `values` holds what the page knows already, by key. */
export function suggest(
  text: string,
  caret: number,
  keys: readonly SearchKey[],
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
