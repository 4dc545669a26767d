/**
 * Patterns with places to fill: `<ip> - <_> [<time>]`. As a parser they name what stands at each place; as a line
 * filter (`|>`) they are compared with the whole line and only `<_>` may stand in them.
 */
import { queryError } from './logql-error.ts';

/** Texts between the places: one more than there are places. */
export interface LinePattern {
  literals: string[];
  /** Names; '' for `<_>`. */
  places: string[];
}

const PLACE = /<([a-zA-Z_][a-zA-Z0-9_]*)>/g;

function readPattern(text: string): LinePattern {
  const literals: string[] = [];
  const places: string[] = [];
  let at = 0;
  for (const place of text.matchAll(PLACE)) {
    literals.push(text.slice(at, place.index));
    places.push(place[1] === '_' ? '' : place[1]!);
    at = place.index + place[0].length;
  }
  literals.push(text.slice(at));
  if (literals.slice(1, -1).includes(''))
    throw queryError(`parse error : found consecutive capture: invalid expression '${text}'`);
  return { literals, places };
}

export function readParserPattern(text: string): LinePattern {
  const pattern = readPattern(text);
  const names = pattern.places.filter((name) => name !== '');
  if (names.length === 0)
    throw queryError(`parse error : at least one named capture must be supplied in the pattern '${text}'`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice) throw queryError(`parse error : duplicate capture name (${twice}) in the pattern '${text}'`);
  return pattern;
}

/**
 * Names and texts found. The first literal may stand anywhere; a literal that is missing gives the rest of the line
 * to the place before it and ends the search.
 */
export function* capturesOf({ literals, places }: LinePattern, line: string): Generator<[string, string]> {
  const first = line.indexOf(literals[0]!);
  if (first === -1) return;
  let at = first + literals[0]!.length;
  for (const [index, name] of places.entries()) {
    const literal = literals[index + 1]!;
    const end = literal === '' ? line.length : line.indexOf(literal, at);
    if (name !== '') yield [name, end === -1 ? line.slice(at) : line.slice(at, end)];
    if (end === -1) return;
    at = end + literal.length;
  }
}

/** The line filter as RE2: each `<_>` is at least one character, and the pattern is the whole line. */
export function lineFilterRegex(text: string): string {
  const { literals, places } = readPattern(text);
  const named = places.find((name) => name !== '');
  if (named !== undefined)
    throw queryError(`parse error : named captures are not allowed in a line filter: '${text}'`);
  return `(?s:^${literals.map(quoteRegex).join('.+?')}$)`;
}

/** Characters of a regular expression lose their meaning. */
export const quoteRegex = (text: string) => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&');
