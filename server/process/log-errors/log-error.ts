/**
 * A log record that may carry an exception, between the lane of logs that found it and the event that is made of it.
 * Finding is for every record of a flood and costs next to nothing; reading is for the few that are kept.
 */

import type { Correlation } from '#server/record/correlation.ts';
import type { Attributes, AttributeValue, LogRecord } from '#server/record/log.ts';
import { mayHoldStack } from '#server/record/stack-trace/parse-stack.ts';

export interface LogError {
  project: number;
  /** The door's clock, ms. */
  receivedAt: number;
  /** Nanoseconds, as the record is stored. */
  time: bigint;
  /** Of the record among those of its request. */
  sequence: number;
  severity: number;
  correlation: Correlation;
  /** Its pattern: what floods are told by before anything is read. */
  pattern: string;
  record: LogRecord;
  scope: string;
  resource: Attributes;
  labels: Record<string, string>;
}

/** Names of attributes in which loggers put an error, as they are sent; more spellings are read than are looked for. */
const NAMES: ReadonlySet<string> = new Set([
  ...[
    'exception.type',
    'exception.stacktrace',
    'exception.message',
    'exception',
    'Exception',
    '@x',
    'thrown',
  ],
  ...['exception_type', 'exception_stacktrace', 'err', 'error', 'stack', 'stacktrace', 'stack_trace'],
  ...['stackTrace', 'StackTrace', 'error.stack', 'error.stack_trace', 'error_stack', 'error.stacktrace'],
  ...['err.stack', 'err_stack', 'traceback', 'exc_text', 'exc_info', 'errorVerbose', 'context', 'cause'],
]);

/** Whether an attribute may be the place of an exception. */
export function mayBeException(name: string, value: AttributeValue | undefined): boolean {
  if (!NAMES.has(name)) return false;
  if (typeof value === 'string')
    return (
      value.includes('\n') || value.includes('\\n') || name === 'exception.type' || name === 'exception_type'
    );
  return typeof value === 'object' && value !== null;
}

const OPEN_BRACE = 0x7b;

/** Whether the body may hold a stack trace, as text or in its JSON. */
export function mayHoldException(body: string): boolean {
  return mayHoldStack(body) || (body.charCodeAt(0) === OPEN_BRACE && body.includes('xception":{'));
}

/** Identity of the record as the screens know it; see server/logs/logs.ts and TIE in server/query/plan. */
export function logIdOf({ project, time, receivedAt, sequence }: LogError): string {
  return `${project}-${time}-${BigInt(receivedAt) * 1_048_576n + BigInt(sequence % 1_048_576)}`;
}
