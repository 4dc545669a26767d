/**
 * The protocol suite: everything real SDKs were recorded to send (fixtures/sentry, by tools/record-fixtures)
 * through the protocol's own routes, against golden records beside each recording. `-u` writes the golden file
 * anew: read the difference before you keep it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { IngestRequest, Route } from '#server/ingest/protocol.ts';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import { isObject, type JsonObject } from './json.ts';
import { sentryProtocol } from './sentry.ts';
import { jsonOf, requestOf } from './test-request.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/sentry');

interface Recording {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

const cases = readdirSync(FIXTURES)
  .filter((client) => client !== 'README.md')
  .flatMap((client) => readdirSync(join(FIXTURES, client)).map((story) => [client, story] as const));

test('recordings are there', () => {
  expect(cases.length).toBeGreaterThan(50);
});

test.each(cases)('%s, %s', async (client, story) => {
  const directory = join(FIXTURES, client, story);
  const recordings: Recording[] = JSON.parse(readFileSync(join(directory, 'requests.json'), 'utf8'));
  const results = [];
  for (const recording of recordings)
    results.push(await passOf(recording, readFileSync(join(directory, recording.body))));
  await expect(`${JSON.stringify(results, null, 2)}\n`).toMatchFileSnapshot(join(directory, 'expected.json'));
});

/** One request through its route, as the door would lead it, in the words of a person. */
async function passOf(recording: Recording, body: Buffer) {
  const url = new URL(recording.path, 'http://localhost');
  const { route, params } = routeOf(recording.method, url.pathname);
  const request: IngestRequest = requestOf(
    recording.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
    {
      method: recording.method,
      path: url.pathname,
      params,
      query: url.searchParams,
      headers: recording.headers,
    },
  );
  const decoded = await route.decode(request);
  /** Ids that are made while decoding differ from one time to the next. */
  const again = JSON.stringify([(await route.decode(request)).request]);
  const sentOr = (text: string | undefined) =>
    text?.replace(/[0-9a-f]{32}/, (id) => (again.includes(id) ? id : '(made here)'));
  const { sentAt, eventId, sdk, userAgent, trace, records } = decoded.request;
  return {
    credentials: route.credentials(request),
    eventId: sentOr(eventId),
    sentAt: sentAt === undefined ? undefined : new Date(sentAt).toISOString(),
    sdk,
    userAgent,
    trace: trace?.trace_id,
    records: records.map((record) => describeRecord(record, sentOr)),
    counts: decoded.counts,
    answer: sentOr(String(route.answer(decoded, { limited: [] }).body)),
  };
}

function routeOf(method: string, path: string): { route: Route; params: Record<string, string> } {
  for (const route of sentryProtocol.routes) {
    const pattern = new RegExp(`^${route.path.replace(/\/$/, '').replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`);
    const match = pattern.exec(path);
    if (match && route.method === method) return { route, params: { ...match.groups } };
  }
  throw new Error(`no route for ${method} ${path}`);
}

function describeRecord(record: AcceptedRecord, sentOr: (text: string | undefined) => string | undefined) {
  const { type, kind, meta, payload } = record;
  const known = { type, kind, ...meta, ...(meta.eventId ? { eventId: sentOr(String(meta.eventId)) } : {}) };
  if (type === 'attachment') return { ...known, bytes: payload.byteLength };
  const json = jsonOf(record);
  return {
    ...known,
    bytes: payload.byteLength,
    ...(type === 'spans' ? { spans: json.groups } : describe(json)),
  };
}

/** The fields a person would look at. */
function describe(json: JsonObject) {
  const {
    platform,
    level,
    message,
    logentry,
    transaction,
    release,
    environment,
    server_name,
    user,
    tags,
    contexts,
  } = json;
  const {
    monitor_slug,
    status,
    check_in_id,
    duration,
    monitor_config,
    sid,
    init,
    errors,
    aggregates,
    attrs,
  } = json;
  return {
    platform,
    level,
    message: message ?? logentry,
    exceptions: someOf(listOf(json.exception), (one) => {
      const frames = isObject(one.stacktrace) ? listOf({ values: one.stacktrace.frames }) : [];
      const last = frames.at(-1);
      return {
        title: `${one.type}: ${one.value}`,
        handled: isObject(one.mechanism) ? one.mechanism.handled : undefined,
        frames: frames.length,
        last: last && `${last.function} in ${last.filename}:${last.lineno}`,
        vars: last?.vars,
      };
    }),
    breadcrumbs: someOf(listOf(json.breadcrumbs), (crumb) => `${crumb.category}: ${crumb.message}`),
    feedback: isObject(contexts) ? contexts.feedback : undefined,
    ...{ transaction, release, environment, server_name, user, tags },
    logs: json.groups,
    ...{ monitor_slug, status, check_in_id, duration, monitor_config, sid, init, errors, aggregates, attrs },
  };
}

/** Undefined, so not in the golden file, when there are none. */
function someOf<T>(list: JsonObject[], describeOne: (one: JsonObject) => T): T[] | undefined {
  return list.length === 0 ? undefined : list.map(describeOne);
}

/** `[…]` of JavaScript, `{values:[…]}` of most others. */
function listOf(value: unknown): JsonObject[] {
  const list = isObject(value) ? value.values : value;
  return Array.isArray(list) ? (list as JsonObject[]) : [];
}
