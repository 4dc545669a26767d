/** Patterns of a search as LIKE spells them, with backslash as the escape: the same in all three SQL dialects. */
import type { Pattern } from './search-filter.ts';

/** Matches the whole text. */
export const likeWhole = (pattern: Pattern) =>
  pattern.map((piece) => piece.replaceAll(/[\\%_]/g, '\\$&')).join('%');

/** Matches anywhere in the text. */
export const likeAnywhere = (pattern: Pattern) => `%${likeWhole(pattern)}%`;
