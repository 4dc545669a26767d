/** Filters as the pages of logs put them into the search, and take them out again. */
import { isGrouping, readTerms, termText } from '#web/ui/search-terms.ts';

/** Longer values fit into no search. */
const VALUE_CHARS_MAX = 400;
const PLAIN_KEY = /^[\p{L}_@][\p{L}\p{N}_.\-@/$]*$/u;

/** `key:value` for any key and value a sender may choose; null when no search can say it. */
export function filterText(key: string, value: string): string | null {
  if (value.length > VALUE_CHARS_MAX || key === '' || key.length > VALUE_CHARS_MAX) return null;
  const name = PLAIN_KEY.test(key) && key !== 'has' ? key : `"${key.replaceAll(/["\\*]/g, String.raw`\$&`)}"`;
  return termText(name, value);
}

/** Terms with nothing between them are one: a quoted key and its value. */
function chunksOf(query: string): { from: number; to: number; text: string }[] {
  const chunks: { from: number; to: number; text: string }[] = [];
  for (const { from, to } of readTerms(query)) {
    const last = chunks.at(-1);
    const start = last?.to === from ? chunks.pop()!.from : from;
    chunks.push({ from: start, to, text: query.slice(start, to) });
  }
  return chunks;
}

/** With OR or parentheses in it, no term of a search speaks for the whole. */
const isGrouped = (query: string) => readTerms(query).some(isGrouping);

/** Whether the search as a whole demands it. */
export const hasFilter = (query: string, filter: string) =>
  !isGrouped(query) && chunksOf(query).some(({ text }) => text === filter);

/** A negation is written with `!` in front, here too. The opposite of a filter makes room for it. */
export function withFilter(query: string, filter: string): string {
  if (hasFilter(query, filter)) return query;
  const opposite = filter.startsWith('!') ? filter.slice(1) : `!${filter}`;
  const rest = withoutFilter(query, opposite);
  if (rest === '') return filter;
  const isChoice = readTerms(rest).some((term) => !term.quoted && term.key === '' && term.value === 'OR');
  return `${isChoice ? `(${rest})` : rest} ${filter}`;
}

export function withoutFilter(query: string, filter: string): string {
  if (isGrouped(query)) return query.trim();
  const kept = chunksOf(query).filter(({ text }) => text !== filter);
  return kept.map(({ text }) => text).join(' ');
}
