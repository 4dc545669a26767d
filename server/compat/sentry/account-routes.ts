/** Who is asking, and which organizations, projects and keys they may see: how every client of Sentry begins. */
import type { FastifyPluginAsync } from 'fastify';
import type { Viewer } from '#server/accounts/accounts.ts';
import { visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { readTeams } from '#server/teams/team-writes.ts';
import { keyShape, organizationShape, projectShape, userShape } from './account-shapes.ts';
import { groupingOptions } from './grouping-routes.ts';
import type { SentryApi } from './sentry-api.ts';
import { linkPages, ONE_PAGE, projectOf, serve } from './sentry-request.ts';
import { teamShape } from './teamwork-shapes.ts';

export function accountRoutes(api: SentryApi): FastifyPluginAsync {
  const { db } = api.metadata;

  const organizationOf = async ({ organization }: Viewer) => {
    const row = await db
      .selectFrom('organization')
      .select(['id', 'slug', 'name', 'created_at'])
      .where('id', '=', organization.id)
      .executeTakeFirst();
    if (!row) throw reject('not_found');
    return organizationShape(row, api.publicUrl());
  };

  return async (app) => {
    // The one address that answers strangers too: clients ask it whether their token is any good.
    for (const url of ['/api/0/', '/api/0'])
      app.get(url, async ({ viewer }) => ({
        version: '0',
        user: viewer && userShape(viewer),
        auth: viewer && { scopes: viewer.scopes },
      }));

    serve(app, 'GET', '/api/0/users/me/', 'org:read', ({ viewer }) => {
      const user = userShape(viewer);
      if (!user) throw reject('not_found', 'this token belongs to no person');
      return user;
    });

    serve(app, 'GET', '/api/0/organizations/', 'org:read', async (request) => {
      linkPages(api, request, ONE_PAGE);
      return [await organizationOf(request.viewer)];
    });

    serve(app, 'GET', '/api/0/organizations/:org/', 'org:read', async ({ viewer }) => ({
      ...(await organizationOf(viewer)),
      access: viewer.scopes,
      projects: (await visibleProjects(api, viewer)).map((project) => projectShape(project, viewer)),
      teams: (await readTeams(api, viewer)).map((team) => teamShape(team, viewer)),
    }));

    for (const path of ['/api/0/projects/', '/api/0/organizations/:org/projects/'])
      serve(app, 'GET', path, 'project:read', async (request) => {
        linkPages(api, request, ONE_PAGE);
        const projects = await visibleProjects(api, request.viewer);
        return projects.map((project) => projectShape(project, request.viewer));
      });

    serve(app, 'GET', '/api/0/projects/:org/:project/', 'project:read', async (request) => {
      const project = await projectOf(api, request);
      return { ...projectShape(project, request.viewer), ...(await groupingOptions(api, project)) };
    });

    serve(app, 'GET', '/api/0/projects/:org/:project/keys/', 'project:read', async (request) => {
      const project = await projectOf(api, request);
      const rows = await db
        .selectFrom('ingest_key')
        .selectAll()
        .where('project_id', '=', Number(project.id))
        .orderBy('id')
        .execute();
      linkPages(api, request, ONE_PAGE);
      return rows.map((row) => keyShape(row, api.publicUrl()));
    });
  };
}
