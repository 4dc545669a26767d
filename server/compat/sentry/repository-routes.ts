/** Repositories and code mappings in Sentry's API: `sentry-cli releases set-commits` and `code-mappings upload`. */
import type { FastifyPluginAsync } from 'fastify';
import * as z from 'zod';
import { projectIds, visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { MAPPINGS_MAX, putMappings, readRepositories } from '#server/releases/repositories.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, linkPages, ONE_PAGE, serve } from './sentry-request.ts';

const root = z.string().max(1_000);
const BulkMappings = z.object({
  project: z.string().max(150),
  repository: z.string().min(1).max(250),
  defaultBranch: z.string().max(250).nullish(),
  mappings: z
    .array(
      z.object({
        stackRoot: root,
        sourceRoot: root,
        defaultBranch: z.string().max(250).nullish(),
      }),
    )
    .min(1)
    .max(MAPPINGS_MAX),
});

export function repositoryRoutes(api: SentryApi): FastifyPluginAsync {
  const { db } = api.metadata;

  return async (app) => {
    serve(app, 'GET', '/api/0/organizations/:org/repos/', 'project:read', async (request) => {
      const { organization } = request.viewer;
      const repositories = await readRepositories(db, organization.id);
      linkPages(api, request, ONE_PAGE);
      const query = (request.query.get('query') ?? '').toLowerCase();
      return repositories
        .filter(({ name }) => name.toLowerCase().includes(query))
        .map(({ id, name, url, host, created_at }) => ({
          id: String(id),
          name,
          // Of no integration that could fetch commits: so sentry-cli sends those of the local git, with their files.
          provider: { id: 'unknown', name: host || 'Unknown provider' },
          url: url || null,
          status: 'active',
          dateCreated: new Date(created_at).toISOString(),
          externalSlug: name,
          integrationId: null,
        }));
    });

    serve(
      app,
      'POST',
      '/api/0/organizations/:org/code-mappings/bulk/',
      'project:releases',
      async (request) => {
        const { viewer } = request;
        const { project, repository, defaultBranch, mappings } = bodyOf(BulkMappings, request);
        const [id] = projectIds(await visibleProjects(api, viewer, project || '?'));
        if (id === undefined) throw reject('not_found', 'no such project');
        const statuses = await putMappings({ db, now: api.clock.now() }, viewer.organization.id, id, {
          repository,
          defaultBranch: defaultBranch || mappings[0]?.defaultBranch || 'main',
          mappings,
        });
        const count = (status: string) => statuses.filter((one) => one === status).length;
        return {
          created: count('created'),
          updated: count('updated'),
          errors: 0,
          mappings: mappings.map(({ stackRoot, sourceRoot }, at) => ({
            ...{ stackRoot, sourceRoot },
            status: statuses[at],
          })),
        };
      },
    );
  };
}
