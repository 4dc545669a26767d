/** A filter tree as the search bar would write it: parsing the text again gives the same tree. */
import type { Pattern, SearchFilter } from './search-filter.ts';

export function printSearch(filter: SearchFilter): string {
  switch (filter.is) {
    case 'all':
      return filter.of
        .map((part) => (part.is === 'any' ? `(${printSearch(part)})` : printSearch(part)))
        .join(' ');
    case 'any':
      return filter.of.map(printSearch).join(' OR ');
    case 'not':
      return filter.of.is === 'all' || filter.of.is === 'any'
        ? `!(${printSearch(filter.of)})`
        : `!${printSearch(filter.of)}`;
    case 'text':
      return printPattern(filter.pattern);
    case 'has':
      return `has:${printPattern([filter.key])}`;
    case 'equal':
      return `${printKey(filter.key)}:${printPattern(filter.value)}`;
    case 'compare':
      return `${printKey(filter.key)}:${filter.operator}${printPattern([filter.value])}`;
  }
}

const SAFE_KEY = /^(?:tags\[[^\]"\s]+\]|[\p{L}_@][\p{L}\p{N}_.\-@/$]*)$/u;
// Without "=", which after ">" would be read as part of the comparison.
const SAFE_TEXT = /^[\p{L}\p{N}_.@/$%+#;~^-]+$/u;

const printKey = (key: string) => (SAFE_KEY.test(key) && key !== 'has' ? key : quoted([key]));

function printPattern(pattern: Pattern): string {
  const isSafe = pattern.every((piece) => piece === '' || SAFE_TEXT.test(piece));
  const bare = pattern.join('*');
  // After a key, two slashes would make an address of it: `host://` is a word.
  const isOther = bare === '' || bare === 'OR' || bare === 'AND' || bare.startsWith('//');
  return isSafe && !isOther ? bare : quoted(pattern);
}

const quoted = (pattern: Pattern) =>
  `"${pattern.map((piece) => piece.replaceAll(/["\\*]/g, '\\$&')).join('*')}"`;
