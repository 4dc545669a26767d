/**
 * Events of an issue: the list, and one event with its neighbours. An event is looked for among the hashes of its
 * issue, where the primary key finds it; only the look-up without an issue goes over all projects one may see.
 */
import type { EventDetail, EventList, EventSummary } from '#contract/api.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { BoundValues } from '#server/query/bound-sql.ts';
import { parseSearch } from '#server/query/search.ts';
import { reject } from '#server/record/rejections.ts';
import type { Severity } from '#server/record/severity.ts';
import { attachmentsOf } from './attachments.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { eventCondition } from './event-search.ts';
import { type EventPlace, type EventsOf, eventsOf, ISSUE_EVENTS, PLACE, placeIs } from './events-of.ts';
import { type FoundIssue, type IssueStores, iso, projectIds, visibleProjects } from './issues.ts';

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
  options: { query?: string; after?: EventPlace | null; limit: number },
): Promise<EventHead[]> {
  const bound = new BoundValues();
  const matching = eventCondition(parseSearch(options.query ?? ''), bound, stores.clock.now());
  const after = options.after ?? null;
  return stores.telemetry.select<EventHead>(
    of.projects,
    `SELECT ${HEAD} FROM events
      WHERE ${ISSUE_EVENTS} AND ${matching} ${after ? `AND ${placeIs('<', 'afterAt', 'afterId')}` : ''}
      ORDER BY timestamp DESC, event_id DESC LIMIT {limit:UInt32}`,
    {
      params: {
        ...of.params,
        ...bound.params,
        limit: options.limit,
        afterAt: after?.at,
        afterId: after?.event_id,
      },
    },
  );
}

export async function listEvents(
  stores: IssueStores,
  issue: FoundIssue,
  { query, cursor, limit }: { query: string; cursor: string; limit: number },
): Promise<EventList> {
  const from = readCursor(cursor, 'events');
  const heads = await eventHeads(stores, await eventsOf(stores, issue), {
    query,
    after: from && { at: from.value, event_id: from.id },
    limit: limit + 1,
  });
  const shown = heads.slice(0, limit);
  const last = heads.length > limit ? shown.at(-1)! : null;
  return {
    items: shown.map(toSummary),
    nextCursor: last && writeCursor({ list: 'events', way: 'after', value: last.at, id: last.event_id }),
  };
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
  /** GroupingResult as JSON. */
  grouping: string;
}

/** `latest`, `oldest` or an event id of the issue. Throws the refusal when there is none. */
export async function findEvent(stores: IssueStores, of: EventsOf, which: string): Promise<StoredEvent> {
  const order = which === 'oldest' ? 'ASC' : 'DESC';
  const id = which === 'latest' || which === 'oldest' ? null : eventId(which);
  // First the place, by the key alone; then the one row with its payload.
  const [place] = await stores.telemetry.select<EventPlace & { grouping_hash: string }>(
    of.projects,
    `SELECT ${PLACE}, grouping_hash FROM events WHERE ${ISSUE_EVENTS} ${id === null ? '' : 'AND event_id = {id:String}'}
      ORDER BY timestamp ${order}, event_id ${order} LIMIT 1`,
    { params: { ...of.params, id } },
  );
  if (!place)
    throw reject(
      'not_found',
      id === null ? 'the issue has no events any more' : `no event ${id} in this issue`,
    );
  const [event] = await stores.telemetry.select<StoredEvent>(
    of.projects,
    `SELECT ${HEAD}, payload, grouping FROM events
      WHERE project_id IN {projects:Array(UInt32)} AND grouping_hash = {hash:String}
        AND timestamp = fromUnixTimestamp64Milli({at:Int64}, 'UTC') AND event_id = {id:String} LIMIT 1`,
    { params: { hash: place.grouping_hash, at: place.at, id: place.event_id } },
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

export async function readEvent(stores: IssueStores, issue: FoundIssue, which: string): Promise<EventDetail> {
  const of = await eventsOf(stores, issue);
  const event = await findEvent(stores, of, which);
  const [neighbours, attachments, feedback] = await Promise.all([
    neighboursOf(stores, of, event),
    attachmentsOf(stores.metadata.db, event.project_id, event.event_id),
    feedbackOn(stores, event),
  ]);
  return {
    id: event.event_id,
    projectId: String(event.project_id),
    issueId: String(issue.row.id),
    timestamp: iso(event.at),
    receivedAt: iso(event.received),
    title: event.title,
    culprit: event.culprit,
    groupingHash: event.grouping_hash,
    payload: JSON.parse(event.payload),
    grouping: JSON.parse(event.grouping),
    attachments,
    feedback,
    ...neighbours,
  };
}

type Neighbours = Pick<EventDetail, 'olderId' | 'newerId' | 'index' | 'total'>;

/**
 * Who stands beside an event, and the how manieth it is. Counted from the roll-up but for the hour of the
 * event: an issue with millions of events costs no more than one with few.
 */
export async function neighboursOf(
  stores: IssueStores,
  of: EventsOf,
  event: EventPlace,
): Promise<Neighbours> {
  const beside = (operator: '<' | '>', order: 'ASC' | 'DESC') =>
    `(SELECT groupArray(event_id) FROM (SELECT event_id FROM events WHERE ${ISSUE_EVENTS} AND ${placeIs(operator, 'at', 'id')}
      ORDER BY timestamp ${order}, event_id ${order} LIMIT 1))`;
  const hour = `toStartOfHour(fromUnixTimestamp64Milli({at:Int64}, 'UTC'))`;
  const [row] = await stores.telemetry.select<{
    older: string[];
    newer: string[];
    total: number;
    before: number;
  }>(
    of.projects,
    `SELECT ${beside('<', 'DESC')} AS older, ${beside('>', 'ASC')} AS newer,
      (SELECT sum(events) FROM events_hourly WHERE ${ISSUE_EVENTS}) AS total,
      (SELECT sum(events) FROM events_hourly WHERE ${ISSUE_EVENTS} AND hour > ${hour})
        + (SELECT count() FROM events WHERE ${ISSUE_EVENTS} AND ${placeIs('>', 'at', 'id')}
            AND timestamp < ${hour} + INTERVAL 1 HOUR) AS before`,
    { params: { ...of.params, at: event.at, id: event.event_id } },
  );
  return {
    olderId: row?.older[0] ?? null,
    newerId: row?.newer[0] ?? null,
    index: Number(row?.before ?? 0) + 1,
    total: Number(row?.total ?? 1),
  };
}

/** Feedback that speaks of this event. */
const FEEDBACK_SHOWN_MAX = 50;

async function feedbackOn(stores: IssueStores, event: EventHead): Promise<EventDetail['feedback']> {
  const rows = await stores.metadata.db
    .selectFrom('feedback')
    .select(['name', 'email', 'message', 'created_at'])
    .where('project_id', '=', event.project_id)
    .where('event_id', '=', event.event_id)
    .orderBy('created_at', 'desc')
    .limit(FEEDBACK_SHOWN_MAX)
    .execute();
  return rows.map(({ created_at, ...said }) => ({ ...said, at: iso(created_at) }));
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
    const owner = await stores.metadata.db
      .selectFrom('issue_hash')
      .select('issue_id')
      .where('project_id', '=', project_id)
      .where('hash', '=', grouping_hash)
      .executeTakeFirst();
    if (owner) return { eventId: id, issueId: owner.issue_id, projectId: project_id };
  }
  throw reject('not_found', `no event ${id}`);
}
