/** /api/v1/issues/:id/events, /api/v1/events and /api/v1/attachments: single occurrences, and files they came with. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { AttachmentText, EventDetail, EventList } from '#contract/events.ts';
import { EventLocation } from '#contract/issues.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { deleteAttachment, readAttachmentText, sendAttachment, sendImage } from './attachments.ts';
import { readEvent } from './event-detail.ts';
import { findEvent, listEvents, locateEvent } from './event-queries.ts';
import { eventsOf } from './events-of.ts';
import { findIssue, type IssueStores } from './issues.ts';

const tags = ['events'];
const issueParams = z.object({ id: z.string().max(150) });
/** An event id, `latest` or `oldest`. */
const eventParams = issueParams.extend({ eventId: z.string().max(40) });
const ofFile = z.object({ id: z.string().max(20) });

export function eventRoutes(stores: IssueStores): FastifyPluginAsync {
  const issueOf = (request: FastifyRequest<{ Params: { id: string } }>) =>
    findIssue(stores, requireViewer(request, 'event:read'), request.params.id);

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/issues/:id/events',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'Events of an issue, newest first',
          params: issueParams,
          querystring: z.object({
            query: z.string().max(1000).default(''),
            cursor: z.string().max(200).default(''),
            limit: z.coerce.number().int().min(1).max(100).default(25),
          }),
          response: { 200: EventList },
        },
      },
      async (request) => listEvents(stores, await issueOf(request), request.query),
    );

    app.get(
      '/api/v1/issues/:id/events/:eventId',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'One event, by id or as latest or oldest, with its neighbours',
          params: eventParams,
          response: { 200: EventDetail },
        },
      },
      async (request) => readEvent(stores, await issueOf(request), request.params.eventId),
    );

    app.get(
      '/api/v1/issues/:id/events/:eventId/raw',
      {
        config: { queries: true },
        schema: { tags, summary: 'The event as it is kept, JSON', params: eventParams },
      },
      async (request, reply) => {
        const of = await eventsOf(stores, await issueOf(request));
        const { payload } = await findEvent(stores, of, request.params.eventId);
        return reply.type('application/json; charset=utf-8').send(payload);
      },
    );

    app.get(
      '/api/v1/events/:eventId',
      {
        config: { queries: true },
        schema: {
          tags,
          summary: 'The issue of an event that is known by its id alone',
          params: z.object({ eventId: z.string().max(40) }),
          response: { 200: EventLocation },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { eventId, issueId, projectId } = await locateEvent(stores, viewer, request.params.eventId);
        return { eventId, issueId: String(issueId), projectId: String(projectId) };
      },
    );

    app.get(
      '/api/v1/attachments/:id',
      {
        schema: {
          tags,
          summary: 'Download a file that came with an event',
          params: ofFile,
        },
      },
      (request, reply) =>
        sendAttachment(stores, requireViewer(request, 'event:read'), request.params.id, reply),
    );

    app.get(
      '/api/v1/attachments/:id/image',
      {
        schema: { tags, summary: 'A picture that came with an event, to be shown in place', params: ofFile },
      },
      (request, reply) => sendImage(stores, requireViewer(request, 'event:read'), request.params.id, reply),
    );

    app.get(
      '/api/v1/attachments/:id/text',
      {
        schema: {
          tags,
          summary: 'The beginning of a text that came with an event',
          params: ofFile,
          response: { 200: AttachmentText },
        },
      },
      (request) => readAttachmentText(stores, requireViewer(request, 'event:read'), request.params.id),
    );

    app.delete(
      '/api/v1/attachments/:id',
      { schema: { tags, summary: 'Delete a file that came with an event', params: ofFile } },
      async (request, reply) => {
        await deleteAttachment(stores, requireViewer(request, 'event:admin'), request.params.id);
        return reply.code(204).send();
      },
    );
  };
}
