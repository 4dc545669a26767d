/**
 * A batch of log records becomes rows: severity, correlation and pattern found, times clamped, texts bounded. Pure;
 * the same batch gives the same bytes. It runs for every record of a flood, so a row never stands as an object: its
 * values go straight into the columns. 100,000 a second on two cores leave 20 µs for everything.
 */

import { type LogError, mayBeException, mayHoldException } from '#server/process/log-errors/log-error.ts';
import type { NoiseTally } from '#server/process/noise/noise-tally.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import {
  ATTRIBUTES_MAX,
  believableTime,
  bounded,
  COLUMN_CHARS_MAX,
  CUT_ATTRIBUTE,
  DEMOTED_ATTRIBUTE,
  NAME_CHARS_MAX,
  typeOfAttribute,
  VALUE_CHARS_MAX,
} from '#server/process/row-bounds.ts';
import type { Correlation } from '#server/record/correlation.ts';
import { normalizeHexId } from '#server/record/correlation.ts';
import { levelInBody } from '#server/record/level-in-body.ts';
import {
  type Attributes,
  type AttributeValue,
  decodeLogBatch,
  type LogGroup,
  type LogRecord,
  levelOfNumber,
  severityNumberOf,
} from '#server/record/log.ts';
import { PROMOTED_KEYS, printStream, streamLabels } from '#server/record/stream.ts';
import { MOVED_LABEL, movedName, sortLabels } from '#server/record/stream-labels.ts';
import {
  ColumnWriter,
  MapWriter,
  type NativeColumn,
  type NativePart,
} from '#server/store/telemetry/native-columns.ts';
import { visitBodyFields } from './body-fields.ts';
import { LevelReader } from './level.ts';
import { SpellingReader } from './spellings.ts';

/** Characters of one body. */
const BODY_CHARS_MAX = 1_048_576;

/** Of the table `logs`, in the order of `write` below. */
export const LOG_COLUMNS: readonly NativeColumn[] = [
  { name: 'project_id', type: 'UInt32' },
  { name: 'received_at', type: 'DateTime64(3)' },
  { name: 'source', type: 'String' },
  { name: 'scope', type: 'String' },
  { name: 'labels', type: 'Map(String, String)' },
  { name: 'resource', type: 'Map(String, String)' },
  { name: 'timestamp', type: 'DateTime64(9)' },
  { name: 'sequence', type: 'UInt32' },
  { name: 'severity_number', type: 'UInt8' },
  { name: 'severity_text', type: 'String' },
  { name: 'stream', type: 'String' },
  { name: 'service', type: 'String' },
  { name: 'host', type: 'String' },
  { name: 'environment', type: 'String' },
  { name: 'release', type: 'String' },
  { name: 'event_name', type: 'String' },
  { name: 'body', type: 'String' },
  { name: 'pattern_id', type: 'UInt64' },
  { name: 'trace_id', type: 'String' },
  { name: 'span_id', type: 'String' },
  { name: 'user_id', type: 'String' },
  { name: 'session_id', type: 'String' },
  { name: 'request_id', type: 'String' },
  { name: 'attributes', type: 'Map(String, String)' },
  { name: 'attribute_types', type: 'Map(String, String)' },
];

/** One set for all batches of the thread: columns that have grown stay as large as the largest request. */
const columns = {
  project: new ColumnWriter(),
  receivedAt: new ColumnWriter(),
  source: new ColumnWriter(),
  scope: new ColumnWriter(),
  labels: new MapWriter(),
  resource: new MapWriter(),
  timestamp: new ColumnWriter(),
  sequence: new ColumnWriter(),
  severityNumber: new ColumnWriter(),
  severityText: new ColumnWriter(),
  stream: new ColumnWriter(),
  service: new ColumnWriter(),
  host: new ColumnWriter(),
  environment: new ColumnWriter(),
  release: new ColumnWriter(),
  eventName: new ColumnWriter(),
  body: new ColumnWriter(),
  pattern: new ColumnWriter(),
  trace: new ColumnWriter(),
  span: new ColumnWriter(),
  user: new ColumnWriter(),
  session: new ColumnWriter(),
  request: new ColumnWriter(),
  attributes: new MapWriter(),
  attributeTypes: new MapWriter(),
};
const column = new ColumnWriter();
const map = new MapWriter();

interface From {
  project: number;
  /** Milliseconds since 1970. */
  receivedAt: number;
  source: string;
}

export interface LogRows extends NativePart {
  /** Records that may carry an exception. */
  errors: LogError[];
}

/** `noise`: what becomes of records by the rules of their project; absent: it has none. */
export function logRows(payload: Uint8Array, from: From, noise?: NoiseTally): LogRows {
  try {
    let rows = 0;
    let sequence = 0;
    const errors: LogError[] = [];
    for (const sent of decodeLogBatch(payload).groups) {
      const { labels, moved } = sortLabels(sent.labels ?? {});
      const group = { ...sent, labels };
      const shared = sharedOf(sent, labels, moved);
      let kept = 0;
      for (const record of group.records) {
        const found = writeRecord(record, shared, from.receivedAt, sequence, noise);
        if (found !== NOT_KEPT) kept += 1;
        if (found)
          errors.push({
            ...found,
            ...ofGroup(sent),
            project: from.project,
            receivedAt: from.receivedAt,
            sequence,
          });
        sequence += 1;
      }
      writeShared(group, from, kept);
      rows += kept;
    }
    return { rows, values: take(), errors };
  } catch (error) {
    // What was written of it must not stand before the rows of the next.
    take();
    throw error;
  }
}

const ofGroup = ({ scope = '', resource = {}, labels = {} }: LogGroup) => ({ scope, resource, labels });

const take = () => Object.values(columns).map((each) => each.take());

/** The columns in which all records of a group are equal. */
function writeShared({ scope = '', labels = {}, resource = {} }: LogGroup, from: From, rows: number): void {
  const repeat = (into: ColumnWriter, write: (column: ColumnWriter) => void) => {
    write(column);
    into.repeat(column.take(), rows);
  };
  repeat(columns.project, (one) => one.uint32(from.project));
  repeat(columns.receivedAt, (one) => one.int64(BigInt(from.receivedAt)));
  repeat(columns.source, (one) => one.text(from.source));
  repeat(columns.scope, (one) => one.text(bounded(scope, COLUMN_CHARS_MAX)));
  for (const [into, attributes] of [
    [columns.labels, labels],
    [columns.resource, resource],
  ] as const) {
    writeAttributes(attributes, map);
    into.repeat(map.take(), rows);
  }
}

/** What the records of a group know from it. */
interface Shared {
  known: Correlation;
  /** The text of the stream: see record/stream.ts. */
  streamOf(service: string): string;
  level: LevelReader;
  /** Labels that are too many or too special: attributes of each record. Null: none. */
  moved: Record<string, string> | null;
}

function sharedOf(
  { resource, labels }: LogGroup,
  kept: Record<string, string>,
  moved: Shared['moved'],
): Shared {
  const spellings = new SpellingReader();
  const level = new LevelReader();
  for (const fields of [resource, labels])
    for (const name in fields) {
      spellings.read(name, fields[name]);
      level.read(name, fields[name]);
    }
  return { known: spellings.found, streamOf: streamsOf(kept, resource), level, moved };
}

/** Of labels and a resource as they are stored. Most records of a group have one service. */
function streamsOf(labels: Record<string, string>, resource: Attributes = {}): Shared['streamOf'] {
  const source = { labels: storedTexts(labels), resource: storedTexts(resource, PROMOTED_KEYS) };
  let lastService: string | undefined;
  let text = '';
  return (service) => {
    if (service !== lastService) text = printStream(streamLabels({ ...source, service }));
    lastService = service;
    return text;
  };
}

/** As `writeAttributes` leaves them. */
function storedTexts(attributes: Attributes, wanted?: ReadonlySet<string>): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  let left = ATTRIBUTES_MAX;
  for (const name in attributes) {
    const value = attributes[name];
    if (value === null || value === undefined) continue;
    if (left-- === 0) break;
    if (!wanted || wanted.has(name)) texts[bounded(name, NAME_CHARS_MAX)] = storedText(value);
  }
  return texts;
}

type FoundError = Pick<LogError, 'time' | 'severity' | 'correlation' | 'pattern' | 'record'>;

/** Nothing was written. */
const NOT_KEPT = undefined;

/** The answer: what is known of it when it may carry an exception, null when not, NOT_KEPT by a noise rule. */
function writeRecord(
  record: LogRecord,
  shared: Shared,
  receivedAt: number,
  sequence: number,
  noise: NoiseTally | undefined,
): FoundError | null | typeof NOT_KEPT {
  const { attributes, body } = record;
  const spellings = new SpellingReader(shared.known);
  const level = new LevelReader();
  const read = (name: string, value: unknown) => {
    spellings.read(name, value);
    level.read(name, value);
  };
  let isError = mayHoldException(body);
  for (const name in attributes) {
    const value = attributes[name];
    read(name, value);
    isError ||= mayBeException(name, value);
  }
  visitBodyFields(body, read);
  const { found } = spellings;
  const severity = severityOf(record, level, shared.level);
  const short = (text: string) => bounded(text, COLUMN_CHARS_MAX);
  const service = short(found.service);
  const trace_id = short(record.traceId ? normalizeHexId(record.traceId) : found.trace_id);
  const time = believableTime(record.time, receivedAt);
  const pattern = patternOf(body).id;
  const rule = noise?.ruleOf(pattern, body);
  if (rule !== undefined) {
    const met = { pattern, service, body, sequence, severity: severity.number, mayHoldException: isError };
    const fate = noise!.meet(rule, { ...met, at: time, traceId: trace_id, time: record.time });
    if (fate === 'dropped' || fate === 'sampled') return NOT_KEPT;
    if (fate === 'demoted') {
      columns.attributes.entry(DEMOTED_ATTRIBUTE, levelOfNumber(severity.number) || 'unknown');
      severity.number = rule.demoteTo;
    }
  }
  columns.timestamp.int64(time);
  columns.sequence.uint32(sequence);
  columns.severityNumber.uint8(severity.number);
  columns.severityText.text(short(severity.text));
  columns.stream.text(shared.streamOf(service));
  columns.service.text(service);
  columns.host.text(short(found.host));
  columns.environment.text(short(found.environment));
  columns.release.text(short(found.release));
  columns.eventName.text(short(record.eventName ?? ''));
  columns.body.text(bounded(body, BODY_CHARS_MAX));
  columns.pattern.uint64(pattern);
  columns.trace.text(trace_id);
  const span_id = short(record.spanId ? normalizeHexId(record.spanId) : found.span_id);
  columns.span.text(span_id);
  columns.user.text(short(found.user_id));
  columns.session.text(short(found.session_id));
  columns.request.text(short(found.request_id));
  if (body.length > BODY_CHARS_MAX) columns.attributes.entry(CUT_ATTRIBUTE, 'body');
  writeAttributes(attributes ?? {}, columns.attributes, columns.attributeTypes, shared.moved ?? {});
  if (!isError) return null;
  const correlation = { ...found, trace_id, span_id };
  return { time, severity: severity.number, correlation, pattern: String(pattern), record };
}

/** A number decides; then a word of the sender, its attributes, those of its group, and last the body. */
function severityOf(
  { severityNumber = 0, severityText = '', body }: LogRecord,
  own: LevelReader,
  shared: LevelReader,
): { number: number; text: string } {
  const isKnown = severityNumber >= 1 && severityNumber <= 24;
  if (isKnown) return { number: severityNumber, text: severityText };
  const number = severityText ? severityNumberOf(severityText) : 0;
  if (number > 0) return { number, text: severityText };
  if (own.number > 0) return { number: own.number, text: severityText || own.text };
  if (shared.number > 0) return { number: shared.number, text: severityText || shared.text };
  return { number: levelInBody(body), text: severityText };
}

/** The map of a row: values as text, and what those were that were none, or labels of the stream. */
function writeAttributes(
  attributes: Attributes,
  values: MapWriter,
  types?: MapWriter,
  moved: Record<string, string> = {},
): void {
  let left = ATTRIBUTES_MAX;
  const write = (name: string, text: string, type?: string) => {
    if (left-- === 0) values.entry(CUT_ATTRIBUTE, 'attributes');
    if (left < 0) return;
    const key = bounded(name, NAME_CHARS_MAX);
    values.entry(key, text);
    if (type !== undefined) types?.entry(key, type);
  };
  for (const name in attributes) {
    const value = attributes[name];
    if (value === null || value === undefined) continue;
    write(name, storedText(value), typeof value === 'string' ? undefined : typeOfAttribute(value));
  }
  // What the record says itself keeps its name.
  for (const name in moved)
    write(movedName(name, attributes), bounded(moved[name]!, VALUE_CHARS_MAX), MOVED_LABEL);
  values.end();
  types?.end();
}

function storedText(value: Exclude<AttributeValue, null>): string {
  if (typeof value === 'string') return bounded(value, VALUE_CHARS_MAX);
  return typeOfAttribute(value) === 'json' ? bounded(JSON.stringify(value), VALUE_CHARS_MAX) : String(value);
}
