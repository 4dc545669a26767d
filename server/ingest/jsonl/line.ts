/**
 * One line of JSON as a log record: the time, the level and the message are found under the names that loggers give
 * them; everything else is attributes. Any other text is the body as it stands.
 */
import { MESSAGE_NAMES } from '#server/record/body-message.ts';
import type { Attributes, LogRecord } from '#server/record/log.ts';

/** Names of loggers: pino, bunyan, winston, zap, zerolog, slog, logback, Serilog, structlog, Bunyan, ECS, GELF. */
export const TIMES: readonly string[] = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  't',
  '@t',
  'datetime',
  'asctime',
];
const LEVELS = ['level', 'severity', 'lvl', 'levelname', 'loglevel', 'log.level', '@l', 'severity_text'];

export function readLine(line: string): LogRecord {
  if (!OBJECT.test(line)) return { body: line };
  let fields: Attributes;
  try {
    fields = JSON.parse(line);
  } catch {
    return { body: line };
  }
  const record: LogRecord = { body: '' };
  const time = take(fields, TIMES, timeOf);
  if (time !== undefined) record.time = time;
  const level = take(fields, LEVELS, (value) => (typeof value === 'string' ? value : undefined));
  if (level !== undefined) record.severityText = level;
  const body = take(fields, MESSAGE_NAMES, (value) => (typeof value === 'string' ? value : undefined));
  // A record without a message is its fields.
  record.body = body ?? line;
  if (body !== undefined || level !== undefined || time !== undefined) record.attributes = fields;
  return record;
}

const OBJECT = /^\s*\{/;

/** The first of the names whose value can be read, taken out of the fields. */
function take<Value>(
  fields: Attributes,
  names: readonly string[],
  read: (value: unknown) => Value | undefined,
): Value | undefined {
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) continue;
    const value = read(fields[name]);
    if (value === undefined) continue;
    delete fields[name];
    return value;
  }
  return undefined;
}

/** Nanoseconds from seconds, milli-, micro- or nanoseconds since 1970, told by their size, or from ISO 8601. */
export function timeOf(value: unknown): string | undefined {
  if (typeof value === 'number' && value > 0) return fromNumber(String(value));
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,19}(\.\d{1,9})?$/.test(value)) return fromNumber(value);
  const parts = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(value);
  if (!parts) return undefined;
  const [, second, fraction = '', zone = 'Z'] = parts;
  const ms = Date.parse(`${second!.replace(' ', 'T')}${zone}`);
  return Number.isNaN(ms) ? undefined : `${ms / 1000}${fraction.padEnd(9, '0')}`;
}

/** Seconds have 10 digits until the year 2286; each finer unit has three more. */
function fromNumber(text: string): string | undefined {
  const [whole = '', fraction = ''] = text.split('.');
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction)) return undefined;
  const decimals = whole.length <= 10 ? 9 : whole.length <= 13 ? 6 : whole.length <= 16 ? 3 : 0;
  return whole + fraction.slice(0, decimals).padEnd(decimals, '0');
}
