/**
 * A search as a filter of the plan. Keys that the table has a column for mean the column; every other key is a
 * field: an attribute, else a label, else something of the resource. Words are found anywhere in the body, whatever
 * their case; values compare exactly, with a wildcard without regard to case.
 */
import {
  all,
  any,
  BODY,
  EVERYTHING,
  not,
  type PlanFilter,
  type PlanText,
  type TextColumn,
} from '#server/query/plan/plan.ts';
import { parseSearch, searchError } from '#server/query/search.ts';
import { hasWildcard, type SearchFilter, type SearchTerm } from '#server/query/search-filter.ts';
import { searchNumber } from '#server/query/search-values.ts';
import { severityNumberOf } from '#server/record/log.ts';

/** In lower case, without underscores. */
const COLUMNS: ReadonlyMap<string, TextColumn> = new Map(
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
  } satisfies Record<string, TextColumn>),
);
const LEVEL_KEYS: ReadonlySet<string> = new Set(['level', 'severity', 'detectedlevel']);
const SEVERITY_MAX = 24;

const canonicalKey = (key: string) => key.toLowerCase().replaceAll('_', '');

export const isLevelKey = (name: string) => LEVEL_KEYS.has(canonicalKey(name));

/** Throws the refusal `query_invalid` with column and expectation. */
export const searchLogs = (query: string): PlanFilter => filterOf(parseSearch(query));

/** What a key means, and which records have it. Level keys give the name of the level. */
export function fieldOf(key: string): { text: PlanText; has: PlanFilter } {
  if (isLevelKey(key)) return { text: { is: 'level' }, has: EVERYTHING };
  const canonical = canonicalKey(key);
  if (canonical === 'pattern') return { text: { is: 'pattern' }, has: EVERYTHING };
  const column = COLUMNS.get(canonical);
  if (column === undefined) return { text: { is: 'field', name: key }, has: { is: 'has-field', name: key } };
  const text: PlanText = { is: 'column', column };
  return { text, has: not({ is: 'equal', text, value: '' }) };
}

function filterOf(filter: SearchFilter): PlanFilter {
  switch (filter.is) {
    case 'all':
      return all(...filter.of.map(filterOf));
    case 'any':
      return any(...filter.of.map(filterOf));
    case 'not':
      return not(filterOf(filter.of));
    case 'text':
      return { is: 'like', text: BODY, pattern: filter.pattern, whole: false };
    default:
      return keyFilter(filter);
  }
}

type KeyTerm = Exclude<SearchTerm, { is: 'text' }>;

function keyFilter(term: KeyTerm): PlanFilter {
  if (isLevelKey(term.key)) return levelFilter(term);
  const { text, has } = fieldOf(term.key);
  if (text.is === 'pattern' && term.is === 'equal') return patternFilter(term);
  switch (term.is) {
    case 'has':
      return has;
    case 'equal':
      return hasWildcard(term.value)
        ? all(has, { is: 'like', text, pattern: term.value, whole: true })
        : { is: 'equal', text, value: term.value[0]! };
    case 'compare':
      return { is: 'compare', text, operator: term.operator, value: searchNumber(term.value, term.column) };
  }
}

/** `level:error` is the level; `level:>=warn` it and those above. */
function levelFilter(term: KeyTerm): PlanFilter {
  if (term.is === 'has') return between(1, SEVERITY_MAX);
  const word = term.is === 'equal' ? term.value.join('*') : term.value;
  if (term.is === 'equal' && word.toLowerCase() === 'unknown') return between(0, 0);
  const from = severityNumberOf(word);
  if (from === 0)
    throw searchError(term.column, 'expected a level: trace, debug, info, warn, error, fatal or unknown');
  // Four numbers make a level, as in OpenTelemetry.
  const to = from + 3;
  if (term.is === 'equal') return between(from, to);
  switch (term.operator) {
    case '>=':
      return between(from, SEVERITY_MAX);
    case '>':
      return between(to + 1, SEVERITY_MAX);
    case '<=':
      return between(1, to);
    case '<':
      return between(1, from - 1);
  }
}

const between = (from: number, to: number): PlanFilter => ({ is: 'severity', from, to });

function patternFilter(term: Extract<KeyTerm, { is: 'equal' }>): PlanFilter {
  const id = term.value.join('*');
  if (!/^\d{1,16}$/.test(id)) throw searchError(term.column, 'expected the number of a pattern');
  return { is: 'pattern', id: Number(id) };
}
