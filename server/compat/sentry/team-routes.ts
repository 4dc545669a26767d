/** Teams in Sentry's API: who asks for them are menus of assignees, MCP servers and scripts that set a project up. */
import type { FastifyPluginAsync } from 'fastify';
import * as z from 'zod';
import { TeamRequest } from '#contract/teams.ts';
import { visibleProjects } from '#server/issues/issues.ts';
import { deleteTeam, makeTeam, readTeam, readTeams } from '#server/teams/team-writes.ts';
import { findTeam } from '#server/teams/teams.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, linkPages, ONE_PAGE, projectOf, type SentryRequest, serve } from './sentry-request.ts';
import { teamShape, teamWithProjects } from './teamwork-shapes.ts';

/** One of the two is enough at Sentry. */
const NewTeam = z.object({ slug: z.string().optional(), name: z.string().optional() });

export function teamRoutes(api: SentryApi): FastifyPluginAsync {
  const named = async ({ viewer, params }: SentryRequest) => {
    const { id } = await findTeam(api.metadata.db, viewer.organization.id, params.team!);
    return readTeam(api, viewer, id);
  };

  return async (app) => {
    serve(app, 'GET', '/api/0/organizations/:org/teams/', 'member:read', async (request) => {
      const { viewer } = request;
      linkPages(api, request, ONE_PAGE);
      const [teams, projects] = await Promise.all([readTeams(api, viewer), visibleProjects(api, viewer)]);
      const query = (request.query.get('query') ?? '').toLowerCase();
      return teams
        .filter(({ slug, name }) => slug.includes(query) || name.toLowerCase().includes(query))
        .map((team) => teamWithProjects(team, projects, viewer));
    });

    serve(app, 'POST', '/api/0/organizations/:org/teams/', 'org:admin', async (request) => {
      const { slug, name } = bodyOf(NewTeam, request);
      const given = bodyOf(TeamRequest, {
        ...request,
        body: { slug: slug ?? slugOf(name ?? ''), name: name ?? slug },
      });
      const team = await readTeam(api, request.viewer, await makeTeam(api, request.viewer, given));
      request.reply.code(201);
      return teamShape(team, request.viewer);
    });

    serve(app, 'GET', '/api/0/projects/:org/:project/teams/', 'project:read', async (request) => {
      const { id } = await projectOf(api, request);
      linkPages(api, request, ONE_PAGE);
      return (await readTeams(api, request.viewer))
        .filter(({ projects }) => projects.some((project) => project.id === id))
        .map((team) => teamShape(team, request.viewer));
    });

    serve(app, 'GET', '/api/0/teams/:org/:team/', 'member:read', async (request) =>
      teamWithProjects(await named(request), await visibleProjects(api, request.viewer), request.viewer),
    );

    serve(app, 'DELETE', '/api/0/teams/:org/:team/', 'org:admin', async (request) => {
      await deleteTeam(api, request.viewer, request.params.team!);
      return request.reply.code(204).send();
    });
  };
}

const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 50);
