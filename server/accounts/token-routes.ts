/** /api/v1/tokens: API tokens for programs. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { Scope } from '#contract/people.ts';
import { ApiTokenCreated, ApiTokenRequest, ApiTokens } from '#contract/tokens.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { requireViewer } from './accounts.ts';
import { createToken, listTokens, revokeToken } from './tokens.ts';
import type { Viewers } from './viewers.ts';

const tags = ['tokens'];

export function tokenRoutes(options: { db: MetadataDb; viewers: Viewers; clock: Clock }): FastifyPluginAsync {
  const { db, viewers, clock } = options;

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/tokens',
      {
        schema: {
          tags,
          summary: 'Living API tokens: one’s own, or all for an administrator',
          response: { 200: ApiTokens },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'org:read');
        return (await listTokens(db, viewer)).map(shown);
      },
    );

    app.post(
      '/api/v1/tokens',
      {
        schema: {
          tags,
          summary: 'Create a token; the answer shows it this once',
          body: ApiTokenRequest,
          response: { 201: ApiTokenCreated },
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:read');
        const { token, ...row } = await createToken({ db, clock }, viewer, request.body);
        return reply.code(201).send({ ...shown(row), token });
      },
    );

    app.delete(
      '/api/v1/tokens/:id',
      {
        schema: {
          tags,
          summary: 'Revoke a token, at once',
          params: z.object({ id: z.coerce.number().int().positive() }),
        },
      },
      async (request, reply) => {
        const viewer = requireViewer(request, 'org:read');
        await revokeToken({ db, clock }, viewer, request.params.id);
        viewers.forget();
        return reply.code(204).send();
      },
    );
  };
}

type Row = Awaited<ReturnType<typeof listTokens>>[number];

function shown(row: Row) {
  return {
    id: String(row.id),
    name: row.name,
    hint: row.token_hint,
    scopes: JSON.parse(row.scopes) as Scope[],
    createdAt: time(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : time(row.last_used_at),
    expiresAt: row.expires_at === null ? null : time(row.expires_at),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
