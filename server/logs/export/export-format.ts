/** What a file format makes of log records, a page at a time. The same columns by the same names in each. */
import type { LogRecord } from '#contract/logs.ts';

export interface ExportEncoder {
  /** What stands before the first record. */
  begin(): Uint8Array;
  /** Bytes that are ready; the rest comes with a later page or at the end. */
  encode(records: readonly LogRecord[]): Uint8Array;
  end(): Uint8Array;
}

export interface ExportFormat {
  contentType: string;
  extension: string;
  open(): ExportEncoder;
}

/** Columns that are texts, named as the API names them. `time` goes before them. */
export const TEXT_COLUMNS = [
  'level',
  'severityText',
  'service',
  'host',
  'environment',
  'release',
  'scope',
  'eventName',
  'body',
  'patternId',
  'traceId',
  'spanId',
  'userId',
  'sessionId',
  'requestId',
  'source',
  'projectId',
  'id',
] as const satisfies readonly (keyof LogRecord)[];

/** Columns that hold a JSON object each. */
export const OBJECT_COLUMNS = [
  'labels',
  'resource',
  'attributes',
] as const satisfies readonly (keyof LogRecord)[];

export const NOTHING = new Uint8Array();

/** ISO 8601 in UTC with nine decimals. */
export function exactIsoTime(nanoseconds: string): string {
  const seconds = Number(nanoseconds.slice(0, -9));
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${nanoseconds.slice(-9).padStart(9, '0')}Z`;
}
