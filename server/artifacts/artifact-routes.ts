/** /api/v1/projects/:slug/artifacts: the bundles of a project, for its settings page. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { ProjectSummary } from '#contract/people.ts';
import { ArtifactBundles } from '#contract/projects.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { artifactBytes } from './assemble.ts';

/** Newest bundles on the page; older ones are found by typing a release. */
const BUNDLES_SHOWN_MAX = 100;
/** Debug ids and names shown of one bundle. */
const FILES_SHOWN_MAX = 20;

const tags = ['projects'];
const slugParams = z.object({ slug: z.string().max(100) });

export function artifactRoutes(options: {
  db: MetadataDb;
  artifactBytesMax: number;
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
  deleteBundle(project: number, id: number): Promise<boolean>;
}): FastifyPluginAsync {
  const { db } = options;

  async function projectOf(viewer: Viewer, slug: string): Promise<number> {
    const projects = await options.listProjects(viewer.organization.id);
    const project = projects.find((one) => one.slug === slug);
    if (!project) throw reject('not_found', 'no such project');
    return Number(project.id);
  }

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/projects/:slug/artifacts',
      {
        schema: {
          tags,
          summary: 'Bundles of source maps, newest first',
          params: slugParams,
          querystring: z.object({ release: z.string().max(250).default('') }),
          response: { 200: ArtifactBundles },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        const project = await projectOf(viewer, request.params.slug);
        return {
          items: await listBundles(db, project, request.query.release),
          bytes: await artifactBytes(db),
          bytesMax: options.artifactBytesMax,
        };
      },
    );

    app.delete(
      '/api/v1/projects/:slug/artifacts/:id',
      {
        schema: {
          tags,
          summary: 'Delete a bundle; events that need it show generated code from then on',
          params: slugParams.extend({ id: z.string().regex(/^\d{1,15}$/) }),
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'project:releases');
        const project = await projectOf(viewer, request.params.slug);
        if (!(await options.deleteBundle(project, Number(request.params.id))))
          throw reject('not_found', 'no such bundle');
        return reply.code(204).send();
      },
    );
  };
}

async function listBundles(
  db: MetadataDb,
  project: number,
  release: string,
): Promise<z.infer<typeof ArtifactBundles>['items']> {
  let newest = db
    .selectFrom('artifact_bundle')
    .selectAll()
    .where('project_id', '=', project)
    .orderBy('id', 'desc')
    .limit(BUNDLES_SHOWN_MAX);
  if (release) newest = newest.where('release', '=', release);
  const bundles = await newest.execute();
  return Promise.all(
    bundles.map(async ({ id, ...bundle }) => ({
      id: String(id),
      release: bundle.release,
      dist: bundle.dist,
      fileCount: bundle.files,
      files: (await firstFiles(db, id)).map(({ kind, url, debug_id, bytes }) => ({
        ...{ kind, url, bytes },
        debugId: debug_id,
      })),
      bytes: bundle.bytes,
      createdAt: new Date(bundle.created_at).toISOString(),
      usedAt: new Date(bundle.used_at).toISOString(),
    })),
  );
}

function firstFiles(db: MetadataDb, bundle: number) {
  return db
    .selectFrom('artifact_file')
    .select(['kind', 'url', 'debug_id', 'bytes'])
    .where('bundle_id', '=', bundle)
    .orderBy('id')
    .limit(FILES_SHOWN_MAX)
    .execute();
}
