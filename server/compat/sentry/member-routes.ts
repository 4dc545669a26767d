/** Members of the organization in Sentry's API: menus of assignees and MCP servers ask for them, to give issues to. */
import type { FastifyPluginAsync } from 'fastify';
import type { Viewer } from '#server/accounts/accounts.ts';
import { iso } from '#server/issues/issues.ts';
import { userShape } from './account-shapes.ts';
import type { SentryApi } from './sentry-api.ts';
import { linkPages, ONE_PAGE, serve } from './sentry-request.ts';

/** A page of people, not a directory of a company. */
const MEMBERS_MAX = 1_000;

/** The columns of better-auth's table that are shown. */
interface UserTable {
  id: string;
  name: string;
  email: string;
}

/** What our roles are called there; who may only look has no name of its own. */
const ROLES = { owner: 'owner', admin: 'manager', member: 'member', viewer: 'member' } as const;
const ROLE_NAMES = { owner: 'Owner', manager: 'Manager', member: 'Member' } as const;

export function memberRoutes(api: SentryApi): FastifyPluginAsync {
  const membersOf = ({ organization }: Viewer) =>
    api.metadata.db
      .withTables<{ user: UserTable }>()
      .selectFrom('member')
      .innerJoin('user', 'user.id', 'member.user_id')
      .select(['user.id', 'user.name', 'user.email', 'member.role', 'member.created_at'])
      .where('member.organization_id', '=', organization.id)
      .orderBy('user.email')
      .limit(MEMBERS_MAX)
      .execute();

  return async (app) => {
    serve(app, 'GET', '/api/0/organizations/:org/members/', 'member:read', async (request) => {
      const { viewer } = request;
      const query = (request.query.get('query') ?? '').toLowerCase();
      linkPages(api, request, ONE_PAGE);
      return (await membersOf(viewer))
        .filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(query))
        .map(({ id, name, email, role, created_at }) => {
          const called = ROLES[role];
          return {
            id,
            email,
            name,
            user: userShape({ ...viewer, userId: id, name, email }),
            role: called,
            roleName: ROLE_NAMES[called],
            orgRole: called,
            pending: false,
            expired: false,
            inviteStatus: 'approved',
            dateCreated: iso(created_at),
            flags: {},
            teams: [],
          };
        });
    });
  };
}
