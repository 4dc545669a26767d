/** /api/v1/members and /api/v1/invites: who belongs to the organization, and how others join. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  InviteAcceptance,
  InviteAnswer,
  InviteRequest,
  InviteState,
  Members,
  MemberUpdate,
  Person,
} from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { MEMBERS_LISTED_MAX, selectMembers } from './account-queries.ts';
import { requireViewer } from './accounts.ts';
import type { Auth } from './auth.ts';
import { acceptInvite, findInvite, invite } from './invites.ts';
import { changeRole, removeMember } from './members.ts';
import type { SignIn } from './sign-in.ts';
import type { Viewers } from './viewers.ts';

const tags = ['members'];
const params = z.object({ id: z.string().max(100) });

export function memberRoutes(options: {
  store: MetadataStore;
  auth: Auth;
  signIn: SignIn;
  viewers: Viewers;
  clock: Clock;
  publicUrl: () => string;
}): FastifyPluginAsync {
  const { store, auth, signIn, viewers, clock, publicUrl } = options;
  const { db } = store;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/members',
      { schema: { tags, summary: 'The members of the organization', response: { 200: Members } } },
      async (request) => {
        const viewer = requireViewer(request, 'member:read');
        return selectMembers(db, viewer.organization.id, MEMBERS_LISTED_MAX);
      },
    );

    app.post(
      '/api/v1/members',
      {
        schema: {
          tags,
          summary: 'Invite a person; the answer holds a one-time link to send to them',
          body: InviteRequest,
          response: { 201: InviteAnswer },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:admin');
        const by = { organizationId: viewer.organization.id, userId: viewer.userId };
        const token = await invite({ db, clock }, by, request.body);
        return reply.code(201).send({ url: `${publicUrl()}/invite?token=${token}` });
      },
    );

    app.patch(
      '/api/v1/members/:id',
      {
        schema: {
          tags,
          summary: 'Change a member’s role',
          params,
          body: MemberUpdate,
          response: { 200: Person },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'org:admin');
        const member = await changeRole(store, viewer, request.params.id, request.body.role);
        viewers.forget();
        return member;
      },
    );

    app.delete(
      '/api/v1/members/:id',
      { schema: { tags, summary: 'Remove a member, their sessions and their tokens', params } },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:admin');
        await removeMember({ store, clock }, viewer, request.params.id);
        viewers.forget();
        await auth.endSessions(request.params.id);
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/invites/accept',
      {
        schema: {
          tags,
          summary: 'Whom a one-time link is for, and what for',
          querystring: z.object({ token: z.string().max(200) }),
          response: { 200: InviteState },
          security: [],
        },
      },
      async (request) => {
        const found = await findInvite({ db, clock }, request.query.token);
        return found
          ? { tokenValid: true, ...found }
          : {
              tokenValid: false,
              purpose: 'join' as const,
              name: '',
              email: '',
              role: 'viewer' as const,
              organization: '',
            };
      },
    );

    app.post(
      '/api/v1/invites/accept',
      {
        schema: {
          tags,
          summary: 'Join, or choose a new password, and sign in',
          body: InviteAcceptance,
          security: [],
        },
      },
      async (request, reply) => {
        const email = await acceptInvite({ db, auth, clock }, request.body);
        viewers.forget();
        const cookies = await signIn.signIn(request, { email, password: request.body.password });
        return reply.header('set-cookie', cookies).code(204).send();
      },
    );
  };
}
