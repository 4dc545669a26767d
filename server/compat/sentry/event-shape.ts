/** Events as Sentry's API shows them: the brief form of lists, and the whole event. */
import type { EventHead, StoredEvent } from '#server/issues/event-queries.ts';
import { iso } from '#server/issues/issues.ts';
import type { EventPayload, EventUser } from '#server/record/event.ts';
import { eventEntries } from './event-entries.ts';
import { metadataOf } from './issue-shape.ts';

/** The strategy that our grouping v1 computes; see process/group/group-v1.ts. */
const GROUPING_CONFIG = { id: 'newstyle:2026-01-20', enhancements: '' };

export function eventListShape(head: EventHead, issueId: number | null) {
  return {
    id: head.event_id,
    eventID: head.event_id,
    groupID: issueId === null ? null : String(issueId),
    projectID: String(head.project_id),
    'event.type': head.type,
    title: head.title,
    message: head.message || head.title,
    location: null,
    culprit: head.culprit,
    user: userOf({
      id: head.user_id,
      email: head.user_email,
      username: head.user_username,
      ip_address: head.user_ip,
    }),
    tags: tagsOf(head),
    platform: head.platform,
    dateCreated: iso(head.at),
    crashFile: null,
    metadata: null,
  };
}

export function eventShape(event: StoredEvent, issueId: number | null) {
  const payload = JSON.parse(event.payload) as EventPayload;
  const exception = payload.exception?.values.at(-1);
  const location = locationOf(payload);
  return {
    ...eventListShape(event, issueId),
    size: Buffer.byteLength(event.payload),
    entries: eventEntries(payload),
    dist: event.dist || null,
    message: payload.logentry?.formatted ?? payload.logentry?.message ?? '',
    location: location.filename ?? null,
    user: payload.user ? userOf(payload.user) : null,
    contexts: payload.contexts ?? {},
    sdk: payload.sdk ? { name: payload.sdk.name ?? null, version: payload.sdk.version ?? null } : null,
    context: payload.extra ?? {},
    packages: payload.modules ?? {},
    type: event.type,
    metadata: {
      ...metadataOf({
        title: event.title,
        exception_type: exception?.type ?? '',
        exception_value: exception?.value ?? '',
      }),
      ...location,
    },
    dateReceived: iso(event.received),
    errors: (payload.errors ?? []).map(({ type, name, detail }) => ({
      type,
      message: detail,
      data: { name },
    })),
    fingerprints: event.grouping_hashes,
    groupingConfig: GROUPING_CONFIG,
    occurrence: null,
    resolvedWith: [],
    sdkUpdates: [],
    release: event.release ? { version: event.release, shortVersion: event.release } : null,
    userReport: null,
    nextEventID: null as string | null,
    previousEventID: null as string | null,
    _meta: {
      entries: {},
      message: null,
      user: null,
      contexts: null,
      sdk: null,
      context: null,
      packages: null,
      tags: {},
    },
  };
}

function userOf(user: EventUser) {
  const { id, email, username, ip_address, name, geo, data } = user;
  if (!id && !email && !username && !ip_address && !name) return null;
  return {
    id: id || null,
    email: email || null,
    username: username || null,
    ip_address: ip_address || null,
    name: name || null,
    ...(geo ? { geo } : {}),
    data: data ?? null,
  };
}

/** The event's own tags and the columns that Sentry shows as tags, by key; the event's own win. */
function tagsOf(head: EventHead): { key: string; value: string; query?: string }[] {
  const columns: Record<string, string> = {
    dist: head.dist,
    environment: head.environment,
    level: head.level,
    release: head.release,
    transaction: head.transaction,
    url: head.url,
    user: head.user_id ? `id:${head.user_id}` : head.user_email ? `email:${head.user_email}` : '',
  };
  return Object.entries({ ...columns, ...head.tags })
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, value }));
}

/** Where it happened: the last frame of the application, else the last of all. */
function locationOf(payload: EventPayload): { filename?: string; function?: string } {
  const stacktrace =
    payload.exception?.values.findLast((each) => each.stacktrace)?.stacktrace ?? payload.stacktrace;
  const frames = stacktrace?.frames ?? [];
  const frame = frames.findLast((each) => each.in_app) ?? frames.at(-1);
  const filename = frame?.filename ?? frame?.abs_path;
  return { ...(filename ? { filename } : {}), ...(frame?.function ? { function: frame.function } : {}) };
}
