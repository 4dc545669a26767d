/**
 * Log records in OpenTelemetry's terms on their way from a protocol's decoder to `process`: what every protocol
 * makes of what it reads. One batch is the payload of one accepted record, as JSON; it says as much as the sender
 * said and nothing more. What is derived (level, correlation, pattern) is the business of `process`.
 */

/** Numbers beyond 2^53 come as text, so that no digit is lost. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | AttributeValue[]
  | { [name: string]: AttributeValue };
export type Attributes = Record<string, AttributeValue>;

export interface LogRecord {
  /** Nanoseconds since 1970, decimal digits. Absent: not said; the time of arrival counts. */
  time?: string;
  /** 1 to 24 as in OpenTelemetry. Absent: not said as a number. */
  severityNumber?: number;
  /** As the sender spells it. */
  severityText?: string;
  body: string;
  attributes?: Attributes;
  /** Hex. */
  traceId?: string;
  spanId?: string;
  eventName?: string;
}

/** Records and what they have in common. */
export interface LogGroup {
  /** What made them: `service.name`, `host.name` … */
  resource?: Attributes;
  /** Name of the instrumentation scope, or of the logger. */
  scope?: string;
  /** Stream labels, for protocols that have streams. */
  labels?: Record<string, string>;
  records: LogRecord[];
}

export interface LogBatch {
  groups: LogGroup[];
}

export function encodeLogBatch(batch: LogBatch): Uint8Array {
  return Buffer.from(JSON.stringify(batch));
}

/** Throws SyntaxError for what `encodeLogBatch` did not write. */
export function decodeLogBatch(payload: Uint8Array): LogBatch {
  return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
}

export function countRecords(batch: LogBatch): number {
  return batch.groups.reduce((sum, group) => sum + group.records.length, 0);
}

/** OpenTelemetry's ranges: 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number] | '';

/** Empty for 0 and what is no severity. */
export function levelOfNumber(severityNumber: number): LogLevel {
  return LOG_LEVELS[Math.ceil(severityNumber / 4) - 1] ?? '';
}

/** The lowest number of each level, which stands for a level that came as a word. */
const NUMBER_OF_LEVEL: Readonly<Record<(typeof LOG_LEVELS)[number], number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

/** How frameworks, syslog, Loki and Python spell the levels, in lower case. */
const SPELLINGS: Readonly<Record<(typeof LOG_LEVELS)[number], readonly string[]>> = {
  trace: ['trace', 'trc', 'verbose', 'finest', 'finer', 'all', 'silly'],
  debug: ['debug', 'dbg', 'fine', 'config', 'd'],
  info: ['info', 'inf', 'information', 'informational', 'notice', 'log', 'default', 'success', 'i'],
  warn: ['warn', 'warning', 'wrn', 'w'],
  error: ['error', 'err', 'eror', 'severe', 'e'],
  fatal: ['fatal', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic', 'dpanic', 'f', 'c'],
};

const NUMBER_OF_SPELLING: ReadonlyMap<string, number> = new Map(
  LOG_LEVELS.flatMap((level) => SPELLINGS[level].map((word) => [word, NUMBER_OF_LEVEL[level]] as const)),
);

/** 0 when the word is no level. */
export function severityNumberOf(word: string): number {
  return NUMBER_OF_SPELLING.get(word.trim().toLowerCase()) ?? 0;
}
