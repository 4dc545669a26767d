/** /api/v1/trackers, and the links of issues to them. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { Scope } from '#contract/people.ts';
import {
  IssueLink,
  IssueLinkRequest,
  Tracker,
  TrackerIssueRequest,
  TrackerRequest,
  Trackers,
  TrackerUpdate,
} from '#contract/trackers.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { findIssue } from '#server/issues/issues.ts';
import { createTrackerIssue, linkIssue, unlinkIssue } from './issue-links.ts';
import {
  addTracker,
  changeTracker,
  findTracker,
  readTrackers,
  type TrackerStores,
  toTracker,
} from './trackers.ts';

const tags = ['trackers'];
const one = z.object({ id: z.string().max(20) });
/** Id or short id of an issue. */
const ofIssue = z.object({ id: z.string().max(150) });
const ofLink = ofIssue.extend({ linkId: z.coerce.number().int().positive() });

export function trackerRoutes(stores: TrackerStores): FastifyPluginAsync {
  type Named = FastifyRequest<{ Params: { id: string } }>;

  const tracker = async (request: Named) => {
    const viewer = requireViewer(request, 'org:admin');
    return { viewer, tracker: await findTracker(stores, viewer.organization.id, request.params.id) };
  };
  const issue = async (request: Named, scope: Scope) => {
    const viewer = requireViewer(request, scope);
    return { viewer, issue: await findIssue(stores, viewer, request.params.id) };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/trackers',
      {
        schema: { tags, summary: 'Trackers that issues are linked to, by name', response: { 200: Trackers } },
      },
      async (request) => {
        const { organization } = requireViewer(request, 'org:read');
        return (await readTrackers(stores, organization.id)).map(toTracker);
      },
    );

    app.post(
      '/api/v1/trackers',
      {
        schema: {
          tags,
          summary: 'Add a tracker; its credential is tried, kept sealed and never told again',
          body: TrackerRequest,
          response: { 201: Tracker },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:admin');
        return reply.code(201).send(toTracker(await addTracker(stores, viewer, request.body)));
      },
    );

    app.patch(
      '/api/v1/trackers/:id',
      {
        schema: {
          tags,
          summary: 'Change the name or the credential of a tracker',
          params: one,
          body: TrackerUpdate,
          response: { 200: Tracker },
        },
      },
      async (request) => {
        const { viewer, tracker: found } = await tracker(request);
        await changeTracker(stores, viewer, found, request.body);
        return toTracker((await tracker(request)).tracker);
      },
    );

    app.delete(
      '/api/v1/trackers/:id',
      { schema: { tags, summary: 'Delete a tracker; links to it stay', params: one } },
      async (request, reply) => {
        const { tracker: found } = await tracker(request);
        await stores.metadata.db.deleteFrom('tracker').where('id', '=', found.id).execute();
        return reply.code(204).send();
      },
    );

    app.post(
      '/api/v1/issues/:id/links',
      {
        schema: {
          tags,
          summary: 'Link an issue to an address; one of a tracker is looked up there',
          params: ofIssue,
          body: IssueLinkRequest,
          response: { 201: IssueLink },
        },
      },
      async (request, reply) => {
        const { viewer, issue: found } = await issue(request, 'event:write');
        return reply.code(201).send(await linkIssue(stores, viewer, found, request.body.url));
      },
    );

    app.delete(
      '/api/v1/issues/:id/links/:linkId',
      { schema: { tags, summary: 'Take a link away', params: ofLink } },
      async (request, reply) => {
        const { viewer, issue: found } = await issue(request, 'event:write');
        await unlinkIssue(stores, viewer, found, request.params.linkId);
        return reply.code(204).send();
      },
    );

    app.post(
      '/api/v1/issues/:id/tracker-issues',
      {
        schema: {
          tags,
          summary: 'Create an issue at a tracker and link it',
          params: ofIssue,
          body: TrackerIssueRequest,
          response: { 201: IssueLink },
        },
      },
      async (request, reply) => {
        const { viewer, issue: found } = await issue(request, 'event:write');
        return reply.code(201).send(await createTrackerIssue(stores, viewer, found, request.body));
      },
    );
  };
}
