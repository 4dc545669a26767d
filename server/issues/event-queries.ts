/**
 * Events of an issue: the list, and one event with its neighbours. An event is looked for among the hashes of its
 * issue, where the primary key finds it; only the look-up without an issue goes over all projects one may see.
 */
import type * as z from 'zod';
import type { EventList, EventSearch, EventSummary, FoundEvents } from '#contract/events.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { parseSearch } from '#server/query/search.ts';
import { periodMs } from '#server/query/trend.ts';
import { reject } from '#server/record/rejections.ts';
import type { Severity } from '#server/record/severity.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { eventCondition } from './event-search.ts';
import { knownTerms } from './event-terms.ts';
import {
  type EventPlace,
  type EventsOf,
  eventsOf,
  eventsOfProjects,
  lookBack,
  PLACE,
  placeIs,
} from './events-of.ts';
import {
  type FoundIssue,
  type IssueStores,
  iso,
  issueOfHash,
  projectIds,
  visibleProjects,
} from './issues.ts';
import { eventStandingFor } from './log-error-links.ts';
import { unknownTags } from './unknown-tags.ts';

/** A row of the events table without its large columns. */
export interface EventHead extends EventPlace {
  project_id: number;
  grouping_hash: string;
  received: number;
  title: string;
  culprit: string;
  message: string;
  type: string;
  level: string;
  platform: string;
  release: string;
  dist: string;
  environment: string;
  transaction: string;
  user_id: string;
  user_email: string;
  user_username: string;
  user_ip: string;
  url: string;
  trace_id: string;
  tags: Record<string, string>;
}

const HEAD = `project_id, grouping_hash, ${PLACE}, toUnixTimestamp64Milli(received_at) AS received, title, culprit,
  message, type, level, platform, release, dist, environment, transaction, user_id, user_email, user_username,
  user_ip, url, trace_id, tags`;

/** The heads of events, newest first, on from a place. */
export async function eventHeads(
  stores: IssueStores,
  of: EventsOf,
  { query, after, limit }: { query: string; after: EventPlace | null; limit: number },
): Promise<EventHead[]> {
  const bound = new BoundValues();
  const filter = parseSearch(query);
  const matching = eventCondition(filter, bound, await knownTerms(stores, of.projects, filter));
  const sql = `SELECT ${HEAD} FROM events
    WHERE ${of.where} AND ${matching} AND timestamp >= fromUnixTimestamp64Milli({since:Int64})
      ${after ? `AND ${placeIs('<', 'afterAt', 'afterId')}` : ''}
    ORDER BY timestamp DESC, event_id DESC LIMIT {limit:UInt32}`;
  const params = { ...of.params, ...bound.params, limit, afterAt: after?.at, afterId: after?.event_id };
  return lookBack(of, { until: after?.at, enough: limit }, (since) =>
    stores.telemetry.select<EventHead>(of.projects, sql, { params: { ...params, since } }),
  );
}

export async function listEvents(
  stores: IssueStores,
  issue: FoundIssue,
  { query, cursor, limit }: { query: string; cursor: string; limit: number },
): Promise<EventList> {
  const from = readCursor(cursor, 'events');
  const of = await eventsOf(stores, issue);
  const heads = await eventHeads(stores, of, {
    query,
    after: from && { at: from.value, event_id: from.id },
    limit: limit + 1,
  });
  const shown = heads.slice(0, limit);
  const last = heads.length > limit ? shown.at(-1)! : null;
  return {
    items: shown.map(toSummary),
    nextCursor: last && writeCursor({ list: 'events', way: 'after', value: last.at, id: last.event_id }),
    notices: shown.length > 0 ? [] : await unknownTags(stores, of.projects, parseSearch(query), of.oldest),
  };
}

/** Events of all issues, within a period. */
export async function searchEvents(
  stores: IssueStores,
  viewer: Viewer,
  { project, query, period, cursor, limit }: z.output<typeof EventSearch>,
): Promise<FoundEvents> {
  const projects = await visibleProjects(stores, viewer, project);
  if (projects.length === 0) return { items: [], nextCursor: null, notices: [] };
  const now = stores.clock.now();
  const from = readCursor(cursor, 'allEvents');
  const of = {
    ...eventsOfProjects(projectIds(projects), now),
    oldest: now - periodMs(period),
  };
  const heads = await eventHeads(stores, of, {
    query,
    after: from && { at: from.value, event_id: from.id },
    limit: limit + 1,
  });
  const shown = heads.slice(0, limit);
  const last = heads.length > limit ? shown.at(-1)! : null;
  const issues = await issuesOfHashes(stores, shown);
  const slugs = new Map(projects.map(({ id, slug }) => [Number(id), slug]));
  return {
    items: shown.map((head) => ({
      ...toSummary(head),
      project: slugs.get(head.project_id)!,
      issueId: issues.get(`${head.project_id}:${head.grouping_hash}`) ?? null,
    })),
    nextCursor: last && writeCursor({ list: 'allEvents', way: 'after', value: last.at, id: last.event_id }),
    notices: shown.length > 0 ? [] : await unknownTags(stores, of.projects, parseSearch(query), of.oldest),
  };
}

/** Ids of the issues that own the kinds of these events, by `project:hash`. */
async function issuesOfHashes(
  { metadata }: IssueStores,
  heads: readonly EventHead[],
): Promise<Map<string, string>> {
  if (heads.length === 0) return new Map();
  const rows = await metadata.db
    .selectFrom('issue_hash')
    .select(['project_id', 'hash', 'issue_id'])
    .where(
      'project_id',
      'in',
      heads.map(({ project_id }) => project_id),
    )
    .where(
      'hash',
      'in',
      heads.map(({ grouping_hash }) => grouping_hash),
    )
    .execute();
  return new Map(rows.map(({ project_id, hash, issue_id }) => [`${project_id}:${hash}`, String(issue_id)]));
}

function toSummary(head: EventHead): EventSummary {
  return {
    id: head.event_id,
    timestamp: iso(head.at),
    title: head.title,
    level: head.level as Severity,
    release: head.release,
    environment: head.environment,
    user: head.user_email || head.user_username || head.user_id || head.user_ip,
    url: head.url,
    traceId: head.trace_id,
  };
}

/** One whole event. */
export interface StoredEvent extends EventHead {
  /** EventPayload as JSON. */
  payload: string;
  /** All hashes of grouping, the deciding one first. */
  grouping_hashes: string[];
}

/** `latest`, `oldest` or an event id. Throws the refusal when there is none among these events. */
export const findEvent = (stores: IssueStores, of: EventsOf, which: string): Promise<StoredEvent> =>
  findEventRow<StoredEvent>(stores, of, which, `${HEAD}, payload, grouping_hashes`);

/** The same with columns of the caller's choice. */
export async function findEventRow<Row>(
  stores: IssueStores,
  of: EventsOf,
  which: string,
  columns: string,
): Promise<Row> {
  const select = <Found>(selected: string, condition: string, params: Record<string, unknown>) =>
    stores.telemetry.select<Found>(of.projects, `SELECT ${selected} FROM events WHERE ${condition} LIMIT 1`, {
      params,
    });
  if (which !== 'latest' && which !== 'oldest') {
    // An index knows where it is, and the payload of this row alone is read.
    const params = { ...of.params, id: eventId(which) };
    const [event] = await select<Row>(columns, `${of.where} AND event_id = {id:String}`, params);
    if (!event) throw reject('not_found', 'no event with this id here');
    return event;
  }
  // First the place, by the key alone; then the one row with its payload.
  const places = (condition: string, since: number) =>
    select<EventPlace & { grouping_hash: string }>(
      `${PLACE}, grouping_hash`,
      `${of.where} AND ${condition}`,
      {
        ...of.params,
        since,
      },
    );
  const [place] =
    which === 'latest'
      ? await lookBack(of, { enough: 1 }, (since) =>
          places(
            "timestamp >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') ORDER BY timestamp DESC, event_id DESC",
            since,
          ),
        )
      : await places('1 ORDER BY timestamp, event_id', 0);
  if (!place) throw reject('not_found', 'there are no events any more');
  const [event] = await select<Row>(
    columns,
    `project_id IN {projects:Array(UInt32)} AND grouping_hash = {hash:String}
      AND timestamp = fromUnixTimestamp64Milli({at:Int64}, 'UTC') AND event_id = {id:String}`,
    { hash: place.grouping_hash, at: place.at, id: place.event_id },
  );
  if (!event) throw reject('not_found', 'the event was deleted a moment ago');
  return event;
}

/** 32 lower-case hex of what somebody typed or pasted; what is no id is refused as not found. */
export function eventId(text: string): string {
  const id = text.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(id)) throw reject('not_found', 'an event id has 32 hexadecimal digits');
  return id;
}

/** The payloads of events whose heads are known, in the order of the heads; those deleted meanwhile are left out. */
export async function wholeEvents(stores: IssueStores, heads: readonly EventHead[]): Promise<StoredEvent[]> {
  if (heads.length === 0) return [];
  const times = heads.map(({ at }) => at);
  const rows = await stores.telemetry.select<
    Pick<StoredEvent, 'project_id' | 'event_id' | 'payload' | 'grouping_hashes'>
  >(
    [...new Set(heads.map(({ project_id }) => project_id))],
    `SELECT project_id, event_id, payload, grouping_hashes FROM events
      WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash IN {hashes:Array(String)}
        AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND timestamp <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
        AND event_id IN {ids:Array(String)}`,
    {
      params: {
        hashes: [...new Set(heads.map(({ grouping_hash }) => grouping_hash))],
        ids: heads.map(({ event_id }) => event_id),
        from: Math.min(...times),
        to: Math.max(...times),
      },
    },
  );
  const byId = new Map(rows.map((row) => [`${row.project_id}:${row.event_id}`, row]));
  return heads.flatMap((head) => {
    const row = byId.get(`${head.project_id}:${head.event_id}`);
    return row ? [{ ...head, payload: row.payload, grouping_hashes: row.grouping_hashes }] : [];
  });
}

/** Where an event is, known by its id alone. Throws the refusal when the viewer may see none. */
export async function locateEvent(
  stores: IssueStores,
  viewer: Viewer,
  text: string,
): Promise<{ eventId: string; issueId: number; projectId: number }> {
  const projects = projectIds(await visibleProjects(stores, viewer));
  const id = eventId(text);
  const rows =
    projects.length === 0
      ? []
      : await stores.telemetry.select<{ project_id: number; grouping_hash: string }>(
          projects,
          `SELECT project_id, grouping_hash FROM events
            WHERE project_id IN {projects:Array(UInt32)} AND event_id = {id:String} ORDER BY timestamp DESC LIMIT 10`,
          { params: { id } },
        );
  for (const { project_id, grouping_hash } of rows) {
    const owner = await issueOfHash(stores, project_id, grouping_hash);
    if (owner !== null) return { eventId: id, issueId: owner, projectId: project_id };
  }
  const standing = projects.length > 0 ? await eventStandingFor(stores.metadata.db, projects, id) : undefined;
  if (standing !== undefined && standing !== id) return locateEvent(stores, viewer, standing);
  throw reject('not_found', `no event ${id}`);
}
