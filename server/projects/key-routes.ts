/** /api/v1/projects/:slug/keys: the ingest keys of a project, their rate limits and DSNs. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  IngestKey,
  IngestKeyRequest,
  IngestKeys,
  IngestKeyUpdate,
  type RateLimit,
} from '#contract/projects.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { findProject, slugParams } from './find-project.ts';
import { type KeyDirectory, rateLimitOf } from './key-directory.ts';
import { deleteKey, insertKey, type KeyRow, selectKeys, updateKey } from './project-queries.ts';
import { KEYS_MAX, newPublicKey, spellDsn } from './projects.ts';

const tags = ['projects'];
const keyParams = slugParams.extend({ id: z.coerce.number().int().positive() });

export function keyRoutes(options: {
  db: MetadataDb;
  keys: KeyDirectory;
  clock: Clock;
  publicUrl: () => string;
}): FastifyPluginAsync {
  const { db, keys, clock, publicUrl } = options;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/projects/:slug/keys',
      {
        schema: {
          tags,
          summary: 'The ingest keys of a project',
          params: slugParams,
          response: { 200: IngestKeys },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        const project = await findProject(db, viewer, request.params.slug);
        return (await selectKeys(db, project.id)).map(shown);
      },
    );

    app.post(
      '/api/v1/projects/:slug/keys',
      {
        schema: {
          tags,
          summary: 'Create an ingest key',
          params: slugParams,
          body: IngestKeyRequest,
          response: { 201: IngestKey },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'project:admin');
        const project = await findProject(db, viewer, request.params.slug);
        if ((await selectKeys(db, project.id)).length >= KEYS_MAX)
          throw reject('limit_reached', `${KEYS_MAX} keys`);
        const key = await insertKey(db, {
          project_id: project.id,
          public_key: newPublicKey(),
          label: request.body.label,
          ...rateLimitColumns(request.body.rateLimit),
          created_at: clock.now(),
        });
        return reply.code(201).send(shown(key));
      },
    );

    app.patch(
      '/api/v1/projects/:slug/keys/:id',
      {
        schema: {
          tags,
          summary: 'Rename, limit, disable or enable an ingest key',
          params: keyParams,
          body: IngestKeyUpdate,
          response: { 200: IngestKey },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:admin');
        const project = await findProject(db, viewer, request.params.slug);
        const { label, enabled, rateLimit } = request.body;
        const change = {
          ...(label === undefined ? {} : { label }),
          ...(enabled === undefined ? {} : { enabled: enabled ? (1 as const) : (0 as const) }),
          ...(rateLimit === undefined ? {} : rateLimitColumns(rateLimit)),
        };
        if (Object.keys(change).length === 0) throw reject('request_invalid', 'nothing to change');
        const key = await updateKey(db, project.id, request.params.id, change);
        if (!key) throw reject('not_found');
        keys.forget();
        return shown(key);
      },
    );

    app.delete(
      '/api/v1/projects/:slug/keys/:id',
      {
        schema: { tags, summary: 'Delete an ingest key: what is sent with it is refused', params: keyParams },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'project:admin');
        const project = await findProject(db, viewer, request.params.slug);
        if (!(await deleteKey(db, project.id, request.params.id))) throw reject('not_found');
        keys.forget();
        return reply.code(204).send();
      },
    );
  };

  function shown(row: KeyRow): z.infer<typeof IngestKey> {
    return {
      id: String(row.id),
      projectId: String(row.project_id),
      label: row.label,
      publicKey: row.public_key,
      dsn: spellDsn(publicUrl(), row.public_key, row.project_id),
      enabled: row.enabled === 1,
      rateLimit: rateLimitOf(row),
      createdAt: new Date(row.created_at).toISOString(),
    };
  }
}

function rateLimitColumns(limit: z.infer<typeof RateLimit> | null) {
  return { rate_limit_count: limit?.count ?? null, rate_limit_window_seconds: limit?.windowSeconds ?? null };
}
