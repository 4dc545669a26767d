/**
 * How sentry-cli and the bundler plugins upload source maps: what the server takes, the pieces, and the bundle made of them.
 * sentry-cli 3 reads neither `accept` nor anything it does not know; 2.x goes old ways unless bundles are accepted.
 * https://docs.sentry.io/api/ does not describe these addresses; the shapes are what the clients read.
 */
import type { FastifyPluginAsync } from 'fastify';
import * as z from 'zod';
import {
  BUNDLE_BYTES_MAX,
  CHUNK_BYTES,
  CHUNKS_PER_REQUEST,
  RELEASE_CHARS_MAX,
  UPLOAD_BYTES_MAX,
  UPLOADS_PER_CLIENT,
} from '#server/artifacts/artifacts.ts';
import type { Artifacts } from '#server/artifacts/open-artifacts.ts';
import { visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import type { SentryApi } from './sentry-api.ts';
import { bodyOf, serve } from './sentry-request.ts';

const sha1 = z.string().regex(/^[0-9a-f]{40}$/, 'a SHA-1 is 40 lower-case hexadecimal digits');

const AssembleBody = z.object({
  checksum: sha1,
  chunks: z.array(sha1).max(Math.ceil(BUNDLE_BYTES_MAX / CHUNK_BYTES)),
  projects: z
    .array(z.union([z.string().max(100), z.number()]))
    .min(1)
    .max(100),
  version: z.string().max(RELEASE_CHARS_MAX).nullish(),
  dist: z.string().max(64).nullish(),
});

/** What 2.x must be offered to send bundles: without `release_files` it sends none by release, though it then sends a bundle. */
const ACCEPTED = ['artifact_bundles', 'artifact_bundles_v2', 'release_files', 'sources'];

export function uploadRoutes(
  api: SentryApi & { artifacts: Pick<Artifacts, 'receiveChunks' | 'assemble'> },
): FastifyPluginAsync {
  const chunkUpload = '/api/0/organizations/:org/chunk-upload/';
  return async (app) => {
    serve(app, 'GET', chunkUpload, 'project:releases', ({ params }) => ({
      url: `${api.publicUrl()}/api/0/organizations/${encodeURIComponent(params.org!)}/chunk-upload/`,
      chunkSize: CHUNK_BYTES,
      chunksPerRequest: CHUNKS_PER_REQUEST,
      maxRequestSize: UPLOAD_BYTES_MAX,
      maxFileSize: BUNDLE_BYTES_MAX,
      concurrency: UPLOADS_PER_CLIENT,
      hashAlgorithm: 'sha1',
      compression: ['gzip'],
      accept: ACCEPTED,
    }));

    await app.register(async (uploads) => {
      // Read as it arrives: receive-parts.ts.
      uploads.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
      serve(uploads, 'POST', chunkUpload, 'project:releases', async ({ viewer, raw }) => {
        if (!raw.headers['content-type']?.startsWith('multipart/form-data'))
          throw reject('multipart_invalid', 'pieces are sent as multipart/form-data');
        await api.artifacts.receiveChunks(viewer.organization.id, raw);
        return {};
      });
    });

    serve(
      app,
      'POST',
      '/api/0/organizations/:org/artifactbundle/assemble/',
      'project:releases',
      async (request) => {
        const { checksum, chunks, projects, version, dist } = bodyOf(AssembleBody, request);
        const visible = await visibleProjects(api, request.viewer);
        const ids = projects.map((named) => {
          const project = visible.find(({ slug, id }) => slug === named || id === String(named));
          if (!project) throw reject('not_found', `no project ${JSON.stringify(named)}`);
          return Number(project.id);
        });
        return api.artifacts.assemble({
          organization: request.viewer.organization.id,
          ...{ checksum, chunks, projects: [...new Set(ids)], release: version ?? '', dist: dist ?? '' },
        });
      },
    );
  };
}
