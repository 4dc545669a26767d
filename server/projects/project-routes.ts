/** /api/v1/projects: projects, and the guides that set up an SDK for one. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { type SetupGuide, SetupGuides } from '#contract/filters.ts';
import { ProjectSummary } from '#contract/people.ts';
import { ProjectRequest, Projects, ProjectUpdate } from '#contract/projects.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';
import { createProject } from './create-project.ts';
import { deleteProject, type ProjectRemains } from './delete-project.ts';
import { findProject, slugParams } from './find-project.ts';
import type { KeyDirectory } from './key-directory.ts';
import { type ProjectRow, selectKeys, selectProjects, updateProject } from './project-queries.ts';
import { spellDsn } from './projects.ts';

export interface ProjectRoutesOptions {
  db: MetadataDb;
  keys: KeyDirectory;
  clock: Clock;
  publicUrl: () => string;
  /** The set-up guides, one per platform, with the DSN filled in. */
  guides: (dsn: string) => SetupGuide[];
  remains: ProjectRemains;
}

const tags = ['projects'];

export function projectRoutes(options: ProjectRoutesOptions): FastifyPluginAsync {
  const { db, keys, clock, publicUrl, guides, remains } = options;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/projects',
      { schema: { tags, summary: 'The projects of the organization', response: { 200: Projects } } },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        return (await selectProjects(db, viewer.organization.id)).map(projectSummary);
      },
    );

    app.post(
      '/api/v1/projects',
      {
        schema: {
          tags,
          summary: 'Create a project, with one ingest key',
          body: ProjectRequest,
          response: { 201: ProjectSummary },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'project:admin');
        const project = await createProject({ db, clock }, viewer.organization.id, request.body);
        return reply.code(201).send(projectSummary(project));
      },
    );

    app.get(
      '/api/v1/projects/:slug',
      { schema: { tags, summary: 'One project', params: slugParams, response: { 200: ProjectSummary } } },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        return projectSummary(await findProject(db, viewer, request.params.slug));
      },
    );

    app.patch(
      '/api/v1/projects/:slug',
      {
        schema: {
          tags,
          summary: 'Rename a project; its DSNs stay as they are',
          params: slugParams,
          body: ProjectUpdate,
          response: { 200: ProjectSummary },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:write');
        const project = await findProject(db, viewer, request.params.slug);
        return projectSummary(await rename(db, project, request.body));
      },
    );

    app.delete(
      '/api/v1/projects/:slug',
      { schema: { tags, summary: 'Delete a project and everything it holds', params: slugParams } },
      async (request, reply) => {
        const viewer = requireViewer(request, 'project:admin');
        const project = await findProject(db, viewer, request.params.slug);
        try {
          await deleteProject(db, project.id, remains);
        } finally {
          keys.forget();
        }
        return reply.code(204).send();
      },
    );

    app.get(
      '/api/v1/projects/:slug/setup',
      {
        schema: {
          tags,
          summary: 'How to send the first record, per platform',
          params: slugParams,
          response: { 200: SetupGuides },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        const project = await findProject(db, viewer, request.params.slug);
        const key = (await selectKeys(db, project.id)).find((candidate) => candidate.enabled === 1);
        if (!key)
          throw reject(
            'not_found',
            'the project has no ingest key that is enabled; create one in its settings',
          );
        const dsn = spellDsn(publicUrl(), key.public_key, project.id);
        return { dsn, guides: guides(dsn) };
      },
    );
  };
}

async function rename(
  db: MetadataDb,
  project: ProjectRow,
  change: z.infer<typeof ProjectUpdate>,
): Promise<ProjectRow> {
  const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  if (Object.keys(named).length === 0) return project;
  try {
    const renamed = await updateProject(db, project.id, named);
    if (!renamed) throw reject('not_found');
    return renamed;
  } catch (error) {
    throw isUniqueViolation(error) ? reject('conflict', 'a project with this slug', { cause: error }) : error;
  }
}

export function projectSummary(row: ProjectRow): z.infer<typeof ProjectSummary> {
  return {
    id: String(row.id),
    slug: row.slug,
    name: row.name,
    platform: row.platform,
    createdAt: new Date(row.created_at).toISOString(),
    firstEventAt: row.first_event_at === null ? null : new Date(row.first_event_at).toISOString(),
  };
}
