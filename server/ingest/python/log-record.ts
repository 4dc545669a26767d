/**
 * The fields of a LogRecord of Python's logging as a log record. HTTPHandler sends every field as its text (`None` too);
 * SocketHandler sends values, and the message with its arguments in it. Names of attributes are OpenTelemetry's; what
 * `extra` brings keeps its own. Source: https://docs.python.org/3/library/logging.html#logrecord-attributes.
 */
import type { Attributes, AttributeValue, LogRecord } from '#server/record/log.ts';
import { formatMessage, textOf } from './percent-format.ts';

export interface PythonRecord {
  record: LogRecord;
  /** Name of the logger. */
  scope: string;
}

/** Names that fields get; the others of a LogRecord say the same again. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  pathname: 'code.file.path',
  lineno: 'code.line.number',
  funcName: 'code.function.name',
  stack_info: 'code.stacktrace',
  process: 'process.pid',
  thread: 'thread.id',
  threadName: 'thread.name',
  processName: 'python.process_name',
  taskName: 'python.task_name',
};
const NUMBERS: ReadonlySet<string> = new Set(['lineno', 'process', 'thread']);
const USED: ReadonlySet<string> = new Set([
  ...['msg', 'message', 'args', 'created', 'levelno', 'levelname', 'name', 'exc_info', 'exc_text'],
  ...['msecs', 'relativeCreated', 'asctime', 'filename', 'module'],
]);

/** Null when it has no message, and so is none. */
export function readLogRecord(fields: Readonly<Record<string, AttributeValue>>): PythonRecord | null {
  const body = bodyOf(fields);
  if (body === null) return null;
  const record: LogRecord = { body };
  const time = timeOf(fields.created);
  if (time !== undefined) record.time = time;
  const severityNumber = severityOf(Number(fields.levelno));
  if (severityNumber > 0) record.severityNumber = severityNumber;
  if (typeof fields.levelname === 'string') record.severityText = fields.levelname;
  record.attributes = { ...attributesOf(fields), ...exceptionOf(fields) };
  return { record, scope: isSaid(fields.name) ? String(fields.name) : '' };
}

/** `message` is there when a formatter has been at work; else the message and, from HTTPHandler, its arguments' repr. */
function bodyOf({ message, msg, args }: Readonly<Record<string, AttributeValue>>): string | null {
  if (typeof message === 'string') return message;
  if (msg === undefined || msg === null) return null;
  const text = typeof msg === 'string' ? msg : JSON.stringify(msg);
  return (typeof args === 'string' && isSaid(args) ? formatMessage(text, args) : null) ?? text;
}

function attributesOf(fields: Readonly<Record<string, AttributeValue>>): Attributes {
  const attributes: [string, AttributeValue][] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (USED.has(name)) continue;
    const known = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
    if (known === undefined) attributes.push([name, value]);
    else if (isSaid(value)) attributes.push([known, NUMBERS.has(name) ? numberOf(value) : value]);
  }
  return Object.fromEntries(attributes);
}

const isSaid = (value: AttributeValue | undefined) =>
  value !== undefined && value !== null && value !== 'None';

function numberOf(value: AttributeValue): AttributeValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Seconds as a number prints them, with at most nanoseconds. */
function timeOf(created: AttributeValue | undefined): string | undefined {
  const [, seconds, fraction = ''] = /^(\d{9,10})(?:\.(\d+))?$/.exec(String(created)) ?? [];
  return seconds && seconds + fraction.slice(0, 9).padEnd(9, '0');
}

/** Levels between Python's five belong to the one below: NOTICE 25 is information. */
function severityOf(level: number): number {
  if (!(level > 0)) return 0;
  return level < 10 ? 1 : level < 20 ? 5 : level < 30 ? 9 : level < 40 ? 13 : level < 50 ? 17 : 21;
}

/** The traceback as text; without it, from HTTPHandler, the repr of what was raised. */
function exceptionOf({ exc_text, exc_info }: Readonly<Record<string, AttributeValue>>): Attributes {
  if (typeof exc_text === 'string' && isSaid(exc_text))
    return { ...lastRaised(exc_text), 'exception.stacktrace': exc_text };
  const [, type, raised] =
    /^\(<class '(?:__main__\.)?([\w.]{1,200})'>, (.*), <traceback object at 0x[0-9a-fA-F]+>\)$/s.exec(
      String(exc_info),
    ) ?? [];
  if (type === undefined || raised === undefined) return {};
  const inside = /^[\w.]+\((.*?),?\)$/s.exec(raised)?.[1];
  return {
    'exception.type': type,
    'exception.message': inside === undefined ? raised : (textOf(inside) ?? inside),
  };
}

/** The last line that begins at the margin behind an indented one: `shop.PaymentError: card declined`, to the end. */
function lastRaised(traceback: string): Attributes {
  const lines = traceback.trimEnd().split('\n');
  for (let at = lines.length - 1; at > 0; at--) {
    const [, type, message] = /^([A-Za-z_][\w.]{0,199})(?:: (.*))?$/.exec(lines[at]!) ?? [];
    if (type === undefined || !/^\s/.test(lines[at - 1]!)) continue;
    const rest = lines.slice(at + 1);
    return {
      'exception.type': type,
      ...(message !== undefined && { 'exception.message': [message, ...rest].join('\n') }),
    };
  }
  return {};
}
