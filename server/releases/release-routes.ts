/** /api/v1/releases: what the Releases screens read. Programs make releases through the API that sentry-cli speaks. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import { PERIODS } from '#contract/issues.ts';
import {
  ReleaseCommits,
  ReleaseDetail,
  ReleaseIssues,
  ReleaseList,
  ReleaseListQuery,
  ReleasePatterns,
} from '#contract/releases.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import { type IssueStores, projectIds, visibleProjects } from '#server/issues/issues.ts';
import { newPatterns } from './new-patterns.ts';
import {
  listReleases,
  previousVersion,
  readRelease,
  readReleaseCommits,
  readReleaseIssues,
} from './release-detail.ts';
import { deleteRelease } from './release-writes.ts';
import { findRelease } from './releases.ts';

const tags = ['releases'];
const params = z.object({ version: z.string().max(1000) });
/** Slug or id; empty: all. */
const project = z.string().max(150).default('');

export function releaseRoutes(
  stores: IssueStores & { templateOf(body: string): string },
): FastifyPluginAsync {
  const { db } = stores.metadata;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/releases',
      {
        schema: {
          tags,
          summary: 'Releases, the newest first, with their health',
          querystring: ReleaseListQuery,
          response: { 200: ReleaseList },
        },
      },
      (request) => listReleases(stores, requireViewer(request, 'event:read'), request.query),
    );

    app.get(
      '/api/v1/releases/:version',
      {
        schema: {
          tags,
          summary: 'One release, beside the one before it',
          params,
          querystring: z.object({ project, period: z.enum(PERIODS).default('14d') }),
          response: { 200: ReleaseDetail },
        },
      },
      (request) =>
        readRelease(stores, requireViewer(request, 'event:read'), request.params.version, request.query),
    );

    app.delete(
      '/api/v1/releases/:version',
      { schema: { tags, summary: 'Delete a release in which no issue began', params } },
      async (request, reply) => {
        const viewer = requireViewer(request, 'project:releases');
        const release = await findRelease(db, viewer.organization.id, request.params.version);
        await deleteRelease({ db }, release, projectIds(await visibleProjects(stores, viewer)));
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/releases/:version/commits',
      {
        schema: {
          tags,
          summary: 'The commits of a release, the newest first',
          params,
          response: { 200: ReleaseCommits },
        },
      },
      (request) => readReleaseCommits(stores, requireViewer(request, 'event:read'), request.params.version),
    );

    app.get(
      '/api/v1/releases/:version/issues',
      {
        schema: {
          tags,
          summary: 'Issues that began or came back in a release, or were resolved while it was the newest',
          params,
          querystring: z.object({ project }),
          response: { 200: ReleaseIssues },
        },
      },
      (request) =>
        readReleaseIssues(
          stores,
          requireViewer(request, 'event:read'),
          request.params.version,
          request.query.project,
        ),
    );

    app.get(
      '/api/v1/releases/:version/patterns',
      {
        schema: {
          tags,
          summary: 'Patterns of logs that came with a release',
          params,
          querystring: z.object({ project }),
          response: { 200: ReleasePatterns },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'event:read');
        const { version } = request.params;
        const { release, previous, projects } = await previousVersion(
          stores,
          viewer,
          version,
          request.query.project,
        );
        return newPatterns(stores, { projects, version, previous, began: release.created_at });
      },
    );
  };
}
