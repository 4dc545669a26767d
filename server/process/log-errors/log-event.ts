/**
 * The event of a log record that carries an exception, in the words in which an SDK would have sent it: so it is
 * normalised, grouped and shown like any other. Null for a record that carries none after all.
 */
import { hash } from 'node:crypto';
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';
import type { Severity } from '#server/record/severity.ts';
import { parseStack } from '#server/record/stack-trace/parse-stack.ts';
import type { ParsedStack } from '#server/record/stack-trace/parsed-stack.ts';
import { exceptionIn, type FoundFields, fieldsOf } from './exception-fields.ts';
import { type LogError, logIdOf } from './log-error.ts';

export interface LogEvent {
  eventId: string;
  logId: string;
  /** The event as an SDK would send it, JSON. */
  payload: string;
}

/** Name of the SDK that events from logs say they come from. */
export const LOG_SDK = 'tandem.logs';

/** Characters of what was logged. */
const LOGGED_CHARS_MAX = 2_048;

interface Found {
  platform: string;
  exceptions: ExceptionValue[];
  logged: string;
  isUnhandled: boolean;
}

export function logEventOf(error: LogError): LogEvent | null {
  const found = findException(error);
  if (!found) return null;
  const eventId = eventIdOf(error);
  const logId = logIdOf(error);
  return { eventId, logId, payload: JSON.stringify(eventOf(error, found, eventId, logId)) };
}

function findException({ record: { attributes = {}, body } }: LogError): Found | null {
  const fields = exceptionIn(fieldsOf(attributes, body));
  for (const text of [...fields.stacks, ...(body.startsWith('{') ? [fields.logged] : [])]) {
    const parsed = parseStack(text) ?? placesOnly(text);
    if (parsed) return withFields(parsed, fields, body);
  }
  if (fields.isNamed)
    return {
      platform: 'other',
      exceptions: [{ type: fields.type, ...(fields.message && { value: fields.message }) }],
      logged: loggedOf(fields, body),
      isUnhandled: false,
    };
  const parsed = body.startsWith('{') ? null : parseStack(body);
  if (!parsed) return null;
  return named(parsed, parsed.heading);
}

/** What the fields say beside the stack fills in what the stack leaves out. */
function withFields(parsed: ParsedStack, fields: FoundFields, body: string): Found {
  const top = parsed.exceptions.at(-1)!;
  if (top.type === undefined && fields.type) top.type = fields.type;
  if (top.value === undefined && fields.message) top.value = fields.message;
  return named(parsed, loggedOf(fields, body));
}

/** A stack without a word of what happened has the line it was logged with as its message. */
function named({ platform, exceptions, isUnhandled, heading }: ParsedStack, logged: string): Found {
  const top = exceptions.at(-1)!;
  const said = logged.trim() || heading.trim();
  if (top.type === undefined && top.value === undefined && said) top.value = said.split('\n').at(-1)!;
  return { platform, exceptions, logged: said, isUnhandled };
}

function loggedOf(fields: FoundFields, body: string): string {
  return body.startsWith('{') ? fields.logged : body;
}

/** monolog's `trace`: places without calls. */
function placesOnly(text: string): ParsedStack | null {
  const frames: StackFrame[] = [];
  for (const line of text.split('\n')) {
    const place = /^#\d{1,4} (.{1,1000})\((\d{1,9})\): $/.exec(line);
    if (!place) return null;
    const path = place[1]!;
    frames.push({
      filename: path,
      abs_path: path,
      lineno: Number(place[2]),
      in_app: !path.includes('/vendor/'),
    });
  }
  return {
    platform: 'php',
    exceptions: [{ stacktrace: { frames: frames.reverse() } }],
    heading: '',
    isUnhandled: false,
  };
}

/**
 * The same for a record that is sent again, so that it is stored once: what was sent and where it stood in its request.
 * A record that names no time is told by when it came.
 */
function eventIdOf({ project, receivedAt, sequence, record, resource, labels }: LogError): string {
  const said = [project, record.time ?? `+${receivedAt}`, sequence, resource, labels, record];
  return hash('sha256', JSON.stringify(said)).slice(0, 32);
}

function eventOf(error: LogError, found: Found, eventId: string, logId: string): object {
  const { correlation: of, time, severity, scope } = error;
  const { platform, exceptions, logged, isUnhandled } = found;
  const top = exceptions.at(-1)!;
  top.mechanism = { type: 'log', ...(isUnhandled && { handled: false }) };
  const isTrace = /^[0-9a-f]{32}$/.test(of.trace_id);
  return {
    event_id: eventId,
    timestamp: Number(time / 1000n) / 1_000_000,
    platform,
    level: levelOf(severity),
    logger: scope || undefined,
    server_name: of.host || undefined,
    release: of.release || undefined,
    environment: of.environment || undefined,
    ...(logged && { logentry: { formatted: logged.slice(0, LOGGED_CHARS_MAX) } }),
    ...(of.user_id && { user: { id: of.user_id } }),
    exception: { values: exceptions },
    tags: of.service ? { service: of.service } : {},
    extra: {
      ...(of.request_id && { request_id: of.request_id }),
      ...(of.session_id && { session_id: of.session_id }),
    },
    contexts: {
      log: { id: logId },
      ...(isTrace && {
        trace: { trace_id: of.trace_id, ...(/^[0-9a-f]{16}$/.test(of.span_id) && { span_id: of.span_id }) },
      }),
    },
    sdk: { name: LOG_SDK, version: '1' },
  };
}

/** A stack trace of which nobody said how bad it is. */
const UNKNOWN: Severity = 'error';

function levelOf(severity: number): Severity {
  if (severity === 0) return UNKNOWN;
  return severity >= 21
    ? 'fatal'
    : severity >= 17
      ? 'error'
      : severity >= 13
        ? 'warning'
        : severity >= 9
          ? 'info'
          : 'debug';
}
