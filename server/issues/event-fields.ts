/**
 * The keys of a search that an event answers: which columns of its row, or which part of what was sent, each of them
 * means. Ours, Sentry's and OpenTelemetry's spellings. Whatever is not here is a tag.
 */
import { searchError } from '#server/query/search.ts';
import { didYouMean } from '#server/query/sql/suggest-name.ts';
import { STACK_PARTS, type StackPart } from '#server/record/stack-text.ts';

export type EventField =
  /** More than one: any of them. */
  | { is: 'columns'; columns: readonly string[]; compares?: 'version' }
  /** A value in the payload; a tag of the same name goes first, as it does in Sentry. */
  | { is: 'payload'; path: readonly string[]; compares: 'number' | 'version'; tag?: string }
  | { is: 'tag'; tag: string }
  /** `true` or `false`; negated for the opposite word. */
  | { is: 'handled'; positive: 0 | 1 }
  | { is: 'mainThread' }
  | { is: 'time'; column: 'timestamp' | 'received_at' }
  | { is: 'header'; name: string }
  | { is: 'frames'; part: StackPart }
  /** Answered by what is known of releases: see event-terms.ts. */
  | { is: 'release'; part: 'version' | 'package' | 'build' };

const columns = (...names: string[]): EventField => ({ is: 'columns', columns: names });
const payload = (...path: string[]): EventField => ({ is: 'payload', path, compares: 'number' });

/** Lower case, without underscores. */
const FIELDS: ReadonlyMap<string, EventField> = new Map(
  Object.entries<EventField>({
    release: columns('release'),
    'release.version': { is: 'release', part: 'version' },
    'release.package': { is: 'release', part: 'package' },
    'release.build': { is: 'release', part: 'build' },
    dist: columns('dist'),
    environment: columns('environment'),
    transaction: columns('transaction'),
    service: columns('service'),
    'service.name': columns('service'),
    host: columns('host'),
    'host.name': columns('host'),
    servername: columns('host'),
    logger: columns('logger'),
    level: columns('level'),
    platform: columns('platform'),
    'platform.name': columns('platform'),
    'sdk.name': columns('sdk_name'),
    'sdk.version': { is: 'columns', columns: ['sdk_version'], compares: 'version' },
    user: columns('user_key', 'user_id', 'user_email', 'user_username', 'user_ip'),
    'user.id': columns('user_id'),
    'user.email': columns('user_email'),
    'user.username': columns('user_username'),
    'user.ip': columns('user_ip'),
    'user.ipaddress': columns('user_ip'),
    'user.name': payload('user', 'name'),
    trace: columns('trace_id'),
    'trace.id': columns('trace_id'),
    traceid: columns('trace_id'),
    'span.id': columns('span_id'),
    spanid: columns('span_id'),
    session: columns('session_id'),
    'session.id': columns('session_id'),
    sessionid: columns('session_id'),
    request: columns('request_id'),
    'request.id': columns('request_id'),
    requestid: columns('request_id'),
    url: columns('url'),
    'http.url': columns('url'),
    'http.method': payload('request', 'method'),
    'http.referer': { is: 'header', name: 'Referer' },
    'http.useragent': { is: 'header', name: 'User-Agent' },
    'http.statuscode': payload('contexts', 'response', 'status_code'),
    id: columns('event_id'),
    'event.id': columns('event_id'),
    eventid: columns('event_id'),
    'event.type': columns('type'),
    timestamp: { is: 'time', column: 'timestamp' },
    'event.timestamp': { is: 'time', column: 'timestamp' },
    received: { is: 'time', column: 'received_at' },
    title: columns('title'),
    culprit: columns('culprit'),
    location: columns('culprit'),
    message: columns('message', 'exception_value', 'title'),
    type: columns('exception_type'),
    'error.type': columns('exception_type'),
    value: columns('exception_value'),
    'error.value': columns('exception_value'),
    'error.mechanism': { is: 'tag', tag: 'mechanism' },
    // Every event that says so has them as tags, which are read faster than what was sent.
    'os.name': { is: 'tag', tag: 'os.name' },
    'browser.name': { is: 'tag', tag: 'browser.name' },
    'runtime.name': { is: 'tag', tag: 'runtime.name' },
    'device.family': { is: 'tag', tag: 'device.family' },
    'error.handled': { is: 'handled', positive: 1 },
    'error.unhandled': { is: 'handled', positive: 0 },
    'error.mainthread': { is: 'mainThread' },
    'device.modelid': payload('contexts', 'device', 'model_id'),
    'device.locale': payload('contexts', 'culture', 'locale'),
    'app.id': payload('contexts', 'app', 'app_identifier'),
    'app.version': { is: 'payload', path: ['contexts', 'app', 'app_version'], compares: 'version' },
    'app.build': payload('contexts', 'app', 'app_build'),
    ...Object.fromEntries(
      (Object.keys(STACK_PARTS) as StackPart[]).map((part) => [
        `stack.${part.replaceAll('_', '')}`,
        { is: 'frames', part } as const,
      ]),
    ),
  }),
);

/** What follows is a field of that context, or of the user's place. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  device: ['contexts', 'device'],
  os: ['contexts', 'os'],
  browser: ['contexts', 'browser'],
  runtime: ['contexts', 'runtime'],
  app: ['contexts', 'app'],
  gpu: ['contexts', 'gpu'],
  geo: ['user', 'geo'],
};
const VERSIONS = new Set(['os.version', 'browser.version', 'runtime.version']);

/** Keys of Sentry's search that nothing here answers, and what to do instead. */
const UNANSWERED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'issue.category': 'every issue is an error',
    'issue.type': 'every issue is an error; error.type is the class of the exception',
    'release.stage': 'the adoption of releases stands on their page',
    'device.class': 'search device.model or device.family instead',
    'stack.stacklevel': 'search stack.function, stack.filename or stack.module instead',
    'stack.lineno': 'search stack.function, stack.filename or stack.module instead',
    'stack.colno': 'search stack.function, stack.filename or stack.module instead',
    'stack.inapp': 'search stack.function, stack.filename or stack.module instead',
    'unreal.crashtype': 'search tags or error.type instead',
    snoozedby: 'archived issues are is:archived',
    'team.keytransaction': 'transactions are not searched here',
  }),
);

/** One spelling for `firstSeen` and `first_seen`. */
export const canonicalKey = (key: string) => key.toLowerCase().replaceAll('_', '');

/** The tag that `tags[name]` speaks of, whatever else the name may mean. */
export const explicitTag = (key: string) => /^tags\[(.+)\]$/.exec(key)?.[1];

/** What the key means of an event. Throws the refusal for a key that would find nothing whatever its value. */
export function eventFieldOf({ key, column }: { key: string; column: number }): EventField {
  const tag = explicitTag(key);
  if (tag !== undefined) return { is: 'tag', tag };
  const known = FIELDS.get(canonicalKey(key));
  if (known) return known;
  const reason = UNANSWERED.get(canonicalKey(key));
  if (reason !== undefined)
    throw searchError(
      column,
      `"${key}" is not a key of this search: ${reason}. tags[${key}] is a tag of this name`,
    );
  const dot = key.indexOf('.');
  const family = FAMILIES[key.slice(0, dot).toLowerCase()];
  if (dot > 0 && family && Object.hasOwn(FAMILIES, key.slice(0, dot).toLowerCase()))
    return {
      is: 'payload',
      path: [...family, key.slice(dot + 1)],
      compares: VERSIONS.has(key.toLowerCase()) ? 'version' : 'number',
      tag: key,
    };
  if (/^stack\./i.test(key))
    throw searchError(
      column,
      `expected stack. with one of ${Object.keys(STACK_PARTS).join(', ')}, not "${key}"`,
    );
  return { is: 'tag', tag: key };
}

/** Whether the key is nothing but a tag: one that no event has finds nothing, and whoever typed it wants to know. */
export function isTag(key: string): boolean {
  const dot = key.indexOf('.');
  return (
    explicitTag(key) !== undefined ||
    !(FIELDS.has(canonicalKey(key)) || Object.hasOwn(FAMILIES, key.slice(0, Math.max(0, dot)).toLowerCase()))
  );
}

/** ` Did you mean "release"?`, of the keys one writes most. */
export const nearestKey = (key: string, own: Iterable<string>) => didYouMean(key, [...own, ...FIELDS.keys()]);
