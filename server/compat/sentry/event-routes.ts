/** Events in Sentry's API: of an issue, of a project, by id; the hashes of an issue; files that came with events. */
import type { FastifyPluginAsync } from 'fastify';
import type { Selectable } from 'kysely';
import { sendAttachment } from '#server/issues/attachments.ts';
import type { Cursor } from '#server/issues/cursor.ts';
import { neighboursOf, withReadableStacks } from '#server/issues/event-detail.ts';
import {
  type EventHead,
  eventHeads,
  eventId,
  findEvent,
  locateEvent,
  type StoredEvent,
  wholeEvents,
} from '#server/issues/event-queries.ts';
import { type EventsOf, eventsOf, eventsOfProjects } from '#server/issues/events-of.ts';
import { findIssue, issueOfHash } from '#server/issues/issues.ts';
import type { EventPayload } from '#server/record/event.ts';
import { reject } from '#server/record/rejections.ts';
import type { AttachmentTable } from '#server/store/metadata/schema.ts';
import { eventListShape, eventShape } from './event-shape.ts';
import { isOn } from './issue-query.ts';
import { ISSUE_PATHS } from './issue-routes.ts';
import type { SentryApi } from './sentry-api.ts';
import {
  linkPages,
  ONE_PAGE,
  pageCursor,
  pageLimit,
  projectOf,
  type SentryRequest,
  serve,
} from './sentry-request.ts';

export function eventRoutes(api: SentryApi): FastifyPluginAsync {
  const { db } = api.metadata;

  const ownerOf = (event: EventHead) => issueOfHash(api, event.project_id, event.grouping_hash);

  const shapeOf = async (event: StoredEvent, owner: number | null) =>
    eventShape(await withReadableStacks(api, event), owner);

  /** One page of events, newest first, as the request asks for it. */
  async function page(request: SentryRequest, of: EventsOf, owner: number | null) {
    const { query } = request;
    const cursor = pageCursor(query, 'events');
    const limit = pageLimit(query);
    const heads = await eventHeads(api, of, {
      query: query.get('query') ?? '',
      after: cursor && { at: cursor.value, event_id: cursor.id },
      limit: limit + 1,
    });
    const shown = heads.slice(0, limit);
    const placeOf = (head: EventHead | undefined, way: Cursor['way']): Cursor | null =>
      head ? { list: 'events', way, value: head.at, id: head.event_id } : null;
    linkPages(api, request, {
      hasNext: heads.length > limit,
      hasPrevious: cursor !== null,
      next: placeOf(shown.at(-1), 'after') ?? cursor,
      previous: null,
    });
    const owners = new Map<string, number | null>();
    for (const head of shown)
      if (!owners.has(head.grouping_hash)) owners.set(head.grouping_hash, owner ?? (await ownerOf(head)));
    if (!isOn(query.get('full')))
      return shown.map((head) => eventListShape(head, owners.get(head.grouping_hash)!));
    return Promise.all(
      (await wholeEvents(api, shown)).map((event) => shapeOf(event, owners.get(event.grouping_hash)!)),
    );
  }

  /** A whole event with its neighbours in its issue. */
  async function whole(event: StoredEvent, owner: number | null, of: EventsOf) {
    const { olderId, newerId } = await neighboursOf(api, of, event);
    return { ...(await shapeOf(event, owner)), nextEventID: newerId, previousEventID: olderId };
  }

  return async (app) => {
    for (const path of ISSUE_PATHS) {
      serve(app, 'GET', `${path}events/`, 'event:read', async (request) => {
        const issue = await findIssue(api, request.viewer, request.params.issue!);
        return page(request, await eventsOf(api, issue), issue.row.id);
      });

      // latest, oldest, recommended or an event id.
      serve(app, 'GET', `${path}events/:event/`, 'event:read', async ({ viewer, params }) => {
        const issue = await findIssue(api, viewer, params.issue!);
        const of = await eventsOf(api, issue);
        const which = params.event === 'recommended' || params.event === 'helpful' ? 'latest' : params.event!;
        return whole(await findEvent(api, of, which), issue.row.id, of);
      });

      serve(app, 'GET', `${path}hashes/`, 'event:read', async (request) => {
        const issue = await findIssue(api, request.viewer, request.params.issue!);
        const of = await eventsOf(api, issue);
        const latest = await api.telemetry.select<{ grouping_hash: string; event_id: string }>(
          of.projects,
          `SELECT grouping_hash, argMax(event_id, timestamp) AS event_id FROM events WHERE ${of.where} GROUP BY grouping_hash LIMIT 100`,
          { params: of.params },
        );
        const events = await Promise.all(latest.map(({ event_id }) => findEvent(api, of, event_id)));
        linkPages(api, request, ONE_PAGE);
        return Promise.all(
          events.map(async (event) => ({
            id: event.grouping_hash,
            latestEvent: await shapeOf(event, issue.row.id),
            mergedBySeer: false,
          })),
        );
      });
    }

    serve(app, 'GET', '/api/0/projects/:org/:project/events/', 'event:read', async (request) => {
      const project = await projectOf(api, request);
      return page(request, eventsOfProjects([Number(project.id)], api.clock.now()), null);
    });

    serve(app, 'GET', '/api/0/projects/:org/:project/events/:event/', 'event:read', async (request) => {
      const project = await projectOf(api, request);
      const event = await findEvent(
        api,
        eventsOfProjects([Number(project.id)], api.clock.now()),
        eventId(request.params.event!),
      );
      const owner = await ownerOf(event);
      if (owner === null) return shapeOf(event, null);
      return whole(event, owner, await eventsOf(api, await findIssue(api, request.viewer, String(owner))));
    });

    // The event as it is stored: what an import elsewhere takes.
    serve(app, 'GET', '/api/0/projects/:org/:project/events/:event/json/', 'event:read', async (request) => {
      const project = await projectOf(api, request);
      const of = eventsOfProjects([Number(project.id)], api.clock.now());
      const { payload, grouping_hashes } = await findEvent(api, of, eventId(request.params.event!));
      return {
        ...(JSON.parse(payload) as EventPayload),
        project: Number(project.id),
        hashes: grouping_hashes,
      };
    });

    serve(
      app,
      'GET',
      '/api/0/organizations/:org/eventids/:event/',
      'event:read',
      async ({ viewer, params }) => {
        const found = await locateEvent(api, viewer, params.event!);
        const issue = await findIssue(api, viewer, String(found.issueId));
        const event = await findEvent(api, await eventsOf(api, issue), found.eventId);
        return {
          organizationSlug: viewer.organization.slug,
          projectSlug: issue.project.slug,
          groupId: String(found.issueId),
          eventId: found.eventId,
          event: await shapeOf(event, found.issueId),
        };
      },
    );

    const attachments = '/api/0/projects/:org/:project/events/:event/attachments/';
    const ofEvent = async (request: SentryRequest) => {
      const project = await projectOf(api, request);
      return db
        .selectFrom('attachment')
        .selectAll()
        .where('project_id', '=', Number(project.id))
        .where('event_id', '=', eventId(request.params.event!))
        .orderBy('id')
        .limit(100)
        .execute();
    };

    serve(app, 'GET', attachments, 'event:read', async (request) => {
      linkPages(api, request, ONE_PAGE);
      return (await ofEvent(request)).map(attachmentShape);
    });

    serve(app, 'GET', `${attachments}:attachment/`, 'event:read', async (request) => {
      const { params, query, viewer, reply } = request;
      const row = (await ofEvent(request)).find(({ id }) => String(id) === params.attachment);
      if (!row) throw reject('not_found', 'no such attachment');
      // The parameter needs no value: `?download` and `?download=1` are the same.
      return query.has('download')
        ? sendAttachment(api, viewer, String(row.id), reply)
        : attachmentShape(row);
    });
  };
}

function attachmentShape(row: Selectable<AttachmentTable>) {
  return {
    id: String(row.id),
    event_id: row.event_id,
    type: row.attachment_type,
    name: row.name,
    mimetype: row.content_type,
    dateCreated: new Date(row.created_at).toISOString(),
    size: row.bytes,
    headers: { 'Content-Type': row.content_type },
    sha1: null,
  };
}
