/**
 * A search as a condition on rows of the events table: what each key means is in event-fields.ts. Values compare
 * exactly; with a wildcard, and as free text, case does not matter. Every value is bound. What needs an answer from
 * elsewhere first (releases by their versions, kinds of events by their stacks) was asked before: event-terms.ts.
 */
import type { BoundValues } from '#server/query/bound-values.ts';
import { likeAnywhere, likeWhole } from '#server/query/like.ts';
import { searchError } from '#server/query/search.ts';
import { hasWildcard, type SearchFilter, type SearchTerm } from '#server/query/search-filter.ts';
import { searchNumber, searchTime } from '#server/query/search-values.ts';
import { type EventField, eventFieldOf } from './event-fields.ts';

/** What was found out for some terms before the search was compiled. */
export interface KnownTerms {
  /** The releases that a term about them means. */
  releases: ReadonlyMap<SearchTerm, readonly string[]>;
  /** As `project:hash`: kinds of events whose stack has the text, or that belong to the issue. */
  kinds: ReadonlyMap<SearchTerm, readonly string[]>;
  /** Milliseconds since 1970. */
  now: number;
}

/** Nothing was asked: for searches without such terms. */
export const nothingKnown = (now: number): KnownTerms => ({ releases: new Map(), kinds: new Map(), now });

type KeyTerm = Exclude<SearchTerm, { is: 'text' }>;
type ValueTerm = Exclude<KeyTerm, { is: 'has' }>;

/** Where free text is looked for, besides the stack. */
const TEXTS = ['title', 'culprit', 'message'];

/** The condition, in parentheses where it needs them. */
export function eventCondition(filter: SearchFilter, bound: BoundValues, known: KnownTerms): string {
  switch (filter.is) {
    case 'all':
      return filter.of.length === 0
        ? '1'
        : `(${filter.of.map((part) => eventCondition(part, bound, known)).join(' AND ')})`;
    case 'any':
      return `(${filter.of.map((part) => eventCondition(part, bound, known)).join(' OR ')})`;
    case 'not':
      return `NOT ${eventCondition(filter.of, bound, known)}`;
    case 'text': {
      const like = bound.bind('String', likeAnywhere(filter.pattern));
      const texts = TEXTS.map((column) => `${column} ILIKE ${like}`);
      const kinds = known.kinds.get(filter) ?? [];
      return `(${[...texts, ...(kinds.length > 0 ? [ofKinds(kinds, bound)] : [])].join(' OR ')})`;
    }
    default:
      return keyCondition(filter, bound, known);
  }
}

function ofKinds(kinds: readonly string[], bound: BoundValues): string {
  const hashes = [...new Set(kinds.map((kind) => kind.slice(kind.indexOf(':') + 1)))];
  // Twice: the key of the table has the hash alone, and two projects may have the same.
  return `(grouping_hash IN ${bound.bind('Array(String)', hashes)}
    AND concat(toString(project_id), ':', grouping_hash) IN ${bound.bind('Array(String)', kinds)})`;
}

function keyCondition(term: KeyTerm, bound: BoundValues, known: KnownTerms): string {
  const kinds = known.kinds.get(term);
  if (kinds) return ofKinds(kinds, bound);
  const releases = known.releases.get(term);
  if (releases) return `release IN ${bound.bind('Array(String)', releases)}`;
  const field = eventFieldOf(term);
  switch (field.is) {
    case 'columns':
      return `(${field.columns.map((column) => textCondition(term, column, bound, field.compares)).join(' OR ')})`;
    case 'tag':
      return tagCondition(term, field.tag, bound);
    case 'payload':
      return textCondition(term, payloadText(field, bound), bound, field.compares);
    case 'header':
      return textCondition(term, headerText(field.name, bound), bound, undefined);
    case 'handled':
      return handledCondition(term, field.positive);
    case 'mainThread':
      return mainThreadCondition(term);
    case 'time':
      if (term.is === 'has') return '1';
      return timeCondition(term, field.column, bound, known.now);
    case 'frames':
      return `arrayExists(name -> ${frameCondition(term, bound)}, ${frameNames(field.part, bound)})`;
    case 'release':
      return "release != ''";
  }
}

function tagCondition(term: KeyTerm, tag: string, bound: BoundValues): string {
  const name = bound.bind('String', tag);
  return term.is === 'has'
    ? `mapContains(tags, ${name})`
    : textCondition(term, `tags[${name}]`, bound, 'number');
}

function textCondition(
  term: KeyTerm,
  text: string,
  bound: BoundValues,
  compares: 'number' | 'version' | undefined,
): string {
  switch (term.is) {
    case 'has':
      return `${text} != ''`;
    case 'equal':
      return hasWildcard(term.value)
        ? `${text} ILIKE ${bound.bind('String', likeWhole(term.value))}`
        : `${text} = ${bound.bind('String', term.value[0]!)}`;
    case 'compare':
      return comparison(term, text, bound, compares);
  }
}

function comparison(
  term: Extract<KeyTerm, { is: 'compare' }>,
  text: string,
  bound: BoundValues,
  compares: 'number' | 'version' | undefined,
): string {
  if (compares === 'version') {
    const numbers = versionNumbers(term);
    return `(${text} != '' AND ${VERSION_OF(text)} ${term.operator} ${bound.bind('Array(UInt64)', numbers)})`;
  }
  if (compares === undefined)
    throw searchError(
      term.column,
      `expected ${term.key}:value; only numbers, times, versions and tags compare`,
    );
  return `ifNull(toFloat64OrNull(${text}) ${term.operator} ${bound.bind('Float64', searchNumber(term.value, term.column))}, 0)`;
}

/** The numbers of a version, which lists compare one after the other: 1.10 is more than 1.9. */
const VERSION_OF = (text: string) =>
  `arrayMap(part -> toUInt64OrZero(part), splitByChar('.', extract(${text}, '[0-9]+(?:[.][0-9]+)*')))`;

export function versionNumbers({ value, column }: { value: string; column: number }): number[] {
  if (!/^v?\d{1,9}(?:\.\d{1,9}){0,5}$/.test(value))
    throw searchError(column, `expected a version such as 1.4 or 17.2.1, not "${value}"`);
  return value.replace(/^v/, '').split('.').map(Number);
}

function payloadText({ path, tag }: Extract<EventField, { is: 'payload' }>, bound: BoundValues): string {
  const steps = path.map((step) => bound.bind('String', step)).join(', ');
  const found = `JSONExtract(payload, ${steps}, 'String')`;
  if (tag === undefined) return found;
  const name = bound.bind('String', tag);
  return `if(mapContains(tags, ${name}), tags[${name}], ${found})`;
}

/** The first of that name; the stored event spells all names of headers alike. */
const headerText = (name: string, bound: BoundValues) =>
  `arrayFirst(header -> header[1] = ${bound.bind('String', name)}, JSONExtract(payload, 'request', 'headers', 'Array(Array(String))'))[2]`;

/** As issues are found by it: whatever the case. */
function frameCondition(term: KeyTerm, bound: BoundValues): string {
  return term.is === 'equal'
    ? `name ILIKE ${bound.bind('String', likeWhole(term.value))}`
    : textCondition(term, 'name', bound, undefined);
}

function frameNames(part: string, bound: BoundValues): string {
  const name = bound.bind('String', part);
  const names = (frames: string) => `arrayMap(frame -> JSONExtractString(frame, ${name}), ${frames})`;
  const ofExceptions = `arrayFlatten(arrayMap(one -> ${names("JSONExtractArrayRaw(one, 'stacktrace', 'frames')")},
    JSONExtractArrayRaw(payload, 'exception', 'values')))`;
  return `arrayConcat(${ofExceptions}, ${names("JSONExtractArrayRaw(payload, 'stacktrace', 'frames')")})`;
}

function timeCondition(
  term: ValueTerm,
  column: 'timestamp' | 'received_at',
  bound: BoundValues,
  now: number,
): string {
  const { from, to } = searchTime(term, now);
  const ends = [
    from === undefined ? [] : `${column} >= fromUnixTimestamp64Milli(${bound.bind('Int64', from)})`,
    to === undefined ? [] : `${column} < fromUnixTimestamp64Milli(${bound.bind('Int64', to)})`,
  ];
  return `(${ends.flat().join(' AND ')})`;
}

/** `true`, `false`, and as Sentry's clients have it 1 and 0. */
export function flagOf(term: Exclude<KeyTerm, { is: 'has' }>): boolean {
  const value = term.is === 'equal' ? term.value.join('*').toLowerCase() : '';
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw searchError(term.column, `expected ${term.key}:true or ${term.key}:false`);
}

function handledCondition(term: KeyTerm, positive: number): string {
  if (term.is === 'has') return 'handled IS NOT NULL';
  // An event that does not say was caught by something: logged, or captured by hand.
  return `ifNull(handled, 1) = ${flagOf(term) ? positive : 1 - positive}`;
}

/** The thread of the exception, or the one that crashed. */
const ON_MAIN_THREAD = `arrayExists(thread -> JSONExtractBool(thread, 'main') AND (JSONExtractBool(thread, 'crashed')
    OR JSONExtract(thread, 'id', 'String') IN arrayFilter(id -> id != '',
      arrayMap(one -> JSONExtract(one, 'thread_id', 'String'), JSONExtractArrayRaw(payload, 'exception', 'values')))),
  JSONExtractArrayRaw(payload, 'threads', 'values'))`;

function mainThreadCondition(term: KeyTerm): string {
  if (term.is === 'has')
    return "arrayExists(thread -> JSONHas(thread, 'main'), JSONExtractArrayRaw(payload, 'threads', 'values'))";
  return `${flagOf(term) ? '' : 'NOT '}${ON_MAIN_THREAD}`;
}
