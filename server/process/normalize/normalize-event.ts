/**
 * First step of `process` for an event: a sender's JSON becomes an EventPayload, with one spelling per thing,
 * bounded in every direction, its times on our clock. Pure: the same bytes and the same facts of the door
 * always give the same payload. Nothing a sender sends makes it throw, except bytes that are no JSON object.
 */
import type { EventPayload } from '#server/record/event.ts';
import { SEVERITIES, type Severity } from '#server/record/severity.ts';
import { BOUNDS } from './bounds.ts';
import { readBreadcrumbs } from './breadcrumbs.ts';
import { addUserAgent, readContexts } from './contexts.ts';
import { readExceptions, readThreads } from './exceptions.ts';
import { readMessage } from './message.ts';
import { isRecord, type Json, numberOf, parseHostileJson, Reader } from './reader.ts';
import { headerOf, readRequest } from './request.ts';
import { readStacktrace } from './stacktrace.ts';
import { addDerivedTags, readTags } from './tags.ts';
import { clockDriftMs, eventTime } from './timestamps.ts';
import { readUser } from './user.ts';

/** What the door knows about the request an event came in. */
export interface EventArrival {
  eventId: string;
  receivedAt: number;
  sentAt?: number;
  clientIp?: string;
  userAgent?: string;
  /** Its time is believed however old it is: who brought it has looked at how long things are kept. */
  imported?: boolean;
}

/** Throws when the bytes are not a JSON object: the door has checked that, so it is a bug or a changed disk. */
export function normalizeEvent(bytes: Uint8Array, arrival: EventArrival): EventPayload {
  const event = parseHostileJson(bytes);
  if (!isRecord(event)) throw new Error('event payload is not a JSON object');
  const reader = new Reader();
  const drift = clockDriftMs(arrival.sentAt, arrival.receivedAt);
  const platform = reader.field(event.platform, 'platform', 64)?.toLowerCase() ?? 'other';

  const topStacktrace = readStacktrace(
    event.stacktrace ?? event['sentry.interfaces.Stacktrace'],
    'stacktrace',
    reader,
  );
  const exceptions = readExceptions(
    event.exception ?? event['sentry.interfaces.Exception'],
    topStacktrace,
    reader,
  );
  const threads = readThreads(event.threads, reader);
  const request = readRequest(event.request ?? event['sentry.interfaces.Http'], reader);
  const contexts = readContexts(event.contexts, reader);
  const browserAgent = platform === 'javascript' ? arrival.userAgent : undefined;
  addUserAgent(contexts, headerOf(request, 'user-agent') ?? browserAgent);
  const breadcrumbs = readBreadcrumbs(
    event.breadcrumbs ?? event['sentry.interfaces.Breadcrumbs'],
    drift,
    reader,
  );
  const reports = readReports(event, reader);

  const payload: Omit<EventPayload, 'tags'> & { tags?: [string, string][] } = {
    event_id: arrival.eventId,
    type: typeOf(event, exceptions.length > 0),
    timestamp: eventTime(event.timestamp, drift, arrival, reader) / 1000,
    received: arrival.receivedAt / 1000,
    level: levelOf(event.level, exceptions.length > 0, reader),
    platform,
  };
  const set = <Key extends keyof EventPayload>(key: Key, value: EventPayload[Key] | undefined) => {
    if (value !== undefined) (payload as EventPayload)[key] = value;
  };
  set('logger', reader.field(event.logger, 'logger', 128));
  set('transaction', reader.field(event.transaction ?? event.culprit, 'transaction', 200));
  set('server_name', reader.field(event.server_name, 'server_name'));
  set('release', reader.field(event.release, 'release'));
  set('dist', reader.field(event.dist, 'dist', 64));
  set('environment', reader.field(event.environment, 'environment', 64));
  set('culprit', reader.field(event.culprit, 'culprit', 200));
  set('checksum', reader.field(event.checksum, 'checksum', 128));
  set('fingerprint', readFingerprint(event.fingerprint, reader));
  set('logentry', readMessage(event, reader));
  if (exceptions.length > 0) set('exception', { values: exceptions });
  else set('stacktrace', topStacktrace);
  if (threads.length > 0) set('threads', { values: threads });
  set('template', reader.dataRecord(event.template, 'template', 3));
  if (breadcrumbs.length > 0) set('breadcrumbs', { values: breadcrumbs });
  set('user', readUser(event, platform, request, arrival.clientIp, reader));
  set('request', request);
  set('extra', reader.dataRecord(event.extra, 'extra'));
  if (Object.keys(contexts).length > 0) set('contexts', contexts);
  set('modules', readModules(event.modules, reader));
  set('sdk', readSdk(event.sdk, reader));
  set('debug_meta', readDebugMeta(event.debug_meta, reader));
  Object.assign(payload, reports);

  const tags = readTags(event.tags, reader);
  addDerivedTags(tags, payload);
  payload.tags = [...tags];
  if (reader.problems.length > 0) payload.errors = reader.problems;
  return payload as EventPayload;
}

const REPORT_TYPES = ['csp', 'hpkp', 'expectct', 'expectstaple', 'nel'] as const;

function typeOf(event: Json, hasException: boolean): EventPayload['type'] {
  if (event.type === 'feedback') return 'feedback';
  for (const type of REPORT_TYPES) if (isRecord(event[type])) return type;
  return hasException ? 'error' : 'default';
}

function readReports(event: Json, reader: Reader): Partial<EventPayload> {
  const reports: Partial<EventPayload> = {};
  for (const type of REPORT_TYPES)
    if (isRecord(event[type])) reports[type] = reader.dataRecord(event[type], type, 4);
  return reports;
}

const LEVELS: Record<string, Severity> = {
  critical: 'fatal',
  panic: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  alert: 'fatal',
  err: 'error',
  warn: 'warning',
  log: 'info',
  notice: 'info',
  information: 'info',
  trace: 'debug',
  verbose: 'debug',
  sample: 'info',
};
/** Old clients send Python's numbers. */
const LEVEL_NUMBERS: Record<number, Severity> = {
  10: 'debug',
  20: 'info',
  30: 'warning',
  40: 'error',
  50: 'fatal',
};

function levelOf(value: unknown, hasException: boolean, reader: Reader): Severity {
  const said = typeof value === 'string' ? value.toLowerCase() : value;
  if (SEVERITIES.includes(said as Severity)) return said as Severity;
  const known =
    typeof said === 'string' && Object.hasOwn(LEVELS, said) ? LEVELS[said] : LEVEL_NUMBERS[numberOf(said)];
  if (known !== undefined) return known;
  if (value !== undefined && value !== null && value !== '')
    reader.note('invalid_data', 'level', 'not one of fatal, error, warning, info and debug');
  return hasException || value === undefined ? 'error' : 'info';
}

function readFingerprint(value: unknown, reader: Reader): string[] | undefined {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list)) {
    if (list !== undefined && list !== null) reader.note('invalid_data', 'fingerprint', 'expected a list');
    return undefined;
  }
  const read = list
    .slice(0, 50)
    .map((part) =>
      reader.text(
        typeof part === 'object' && part !== null ? JSON.stringify(part) : part,
        'fingerprint',
        1024,
      ),
    )
    .filter((part): part is string => part !== undefined);
  return read.length > 0 ? read : undefined;
}

function readModules(value: unknown, reader: Reader): Record<string, string> | undefined {
  const record = reader.dataRecord(value, 'modules', 2, BOUNDS.modules);
  if (!record) return undefined;
  return Object.fromEntries(
    Object.entries(record).map(([name, version]) => [
      name,
      typeof version === 'object' && version !== null ? JSON.stringify(version) : String(version ?? ''),
    ]),
  );
}

function readSdk(value: unknown, reader: Reader): EventPayload['sdk'] {
  const record = reader.dataRecord(value, 'sdk', 4);
  if (!record) return undefined;
  const sdk: NonNullable<EventPayload['sdk']> = {};
  if (typeof record.name === 'string') sdk.name = record.name;
  if (typeof record.version === 'string') sdk.version = record.version;
  if (Array.isArray(record.packages)) sdk.packages = record.packages;
  if (Array.isArray(record.integrations))
    sdk.integrations = record.integrations.filter((name) => typeof name === 'string');
  if (isRecord(record.settings)) sdk.settings = record.settings;
  return sdk;
}

function readDebugMeta(given: unknown, reader: Reader): EventPayload['debug_meta'] {
  const value = reader.record(given, 'debug_meta');
  if (!value || !Array.isArray(value.images)) return undefined;
  const images = value.images
    .filter(isRecord)
    .slice(0, BOUNDS.images)
    .map((image) => reader.dataRecord(image, 'debug_meta.images', 3))
    .filter((image) => image !== undefined);
  return images.length > 0 ? { images } : undefined;
}
