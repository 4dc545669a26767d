/** A log record as names and values: what its columns, its detail and the suggestions are made of. */
import type { LogRecord } from '#contract/logs.ts';
import { filterText } from '#web/log-filters.ts';

/** The search's names of what every record may have, in the order people read them. */
const COLUMNS: readonly [key: string, read: (record: LogRecord) => string][] = [
  ['level', (record) => record.level],
  ['service', (record) => record.service],
  ['host', (record) => record.host],
  ['environment', (record) => record.environment],
  ['release', (record) => record.release],
  ['logger', (record) => record.scope],
  ['event', (record) => record.eventName],
  ['trace', (record) => record.traceId],
  ['span.id', (record) => record.spanId],
  ['user', (record) => record.userId],
  ['session', (record) => record.sessionId],
  ['request', (record) => record.requestId],
  ['source', (record) => record.source],
];
const READ = new Map(COLUMNS);

/** Other spellings of columns in a search; an attribute of such a name is found only by the column's value. */
const SPELLINGS: Record<string, string> = {
  'service.name': 'service',
  'host.name': 'host',
  env: 'environment',
  scope: 'logger',
  'event.name': 'event',
  'trace.id': 'trace',
  traceid: 'trace',
  spanid: 'span.id',
  'user.id': 'user',
  'session.id': 'session',
  'request.id': 'request',
  requestid: 'request',
  severity: 'level',
  detectedlevel: 'level',
};
/** They mean the body and the pattern in a search, whatever an attribute of the name says. */
const TAKEN = new Set(['body', 'message', 'pattern']);

const canonical = (key: string) => key.toLowerCase().replaceAll('_', '');

export interface Field {
  key: string;
  value: unknown;
  /** The term that finds it; null when a search cannot say it. */
  filter: string | null;
}

export interface FieldGroup {
  title: string;
  fields: Field[];
}

export const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** What the record is, then what it says, then who said it. Empty groups are left out. */
export function fieldGroups(record: LogRecord): FieldGroup[] {
  const columns = COLUMNS.map(([key, read]) => [key, read(record)] as const).filter(
    ([, value]) => value !== '',
  );
  return [
    {
      title: 'Fields',
      fields: columns.map(([key, value]) => ({ key, value, filter: filterText(key, value) })),
    },
    { title: 'Attributes', fields: sentFields(record, record.attributes) },
    { title: 'Labels', fields: sentFields(record, record.labels, record.attributes) },
    { title: 'Resource', fields: sentFields(record, record.resource, record.attributes, record.labels) },
  ].filter(({ fields }) => fields.length > 0);
}

/** A name that is there already, closer to the record, hides this one from a search unless both say the same. */
function sentFields(
  record: LogRecord,
  values: Record<string, unknown>,
  ...closer: readonly Record<string, unknown>[]
): Field[] {
  return Object.entries(values).map(([key, value]) => {
    const name = canonical(key);
    const read = READ.get(SPELLINGS[name] ?? name);
    const hidden = closer.some((each) => Object.hasOwn(each, key) && textOf(each[key]) !== textOf(value));
    const isFound = !TAKEN.has(name) && (read ? read(record) === textOf(value) : !hidden);
    return { key, value, filter: isFound ? filterText(key, textOf(value)) : null };
  });
}

/** The text of a column; empty where the record has none. As the search means the key. */
export function columnText(record: LogRecord, key: string): string {
  const name = canonical(key);
  const read = READ.get(SPELLINGS[name] ?? name);
  if (read) return read(record);
  for (const values of [record.attributes, record.labels, record.resource])
    if (Object.hasOwn(values, key)) return textOf(values[key]);
  return '';
}

/** Keys and values kept for suggestions; a flood of differing attributes must not fill the page's memory. */
const KEYS_MAX = 200;
const VALUES_MAX = 50;
/** Records looked at: what one sees is what one wants to narrow down to. */
const RECORDS_MAX = 500;

/** Every key of the records, columns first, with values that were seen. */
export function knownFields(records: readonly LogRecord[]): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, Set<string>>();
  const add = (key: string, value: string) => {
    const values = known.get(key) ?? new Set();
    if (!known.has(key) && known.size >= KEYS_MAX) return;
    if (value !== '' && value.length <= 100 && values.size < VALUES_MAX) values.add(value);
    known.set(key, values);
  };
  for (const record of records.slice(0, RECORDS_MAX)) {
    for (const [key, read] of COLUMNS) add(key, read(record));
    for (const values of [record.attributes, record.labels, record.resource])
      for (const [key, value] of Object.entries(values)) add(key, textOf(value));
  }
  return new Map([...known].map(([key, values]) => [key, [...values]]));
}
