/**
 * A batch of log records becomes lines of rows: severity, correlation and pattern found, times clamped, texts
 * bounded. Pure; the same batch gives the same bytes. It runs for every record of a flood, so a row is written
 * as text at once and never stands as an object: 100,000 a second on two cores leave 20 µs for everything.
 */

import { patternOf } from '#server/process/patterns/pattern.ts';
import type { Correlation } from '#server/record/correlation.ts';
import { normalizeHexId } from '#server/record/correlation.ts';
import {
  type Attributes,
  type AttributeValue,
  decodeLogBatch,
  type LogGroup,
  type LogRecord,
  severityNumberOf,
} from '#server/record/log.ts';
import { visitBodyFields } from './body-fields.ts';
import { LevelReader, levelInBody } from './level.ts';
import { SpellingReader } from './spellings.ts';

/** Bounds of one record, in characters unless said otherwise. What is beyond them is cut, and a mark says so. */
const BODY_CHARS_MAX = 1_048_576;
const COLUMN_CHARS_MAX = 200;
const NAME_CHARS_MAX = 200;
const VALUE_CHARS_MAX = 65_536;
/** Attributes of one record; the rest is left out. */
const ATTRIBUTES_MAX = 512;
/** Tells readers that a record is not whole. */
const CUT_ATTRIBUTE = 'tandem.cut';

/** A clock ahead by more is wrong; such a line would stand above all others until that time comes. */
const FUTURE_MS_MAX = 3_600_000;
/** 2000-01-01. Older lines are read from files, or their clock has no battery. */
const OLDEST_MS = 946_684_800_000;

export interface LogLines {
  /** Rows of the table `logs` as JSON lines. */
  lines: string;
  rows: number;
}

export function logLines(
  payload: Uint8Array,
  from: { project: number; receivedAt: number; source: string },
): LogLines {
  const { groups } = decodeLogBatch(payload);
  const parts: string[] = [];
  for (const group of groups) {
    const shared = sharedOf(group, from);
    for (const record of group.records) parts.push(lineOf(record, shared, from.receivedAt, parts.length));
  }
  return { lines: parts.join(''), rows: parts.length };
}

/** What the lines of a group have in common, written once. */
interface Shared {
  known: Correlation;
  level: LevelReader;
  /** `"project_id":…,"labels":{…},` */
  json: string;
}

function sharedOf(group: LogGroup, from: { project: number; receivedAt: number; source: string }): Shared {
  const spellings = new SpellingReader();
  const level = new LevelReader();
  const read = (fields: Record<string, unknown>) => {
    for (const name in fields) {
      spellings.read(name, fields[name]);
      level.read(name, fields[name]);
    }
  };
  if (group.resource) read(group.resource);
  if (group.labels) read(group.labels);
  const resource = attributesJson(group.resource ?? {}).values;
  const labels = attributesJson(group.labels ?? {}).values;
  const json = `{"project_id":${from.project},"received_at":${from.receivedAt},"source":${JSON.stringify(from.source)},"scope":${text(group.scope ?? '', COLUMN_CHARS_MAX)},"labels":${labels},"resource":${resource},`;
  return { known: spellings.found, level, json };
}

function lineOf(record: LogRecord, shared: Shared, receivedAt: number, sequence: number): string {
  const { attributes, body } = record;
  const spellings = new SpellingReader(shared.known);
  const level = new LevelReader();
  if (attributes)
    for (const name in attributes) {
      spellings.read(name, attributes[name]);
      level.read(name, attributes[name]);
    }
  visitBodyFields(body, (name, value) => {
    spellings.read(name, value);
    level.read(name, value);
  });
  const found = spellings.found;
  const severity = severityOf(record, level, shared.level);
  const isCut = body.length > BODY_CHARS_MAX;
  const { values, types } = attributesJson(attributes ?? {}, isCut);
  const trace = record.traceId ? normalizeHexId(record.traceId) : found.trace_id;
  const span = record.spanId ? normalizeHexId(record.spanId) : found.span_id;
  return `${shared.json}"timestamp":"${timeOf(record.time, receivedAt)}","sequence":${sequence},"severity_number":${severity.number},"severity_text":${text(severity.text, COLUMN_CHARS_MAX)},"service":${text(found.service, COLUMN_CHARS_MAX)},"host":${text(found.host, COLUMN_CHARS_MAX)},"environment":${text(found.environment, COLUMN_CHARS_MAX)},"release":${text(found.release, COLUMN_CHARS_MAX)},"event_name":${text(record.eventName ?? '', COLUMN_CHARS_MAX)},"body":${text(body, BODY_CHARS_MAX)},"pattern_id":${patternOf(body).id},"trace_id":${text(trace, COLUMN_CHARS_MAX)},"span_id":${text(span, COLUMN_CHARS_MAX)},"user_id":${text(found.user_id, COLUMN_CHARS_MAX)},"session_id":${text(found.session_id, COLUMN_CHARS_MAX)},"request_id":${text(found.request_id, COLUMN_CHARS_MAX)},"attributes":${values},"attribute_types":${types}}\n`;
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

/** Seconds with nine decimals. A time that cannot be true is replaced by the time of arrival. */
function timeOf(time: string | undefined, receivedAt: number): string {
  if (time !== undefined && time.length > 9 && time.length < 20) {
    const ms = Number(time.slice(0, -6));
    if (ms >= OLDEST_MS && ms <= receivedAt + FUTURE_MS_MAX) return `${time.slice(0, -9)}.${time.slice(-9)}`;
  }
  const ms = String(receivedAt);
  return `${ms.slice(0, -3)}.${ms.slice(-3)}000000`;
}

function attributesJson(attributes: Attributes, isBodyCut = false): { values: string; types: string } {
  let values = isBodyCut ? `"${CUT_ATTRIBUTE}":"body"` : '';
  let types = '';
  let left = ATTRIBUTES_MAX;
  for (const name in attributes) {
    const value = attributes[name];
    if (value === null || value === undefined) continue;
    if (left-- === 0) {
      values += `,"${CUT_ATTRIBUTE}":"attributes"`;
      break;
    }
    const key = text(name, NAME_CHARS_MAX);
    const separator = values === '' ? '' : ',';
    if (typeof value === 'string') values += `${separator}${key}:${text(value, VALUE_CHARS_MAX)}`;
    else {
      const type = typeOf(value);
      values += `${separator}${key}:${type === 'json' ? text(JSON.stringify(value), VALUE_CHARS_MAX) : `"${value}"`}`;
      types += `${types === '' ? '' : ','}${key}:"${type}"`;
    }
  }
  return { values: `{${values}}`, types: `{${types}}` };
}

function typeOf(value: Exclude<AttributeValue, string | null>): 'number' | 'boolean' | 'json' {
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'json';
}

/** A JSON string, cut to the bound, free of what no column can hold. */
function text(value: string, charsMax: number): string {
  const bounded = value.length > charsMax ? `${value.slice(0, charsMax - 1)}…` : value;
  return JSON.stringify(bounded);
}
