/**
 * White space and lines as grouping v1 has always counted them: the hash depends on Python's idea of both,
 * which knows more separators than JavaScript's.
 */

/** For a character class. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** For a character class. */
const LINE_BREAK = '\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029';

const LINE_BREAKS = new RegExp(`\\r\\n|[${LINE_BREAK}]`);
const SPACES = new RegExp(`[${SPACE}]+`, 'g');
const NOT_SPACE = new RegExp(`[^${SPACE}]`);
const SPACE_AT_ENDS = new RegExp(`^[${SPACE}]+`);

export function splitLines(text: string): string[] {
  const lines = text.split(LINE_BREAKS);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function isOneLine(text: string): boolean {
  return !LINE_BREAKS.test(text);
}

export function hasText(text: string): boolean {
  return NOT_SPACE.test(text);
}

export function strip(text: string): string {
  let end = text.length;
  while (end > 0 && !NOT_SPACE.test(text[end - 1]!)) end--;
  return text.slice(0, end).replace(SPACE_AT_ENDS, '');
}

/** One space between words, none at the ends. */
export function collapseSpace(text: string): string {
  return strip(text).replace(SPACES, ' ');
}

/** Whether a text has more than so many characters, counting surrogate pairs once. */
export function isLongerThan(text: string, chars: number): boolean {
  if (text.length <= chars) return false;
  if (text.length > chars * 2) return true;
  let count = 0;
  for (const _ of text) count++;
  return count > chars;
}

/** Cut to so many characters, the last three of them dots. */
export function truncate(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const kept = text.slice(0, chars - 3);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}...`;
}
