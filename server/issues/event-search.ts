/**
 * A search as a condition on rows of the events table. Keys that the table has a column for mean the column, in
 * the spellings of Sentry and of OpenTelemetry; every other key is a tag. Values compare exactly; with a wildcard,
 * and as free text, case does not matter. Every value is bound.
 */
import type { BoundValues } from '#server/query/bound-values.ts';
import { likeAnywhere, likeWhole } from '#server/query/like.ts';
import { searchError } from '#server/query/search.ts';
import { hasWildcard, type SearchFilter, type SearchTerm } from '#server/query/search-filter.ts';
import { searchNumber, searchTime } from '#server/query/search-values.ts';

/** Lower case, without underscores. More than one column: any of them. */
const COLUMNS = new Map(
  Object.entries({
    release: ['release'],
    dist: ['dist'],
    environment: ['environment'],
    transaction: ['transaction'],
    service: ['service'],
    'service.name': ['service'],
    host: ['host'],
    'host.name': ['host'],
    servername: ['host'],
    logger: ['logger'],
    level: ['level'],
    platform: ['platform'],
    'platform.name': ['platform'],
    'sdk.name': ['sdk_name'],
    'sdk.version': ['sdk_version'],
    user: ['user_key', 'user_id', 'user_email', 'user_username', 'user_ip'],
    'user.id': ['user_id'],
    'user.email': ['user_email'],
    'user.username': ['user_username'],
    'user.ip': ['user_ip'],
    trace: ['trace_id'],
    'trace.id': ['trace_id'],
    traceid: ['trace_id'],
    'span.id': ['span_id'],
    spanid: ['span_id'],
    session: ['session_id'],
    'session.id': ['session_id'],
    sessionid: ['session_id'],
    request: ['request_id'],
    'request.id': ['request_id'],
    requestid: ['request_id'],
    url: ['url'],
    'http.url': ['url'],
    id: ['event_id'],
    'event.id': ['event_id'],
    eventid: ['event_id'],
    'event.type': ['type'],
    title: ['title'],
    culprit: ['culprit'],
    location: ['culprit'],
    message: ['message'],
    type: ['exception_type'],
    'error.type': ['exception_type'],
    value: ['exception_value'],
    'error.value': ['exception_value'],
  }),
);
const HANDLED = new Map([
  ['error.handled', 1],
  ['error.unhandled', 0],
]);
/** Where free text is looked for. */
const TEXTS = ['title', 'culprit', 'message'];

/** One spelling for `firstSeen` and `first_seen`. */
export const canonicalKey = (key: string) => key.toLowerCase().replaceAll('_', '');

/** The tag that `tags[name]` speaks of, whatever else the name may mean. */
export const explicitTag = (key: string) => /^tags\[(.+)\]$/.exec(key)?.[1];

/** The condition, in parentheses where it needs them. */
export function eventCondition(filter: SearchFilter, bound: BoundValues, now: number): string {
  switch (filter.is) {
    case 'all':
      return filter.of.length === 0
        ? '1'
        : `(${filter.of.map((part) => eventCondition(part, bound, now)).join(' AND ')})`;
    case 'any':
      return `(${filter.of.map((part) => eventCondition(part, bound, now)).join(' OR ')})`;
    case 'not':
      return `NOT ${eventCondition(filter.of, bound, now)}`;
    case 'text': {
      const like = bound.bind('String', likeAnywhere(filter.pattern));
      return `(${TEXTS.map((column) => `${column} ILIKE ${like}`).join(' OR ')})`;
    }
    default:
      return keyCondition(filter, bound, now);
  }
}

function keyCondition(term: Exclude<SearchTerm, { is: 'text' }>, bound: BoundValues, now: number): string {
  const tag = explicitTag(term.key);
  const key = canonicalKey(term.key);
  if (tag === undefined && key === 'timestamp' && term.is !== 'has') return timeCondition(term, bound, now);
  const handled = tag === undefined ? HANDLED.get(key) : undefined;
  if (handled !== undefined) return handledCondition(term, handled);
  const columns = tag === undefined ? COLUMNS.get(key) : undefined;
  if (columns) return `(${columns.map((column) => columnCondition(term, column, bound)).join(' OR ')})`;
  const name = bound.bind('String', tag ?? term.key);
  return term.is === 'has' ? `mapContains(tags, ${name})` : columnCondition(term, `tags[${name}]`, bound);
}

function columnCondition(
  term: Exclude<SearchTerm, { is: 'text' }>,
  column: string,
  bound: BoundValues,
): string {
  switch (term.is) {
    case 'has':
      return `${column} != ''`;
    case 'equal':
      return hasWildcard(term.value)
        ? `${column} ILIKE ${bound.bind('String', likeWhole(term.value))}`
        : `${column} = ${bound.bind('String', term.value[0]!)}`;
    case 'compare':
      return `ifNull(toFloat64OrNull(${column}) ${term.operator} ${bound.bind('Float64', searchNumber(term.value, term.column))}, 0)`;
  }
}

function timeCondition(
  term: Extract<SearchTerm, { is: 'equal' | 'compare' }>,
  bound: BoundValues,
  now: number,
): string {
  const { from, to } = searchTime(term, now);
  const ends = [
    from === undefined ? [] : `timestamp >= fromUnixTimestamp64Milli(${bound.bind('Int64', from)})`,
    to === undefined ? [] : `timestamp < fromUnixTimestamp64Milli(${bound.bind('Int64', to)})`,
  ];
  return `(${ends.flat().join(' AND ')})`;
}

function handledCondition(term: Exclude<SearchTerm, { is: 'text' }>, positive: number): string {
  if (term.is === 'has') return 'handled IS NOT NULL';
  const value = term.is === 'equal' ? term.value.join('*') : undefined;
  if (value !== 'true' && value !== 'false')
    throw searchError(term.column, `expected ${term.key}:true or ${term.key}:false`);
  // An event that does not say was caught by something: logged, or captured by hand.
  return `ifNull(handled, 1) = ${value === 'true' ? positive : 1 - positive}`;
}
