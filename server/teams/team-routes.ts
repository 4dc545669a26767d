/** /api/v1/teams: seen by every member, changed by administrators. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { Team, TeamMembers, TeamProjects, TeamRequest, Teams, TeamUpdate } from '#contract/teams.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import {
  changeTeam,
  deleteTeam,
  makeTeam,
  readTeam,
  readTeams,
  setMembers,
  setProjects,
  type TeamStores,
} from './team-writes.ts';
import { findTeam } from './teams.ts';

const tags = ['teams'];
/** Id or slug. */
const params = z.object({ id: z.string().max(100) });

export function teamRoutes(stores: TeamStores): FastifyPluginAsync {
  const { db } = stores.metadata;

  const named = async (request: FastifyRequest<{ Params: { id: string } }>) => {
    const viewer = requireViewer(request, 'org:admin');
    return { viewer, team: await findTeam(db, viewer.organization.id, request.params.id) };
  };

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/teams',
      { schema: { tags, summary: 'Teams with their members and projects', response: { 200: Teams } } },
      async (request) => readTeams(stores, requireViewer(request, 'member:read')),
    );

    app.post(
      '/api/v1/teams',
      { schema: { tags, summary: 'Make a team', body: TeamRequest, response: { 201: Team } } },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:admin');
        const id = await makeTeam(stores, viewer, request.body);
        return reply.code(201).send(await readTeam(stores, viewer, id));
      },
    );

    app.patch(
      '/api/v1/teams/:id',
      { schema: { tags, summary: 'Rename a team', params, body: TeamUpdate, response: { 200: Team } } },
      async (request) => {
        const { viewer, team } = await named(request);
        await changeTeam(stores, viewer, team.id, request.body);
        return readTeam(stores, viewer, team.id);
      },
    );

    app.delete(
      '/api/v1/teams/:id',
      { schema: { tags, summary: 'Delete a team; its issues are nobody’s then', params } },
      async (request, reply) => {
        await deleteTeam(stores, requireViewer(request, 'org:admin'), request.params.id);
        return reply.code(204).send();
      },
    );

    app.put(
      '/api/v1/teams/:id/members',
      {
        schema: {
          tags,
          summary: 'Say who is in a team: all of them',
          params,
          body: TeamMembers,
          response: { 200: Team },
        },
      },
      async (request) => {
        const { viewer, team } = await named(request);
        await setMembers(stores, viewer, team.id, request.body.members);
        return readTeam(stores, viewer, team.id);
      },
    );

    app.put(
      '/api/v1/teams/:id/projects',
      {
        schema: {
          tags,
          summary: 'Say what a team works on: all of it, by id or slug',
          params,
          body: TeamProjects,
          response: { 200: Team },
        },
      },
      async (request) => {
        const { viewer, team } = await named(request);
        await setProjects(stores, viewer, team.id, request.body.projects);
        return readTeam(stores, viewer, team.id);
      },
    );
  };
}
