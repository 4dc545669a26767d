/** The rows of the page: spans in the order of the tree, what is shut left out, log records and errors between them. */
import type { SpanNode, TraceModel, TraceRecord } from './trace-model.ts';

export interface SpanRow {
  kind: 'span';
  key: string;
  depth: number;
  node: SpanNode;
  isOpen: boolean;
  /** It has rows of its own below it. */
  hasInside: boolean;
  /** False: it is here for what is below it. */
  isFound: boolean;
}
export interface RecordRow {
  kind: 'record';
  key: string;
  depth: number;
  record: TraceRecord;
}
export type TraceRow = SpanRow | RecordRow;

export interface Choice {
  shut: ReadonlySet<string>;
  /** Log records and errors have rows. */
  withRecords: boolean;
  /** Words, all of which a span or record must contain. Empty: all are shown. */
  find: string;
  onlyErrors: boolean;
  /** Empty: all. */
  service: string;
}

export const isChosen = ({ find, onlyErrors, service }: Choice) =>
  find.trim() !== '' || onlyErrors || service !== '';

export function traceRows(model: TraceModel, choice: Choice): TraceRow[] {
  const found = isChosen(choice) ? findIn(model, choice) : null;
  const rows: TraceRow[] = [];
  const inside = (node: SpanNode | null): (SpanNode | TraceRecord)[] => {
    const spans = (node?.children ?? model.roots).filter((each) => found?.spans.has(each) ?? true);
    if (!choice.withRecords) return spans;
    const records = (node?.records ?? model.loose).filter((each) => found?.records.has(each) ?? true);
    return [...spans, ...records].sort((one, other) => momentOf(one) - momentOf(other));
  };
  // Without recursion: a trace may be as deep as it is long.
  const waiting = inside(null)
    .toReversed()
    .map((each) => ({ each, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { each, depth } = next;
    if ('kind' in each) {
      rows.push({ kind: 'record', key: `record ${each.key}`, depth, record: each });
      continue;
    }
    const parts = inside(each);
    // What one looks for is not hidden behind what was shut before.
    const isOpen = found !== null || !choice.shut.has(each.key);
    rows.push({
      kind: 'span',
      key: each.key,
      depth,
      node: each,
      isOpen,
      hasInside: parts.length > 0,
      isFound: found?.matches.has(each) ?? true,
    });
    if (isOpen)
      for (let n = parts.length - 1; n >= 0; n--) waiting.push({ each: parts[n]!, depth: depth + 1 });
  }
  return rows;
}

const momentOf = (each: SpanNode | TraceRecord) => ('kind' in each ? each.at : each.start);

interface Found {
  matches: Set<SpanNode>;
  /** The matches, and what leads to them. */
  spans: Set<SpanNode>;
  records: Set<TraceRecord>;
}

function findIn(model: TraceModel, choice: Choice): Found {
  const words = choice.find.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Found = { matches: new Set(), spans: new Set(), records: new Set() };
  const keep = (node: SpanNode | null) => {
    for (let each = node; each !== null && !found.spans.has(each); each = each.parent) found.spans.add(each);
  };
  for (const node of model.nodes) {
    if (!spanMatches(node, choice, words)) continue;
    found.matches.add(node);
    keep(node);
  }
  if (choice.withRecords)
    for (const record of model.records) {
      if (!recordMatches(record, choice, words)) continue;
      found.records.add(record);
      keep(record.node);
    }
  return found;
}

function spanMatches({ span }: SpanNode, { onlyErrors, service }: Choice, words: readonly string[]): boolean {
  if (onlyErrors && span.status !== 'error') return false;
  if (service !== '' && span.service !== service) return false;
  if (words.length === 0) return true;
  const { name, op, kind, service: its, statusMessage, spanId, userId, host } = span;
  return contain(words, [
    ...[name, op, kind, its, statusMessage, spanId, userId, host],
    ...Object.entries(span.attributes).map(([key, value]) => `${key}:${textOf(value)}`),
  ]);
}

function recordMatches(
  record: TraceRecord,
  { onlyErrors, service }: Choice,
  words: readonly string[],
): boolean {
  if (record.kind === 'error') {
    const { error } = record;
    return (
      (service === '' || error.service === service) &&
      contain(words, [error.title, error.culprit, error.service, error.eventId, error.issue?.shortId ?? ''])
    );
  }
  const { log } = record;
  if (onlyErrors && log.level !== 'error' && log.level !== 'fatal') return false;
  if (service !== '' && log.service !== service) return false;
  return contain(words, [log.body, log.level, log.service, log.userId, log.scope, log.eventName]);
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** All words, in any of the texts; an attribute is `key:value`. */
function contain(words: readonly string[], texts: readonly string[]): boolean {
  if (words.length === 0) return true;
  const all = texts.join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}
