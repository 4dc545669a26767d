/**
 * What a search says, as a tree that knows neither text nor tables: search.ts parses into it, print-search.ts
 * writes it out again, each noun compiles the part that makes sense for it. Trees are canonical: no list of one,
 * no list directly inside a list of the same kind, no double negation.
 */

/**
 * A text with wildcards, as its literal pieces: anything may stand between two of them. `["pay", "Error"]` is
 * `pay*Error`; a single piece is the text itself; only the first and the last piece may be empty.
 */
export type Pattern = readonly string[];

export type Comparison = '>' | '>=' | '<' | '<=';

/** A leaf: one thing that is asked. `column` is where it stands in the search, from 1, for errors about it. */
export type SearchTerm =
  /** Words to be found anywhere in the noun's texts. */
  | { is: 'text'; pattern: Pattern; column: number }
  | { is: 'has'; key: string; column: number }
  | { is: 'equal'; key: string; value: Pattern; column: number }
  | { is: 'compare'; key: string; operator: Comparison; value: string; column: number };

export type SearchFilter =
  | SearchTerm
  | { is: 'not'; of: SearchFilter }
  /** Empty: everything. */
  | { is: 'all'; of: readonly SearchFilter[] }
  | { is: 'any'; of: readonly SearchFilter[] };

export const hasWildcard = (pattern: Pattern) => pattern.length > 1;

export function negate(filter: SearchFilter): SearchFilter {
  return filter.is === 'not' ? filter.of : { is: 'not', of: filter };
}

export function combine(is: 'all' | 'any', parts: readonly SearchFilter[]): SearchFilter {
  const of = parts.flatMap((part) => (part.is === is ? part.of : [part]));
  return of.length === 1 ? of[0]! : { is, of };
}

/** Every leaf, from left to right. */
export function* searchTerms(filter: SearchFilter): Generator<SearchTerm> {
  if (filter.is === 'not') yield* searchTerms(filter.of);
  else if (filter.is === 'all' || filter.is === 'any') for (const part of filter.of) yield* searchTerms(part);
  else yield filter;
}
