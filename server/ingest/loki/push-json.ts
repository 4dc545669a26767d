/**
 * A push as JSON: `{"streams":[{"stream":{…},"values":[["ns","line",{…}]]}]}`. One value of the wrong form makes the
 * whole request bad, as in Loki, so that senders learn of it.
 */
import type { LogGroup, LogRecord } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import type { Push } from './push.ts';

export function readJsonPush(body: Buffer): Push {
  const push = parse(body);
  const streams = isObject(push) ? push.streams : undefined;
  if (!Array.isArray(streams)) throw reject('push_invalid', 'streams must be a list');
  const groups: LogGroup[] = [];
  for (const stream of streams) {
    if (!isObject(stream)) throw reject('push_invalid', 'a stream must be an object');
    const records = readValues(stream.values);
    if (records.length > 0) groups.push({ labels: readLabels(stream.stream), records });
  }
  return { batch: { groups }, problems: [] };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw reject('json_invalid', String((cause as Error).message).slice(0, 200), { cause });
  }
}

/** Label values may be numbers: pino-loki sends the level so. */
function readLabels(stream: unknown): Record<string, string> {
  if (stream === undefined || stream === null) return {};
  if (!isObject(stream)) throw reject('push_invalid', 'stream must be an object of labels');
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(stream)) {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      throw reject('push_invalid', `the label ${name.slice(0, 100)} must be a string`);
    labels[name] = String(value);
  }
  return labels;
}

function readValues(values: unknown): LogRecord[] {
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values)) throw reject('push_invalid', 'values must be a list');
  const records: LogRecord[] = [];
  for (const value of values) {
    if (value === null) continue;
    if (!Array.isArray(value)) throw reject('push_invalid', 'a value must be a list of time and line');
    const [time, body, metadata] = value;
    if (typeof time !== 'string' || !/^\d{1,19}$/.test(time))
      throw reject('push_invalid', 'the time must be a string of nanoseconds since 1970');
    if (typeof body !== 'string') throw reject('push_invalid', 'the line must be a string');
    const record: LogRecord = { time, body };
    if (metadata !== undefined && metadata !== null) record.attributes = readMetadata(metadata);
    records.push(record);
  }
  return records;
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (!isObject(metadata)) throw reject('push_invalid', 'structured metadata must be an object');
  for (const name in metadata)
    if (typeof metadata[name] !== 'string')
      throw reject('push_invalid', `the structured metadata ${name.slice(0, 100)} must be a string`);
  return metadata as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
