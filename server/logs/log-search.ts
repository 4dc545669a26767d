/**
 * A search as a condition on rows of the logs table. Keys that the table has a column for mean the column; every
 * other key is an attribute, else a label, else something of the resource. Words are found anywhere in the body,
 * whatever their case; values compare exactly, with a wildcard without regard to case. Every value is bound.
 */
import type { BoundValues } from '#server/query/bound-values.ts';
import { likeAnywhere, likeWhole } from '#server/query/like.ts';
import { searchError } from '#server/query/search.ts';
import { hasWildcard, type SearchFilter, type SearchTerm } from '#server/query/search-filter.ts';
import { searchNumber } from '#server/query/search-values.ts';
import { severityNumberOf } from '#server/record/log.ts';

/** Lower case, without underscores. */
const COLUMNS = new Map(
  Object.entries({
    service: 'service',
    'service.name': 'service',
    host: 'host',
    'host.name': 'host',
    environment: 'environment',
    env: 'environment',
    release: 'release',
    scope: 'scope',
    logger: 'scope',
    event: 'event_name',
    'event.name': 'event_name',
    source: 'source',
    body: 'body',
    message: 'body',
    trace: 'trace_id',
    'trace.id': 'trace_id',
    traceid: 'trace_id',
    'span.id': 'span_id',
    spanid: 'span_id',
    user: 'user_id',
    'user.id': 'user_id',
    session: 'session_id',
    'session.id': 'session_id',
    request: 'request_id',
    'request.id': 'request_id',
    requestid: 'request_id',
  }),
);
const LEVEL_KEYS: ReadonlySet<string> = new Set(['level', 'severity', 'detectedlevel']);

/** Where a key is looked for that has no column; the first that has it says most about the record. */
const MAPS = ['attributes', 'labels', 'resource'];

const canonicalKey = (key: string) => key.toLowerCase().replaceAll('_', '');

/** The condition, in parentheses where it needs them. */
export function logCondition(filter: SearchFilter, bound: BoundValues): string {
  switch (filter.is) {
    case 'all':
      return filter.of.length === 0
        ? '1'
        : `(${filter.of.map((part) => logCondition(part, bound)).join(' AND ')})`;
    case 'any':
      return `(${filter.of.map((part) => logCondition(part, bound)).join(' OR ')})`;
    case 'not':
      return `NOT ${logCondition(filter.of, bound)}`;
    case 'text':
      return `body ILIKE ${bound.bind('String', likeAnywhere(filter.pattern))}`;
    default:
      return keyCondition(filter, bound);
  }
}

/** What a key means, as an expression that is a text, and the condition on records that have it. */
export function keyExpression(name: string, bound: BoundValues): { value: string; has: string } {
  const key = canonicalKey(name);
  if (key === 'pattern') return { value: 'toString(pattern_id)', has: '1' };
  const column = COLUMNS.get(key);
  if (column !== undefined) return { value: `toString(${column})`, has: `${column} != ''` };
  const placeholder = bound.bind('String', name);
  const has = MAPS.map((map) => `mapContains(${map}, ${placeholder})`);
  const values = MAPS.map((map) => `${map}[${placeholder}]`);
  return {
    value: `multiIf(${has[0]}, ${values[0]}, ${has[1]}, ${values[1]}, ${values[2]})`,
    has: `(${has.join(' OR ')})`,
  };
}

export const isLevelKey = (name: string) => LEVEL_KEYS.has(canonicalKey(name));

type KeyTerm = Exclude<SearchTerm, { is: 'text' }>;

function keyCondition(term: KeyTerm, bound: BoundValues): string {
  const key = canonicalKey(term.key);
  if (LEVEL_KEYS.has(key)) return levelCondition(term, bound);
  if (key === 'pattern' && term.is === 'equal') return patternCondition(term, bound);
  const column = COLUMNS.get(key);
  if (column !== undefined) return valueCondition(term, column, bound);
  const name = bound.bind('String', term.key);
  const has = MAPS.map((map) => `mapContains(${map}, ${name})`);
  if (term.is === 'has') return `(${has.join(' OR ')})`;
  // The first that has it: an attribute says more about the record than what its sender is.
  return `(${valueCondition(term, `attributes[${name}]`, bound)} OR NOT ${has[0]} AND (${valueCondition(
    term,
    `labels[${name}]`,
    bound,
  )} OR NOT ${has[1]} AND ${valueCondition(term, `resource[${name}]`, bound)}))`;
}

function valueCondition(term: KeyTerm, value: string, bound: BoundValues): string {
  switch (term.is) {
    case 'has':
      return `${value} != ''`;
    case 'equal':
      return hasWildcard(term.value)
        ? `${value} ILIKE ${bound.bind('String', likeWhole(term.value))}`
        : `${value} = ${bound.bind('String', term.value[0]!)}`;
    case 'compare':
      return `ifNull(toFloat64OrNull(${value}) ${term.operator} ${bound.bind('Float64', searchNumber(term.value, term.column))}, 0)`;
  }
}

/** `level:error` is the level; `level:>=warn` it and those above. */
function levelCondition(term: KeyTerm, bound: BoundValues): string {
  if (term.is === 'has') return 'severity_number > 0';
  const word = term.is === 'equal' ? term.value.join('*') : term.value;
  if (term.is === 'equal' && word.toLowerCase() === 'unknown') return 'severity_number = 0';
  const number = severityNumberOf(word);
  if (number === 0)
    throw searchError(term.column, 'expected a level: trace, debug, info, warn, error, fatal or unknown');
  const from = bound.bind('UInt8', number);
  const to = bound.bind('UInt8', number + 3);
  if (term.is === 'equal') return `severity_number BETWEEN ${from} AND ${to}`;
  switch (term.operator) {
    case '>=':
      return `severity_number >= ${from}`;
    case '>':
      return `severity_number > ${to}`;
    case '<=':
      return `severity_number BETWEEN 1 AND ${to}`;
    case '<':
      return `severity_number BETWEEN 1 AND ${from} - 1`;
  }
}

function patternCondition(term: Extract<KeyTerm, { is: 'equal' }>, bound: BoundValues): string {
  const id = term.value.join('*');
  if (!/^\d{1,16}$/.test(id)) throw searchError(term.column, 'expected the number of a pattern');
  return `pattern_id = ${bound.bind('Int64', Number(id))}`;
}
