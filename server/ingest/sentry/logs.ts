/**
 * Log items: a container of many records (`{items:[…]}`, since version 2 with settings), or one record in the older
 * `otel_log` form -> one LogBatch. A record that cannot be used is counted as rejected and harms no other.
 * Source: https://develop.sentry.dev/sdk/telemetry/logs/.
 */
import type { IngestRequest } from '#server/ingest/protocol.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import { type Attributes, encodeLogBatch, type LogGroup, type LogRecord } from '#server/record/log.ts';
import { type RejectionCode, reject } from '#server/record/rejections.ts';
import type { Contents, Count } from './contents.ts';
import type { Item } from './envelope-reader.ts';
import { isObject, type JsonObject, readExactJsonObject, textOf } from './json.ts';
import { LOGS_PER_ITEM_MAX } from './limits.ts';
import {
  nanosecondsOf,
  nanosecondsOfSeconds,
  readAttributes,
  readOtelAttributes,
  readOtelValue,
} from './log-values.ts';

/** A record as read, and what orders it among those of its instant. */
interface Read {
  record: LogRecord;
  logger: string;
  sequence: number;
}

export function decodeLogs(
  { payload }: Item,
  request: Pick<IngestRequest, 'clientIp' | 'headers'>,
): Contents {
  const { value } = readExactJsonObject(payload);
  if (!Array.isArray(value.items)) throw reject('log_invalid', 'items must be a list');
  const inferred = readInferred(value, request);
  const sent = value.items as unknown[];
  const read = sent.slice(0, LOGS_PER_ITEM_MAX).map((item) => readLog(item, inferred));
  const logs = read.filter((one) => one !== undefined);
  return {
    records: logsRecords(logs),
    counts: [
      ...rejected('log_invalid', read.length - logs.length),
      ...rejected('too_many_records', sent.length - read.length),
    ],
  };
}

export function decodeOtelLog({ payload }: Item): Contents {
  const { value } = readExactJsonObject(payload);
  const body = readOtelValue(value.body);
  if (body === undefined || body === null) throw reject('log_invalid', 'a log needs a body');
  const record: LogRecord = { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const time =
    nanosecondsOf(value.time_unix_nano ?? value.timeUnixNano) ?? nanosecondsOfSeconds(value.timestamp);
  if (time !== undefined) record.time = time;
  addSeverity(
    record,
    value.severity_number ?? value.severityNumber,
    value.severity_text ?? value.severityText,
  );
  addIds(record, value.trace_id ?? value.traceId, value.span_id ?? value.spanId);
  record.attributes = readOtelAttributes(value.attributes);
  return { records: logsRecords([{ record, logger: loggerOf(record.attributes), sequence: 0 }]), counts: [] };
}

/** Undefined when there is no body, which is all that a log is for. */
function readLog(item: unknown, inferred: Attributes): Read | undefined {
  if (!isObject(item) || typeof item.body !== 'string') return undefined;
  const record: LogRecord = { body: item.body };
  const time = nanosecondsOfSeconds(item.timestamp);
  if (time !== undefined) record.time = time;
  addSeverity(record, item.severity_number, item.level);
  const attributes = readAttributes(item.attributes, inferred);
  addIds(record, item.trace_id, item.span_id ?? attributes['sentry.trace.parent_span_id']);
  record.attributes = attributes;
  const sequence = attributes['sentry.timestamp.sequence'];
  return { record, logger: loggerOf(attributes), sequence: typeof sequence === 'number' ? sequence : 0 };
}

/** What SDKs in browsers, since version 2 of the container, ask the server to find out about their user. */
function readInferred(
  container: JsonObject,
  request: Pick<IngestRequest, 'clientIp' | 'headers'>,
): Attributes {
  const settings = container.ingest_settings;
  if (!isObject(settings) || typeof container.version !== 'number' || container.version < 2) return {};
  const userAgent = request.headers['user-agent'];
  return {
    ...(settings.infer_ip === 'auto' && { 'client.address': request.clientIp }),
    ...(settings.infer_user_agent === 'auto' && userAgent && { 'user_agent.original': userAgent }),
  };
}

function addSeverity(record: LogRecord, number: unknown, text: unknown): void {
  if (Number.isInteger(number)) record.severityNumber = number as number;
  const word = textOf(text);
  if (word !== undefined) record.severityText = word;
}

function addIds(record: LogRecord, traceId: unknown, spanId: unknown): void {
  const trace = textOf(traceId);
  if (trace !== undefined) record.traceId = trace;
  const span = textOf(spanId);
  if (span !== undefined) record.spanId = span;
}

function loggerOf(attributes: Attributes): string {
  const name = attributes['logger.name'];
  return typeof name === 'string' ? name : '';
}

/** In the order they were made: by time, and by the SDK's own count where the clock did not move on. */
function logsRecords(logs: readonly Read[]): AcceptedRecord[] {
  if (logs.length === 0) return [];
  const groups: LogGroup[] = [];
  for (const { record, logger } of logs.toSorted(inOrder)) {
    const last = groups.at(-1);
    if (last && (last.scope ?? '') === logger) last.records.push(record);
    else groups.push({ ...(logger && { scope: logger }), records: [record] });
  }
  return [
    {
      type: 'logs',
      kind: 'log',
      meta: { quantity: logs.length, source: 'sentry' },
      payload: encodeLogBatch({ groups }),
    },
  ];
}

function inOrder(one: Read, other: Read): number {
  const [time = '', otherTime = ''] = [one.record.time, other.record.time];
  return (
    time.length - otherTime.length ||
    (time < otherTime ? -1 : time > otherTime ? 1 : one.sequence - other.sequence)
  );
}

function rejected(code: RejectionCode, quantity: number): Count[] {
  return quantity === 0 ? [] : [{ kind: 'log', outcome: 'rejected', reason: code, quantity, bytes: 0 }];
}
