/**
 * One line as the record that is sent: its text unharmed, its time (else the time at which it was read), and its level
 * where the server would not find it. A JSON object goes as it is, with a time if it has none that is exact.
 */
import { readLine, TIMES } from '#server/ingest/jsonl/line.ts';
import type { LogRecord } from '#server/record/log.ts';
import type { Line } from './line-splitter.ts';
import { timeInLine } from './line-time.ts';

export interface PipedRecord extends LogRecord {
  time: string;
  /** The line, where it is sent as the object that it is. */
  json?: string;
  isCut?: boolean;
}

/** glog and klog say their level in one letter. */
const GLOG_LEVELS: Readonly<Record<string, string>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' };
const GLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6} /;
/** A zone, or a number. */
const EXACT_TIME = /(?:Z|[+-]\d\d:?\d\d)$|^\d+(?:\.\d+)?$/;
export function recordOf({ text, isCut }: Line, now: number): PipedRecord {
  const readAt = `${now}000000`;
  if (!isCut && /^\s*\{/.test(text)) {
    const json = jsonRecord(text, now, readAt);
    if (json) return json;
  }
  const record: PipedRecord = { time: timeInLine(text, now) ?? readAt, body: text };
  const glog = GLOG.exec(text)?.[1];
  if (glog) record.severityText = GLOG_LEVELS[glog];
  if (isCut) record.isCut = true;
  return record;
}

/** Null for what is no object, or says neither message, time nor level: its text is its body. */
function jsonRecord(text: string, now: number, readAt: string): PipedRecord | null {
  const { attributes, body, time } = readLine(text);
  if (attributes === undefined) return null;
  const json = text.trim();
  if (time === undefined) return { time: readAt, body, json: withTime(json, readAt) };
  const local = localTime(json, now);
  return local === undefined ? { time, body, json } : { time: local, body, json: withTime(json, local) };
}

/** Of an object whose time has no zone: the server cannot know this machine's. */
function localTime(json: string, now: number): string | undefined {
  const fields: Record<string, unknown> = JSON.parse(json);
  const value = TIMES.map((name) => fields[name]).find((one) => one !== undefined);
  return typeof value !== 'string' || EXACT_TIME.test(value) ? undefined : timeInLine(value, now);
}

/** The last of two equal names counts. */
function withTime(json: string, time: string): string {
  const inside = json.slice(0, -1).trimEnd();
  return `${inside}${inside.endsWith('{') ? '' : ','}"time":"${time}"}`;
}

/** A line of `POST /ingest/jsonl`. */
export function encodeRecord({ time, severityText, severityNumber, body, json, isCut }: PipedRecord): string {
  if (json !== undefined) return json;
  const level = severityText ?? (severityNumber === undefined ? undefined : 'error');
  return JSON.stringify({ time, level, message: body, ...(isCut && { 'tandem.cut': 'body' }) });
}
