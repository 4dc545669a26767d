/**
 * Public links: made and taken back at the issue, switched off for an organization, and opened by strangers. Those are
 * counted by address and answered a few at a time, for each answer asks the engine.
 */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { IssueShare, Organization, OrganizationUpdate, SharedIssue } from '#contract/shares.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { findIssue, type IssueStores } from '#server/issues/issues.ts';
import { hangUpOf } from '#server/platform/hang-up.ts';
import { createTryLimit } from '#server/platform/try-limit.ts';
import { createTurns } from '#server/platform/turns.ts';
import { reject } from '#server/record/rejections.ts';
import { mayShare, readSharedIssue, shareIssue, unshareIssue } from './shares.ts';

/** Of one address: a page that is reloaded, not a search for links. Seconds and tries. */
const OPENED = { window: 60, max: 60 };
/** Strangers answered at once and waiting; people come first. */
const RUNNING_MAX = 2;
const WAITING_MAX = 20;

const tags = ['issues'];
/** Id or short id. */
const params = z.object({ id: z.string().max(150) });

export function shareRoutes(stores: IssueStores): FastifyPluginAsync {
  const { db } = stores.metadata;
  const opened = createTryLimit(stores.clock);
  const turns = createTurns({
    runningMax: RUNNING_MAX,
    waitingMax: WAITING_MAX,
    full: () => reject('too_many_tries', '', { headers: { 'retry-after': '5' } }),
    left: () => reject('too_many_tries'),
  });

  const named = async (request: FastifyRequest<{ Params: { id: string } }>) => {
    const viewer = requireViewer(request, 'event:write');
    return { viewer, issue: await findIssue(stores, viewer, request.params.id) };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.put(
      '/api/v1/issues/:id/share',
      {
        schema: {
          tags,
          summary: 'Make a public link to an issue, or tell the one there is',
          params,
          response: { 200: IssueShare },
        },
      },
      async (request) => {
        const { viewer, issue } = await named(request);
        return shareIssue(stores, viewer, issue);
      },
    );

    app.delete(
      '/api/v1/issues/:id/share',
      { schema: { tags, summary: 'Take the public link of an issue back', params } },
      async (request, reply) => {
        const { viewer, issue } = await named(request);
        await unshareIssue(stores, viewer, issue);
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/shared-issues/:token',
      {
        schema: {
          tags,
          summary: 'What a public link shows of an issue: nothing about whom it happened to',
          params: z.object({ token: z.string().max(100) }),
          response: { 200: SharedIssue },
          security: [],
        },
      },
      async (request, reply) => {
        const { allowed, retryAfter } = await opened.consume(request.ip, OPENED);
        if (!allowed) throw reject('too_many_tries', '', { headers: { 'retry-after': String(retryAfter) } });
        reply.headers({ 'x-robots-tag': 'noindex, nofollow', 'cache-control': 'no-store' });
        return turns.run(hangUpOf(request.raw, reply.raw), () =>
          readSharedIssue(stores, request.params.token),
        );
      },
    );

    app.get(
      '/api/v1/organization',
      { schema: { tags: ['members'], summary: 'The organization', response: { 200: Organization } } },
      async (request) => {
        const { organization } = requireViewer(request, 'org:read');
        const { slug, name } = organization;
        return { slug, name, sharing: await mayShare(db, organization.id) };
      },
    );

    app.patch(
      '/api/v1/organization',
      {
        schema: {
          tags: ['members'],
          summary: 'Switch public links on or off',
          body: OrganizationUpdate,
          response: { 200: Organization },
        },
      },
      async (request) => {
        const { organization } = requireViewer(request, 'org:admin');
        const { sharing } = request.body;
        await db
          .updateTable('organization')
          .set({ sharing: sharing ? 1 : 0 })
          .where('id', '=', organization.id)
          .execute();
        return { slug: organization.slug, name: organization.name, sharing };
      },
    );
  };
}
