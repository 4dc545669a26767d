/** /api/v1/usage and /api/v1/dead-letters: what was sent, what became of it, and what it costs. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import type { ProjectSummary, Scope } from '#contract/people.ts';
import { DeadLetters, Usage, UsageQuery } from '#contract/usage.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { reject } from '#server/record/rejections.ts';
import { refuseCutShort } from '#server/store/telemetry/refuse-cut-short.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import {
  type DeadLetterStores,
  deleteDeadLetter,
  findDeadLetter,
  type LettersInSight,
  listDeadLetters,
  redriveDeadLetter,
} from './dead-letters.ts';
import { readLedger } from './ledger.ts';

export interface UsageStores extends DeadLetterStores {
  clock: Clock;
  telemetry: TelemetryStore;
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
  /** What of their quotas is used today, of those that have any. */
  usedQuotas(projects: readonly number[]): Promise<Usage['quotas']>;
  /** Accepted and not processed yet, bytes. */
  backlogBytes(): number;
  /** What lies on the disk besides telemetry: journal, metadata, attachments. */
  diskUsage(): Promise<Usage['disk']>;
}

export function usageRoutes(given: UsageStores): FastifyPluginAsync {
  const stores = { ...given, telemetry: refuseCutShort(given.telemetry) };
  const { db, telemetry, blobs, clock } = stores;

  /** The projects asked about. What belongs to no project is for those who run the program. */
  async function sight(viewer: Viewer, slug: string): Promise<LettersInSight> {
    const projects = await stores.listProjects(viewer.organization.id);
    const named = slug === '' ? projects : projects.filter((project) => project.slug === slug);
    if (slug !== '' && named.length === 0) throw reject('not_found', `no project "${slug}"`);
    return {
      projects: named.map(({ id }) => Number(id)),
      withoutProject: slug === '' && viewer.scopes.includes('org:admin'),
    };
  }
  const letterOf = async (request: FastifyRequest<{ Params: { id: string } }>, scope: Scope) =>
    findDeadLetter(db, await sight(requireViewer(request, scope), ''), request.params.id);

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    const params = z.object({ id: z.string().max(20) });

    app.get(
      '/api/v1/usage',
      {
        schema: {
          tags: ['usage'],
          summary: 'The ledger: what became of everything that was sent, and the disk it takes',
          querystring: UsageQuery,
          response: { 200: Usage },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        const { project, period } = request.query;
        const { projects, withoutProject } = await sight(viewer, project);
        const [ledger, tables, others, quotas] = await Promise.all([
          readLedger(telemetry, withoutProject ? [0, ...projects] : projects, period, clock.now()),
          telemetry.diskUsage(),
          stores.diskUsage(),
          stores.usedQuotas(projects),
        ]);
        const disk = tables.map(({ table, rows, bytes }) => ({
          what: table,
          rows: Number(rows),
          bytes: Number(bytes),
        }));
        return { ...ledger, backlogBytes: stores.backlogBytes(), disk: [...disk, ...others], quotas };
      },
    );

    app.get(
      '/api/v1/dead-letters',
      {
        schema: {
          tags: ['usage'],
          summary: 'Records that could not be processed, newest first',
          querystring: z.object({
            project: z.string().max(100).default(''),
            cursor: z.string().max(20).default(''),
            limit: z.coerce.number().int().min(1).max(100).default(50),
          }),
          response: { 200: DeadLetters },
        },
      },
      async (request) => {
        const { project, cursor, limit } = request.query;
        if (!/^\d{0,15}$/.test(cursor)) throw reject('cursor_invalid');
        const letters = await sight(requireViewer(request, 'event:read'), project);
        return listDeadLetters(db, letters, { before: cursor === '' ? null : Number(cursor), limit });
      },
    );

    app.get(
      '/api/v1/dead-letters/:id/raw',
      { schema: { tags: ['usage'], summary: 'The bytes of a dead letter, as a download', params } },
      async (request, reply) => {
        const letter = await letterOf(request, 'event:read');
        const bytes = await blobs.stream(letter.blob);
        return reply
          .type('application/octet-stream')
          .header('content-disposition', `attachment; filename="dead-letter-${letter.id}.bin"`)
          .header('content-security-policy', "default-src 'none'; sandbox")
          .header('cache-control', 'private, no-store')
          .send(bytes);
      },
    );

    app.post(
      '/api/v1/dead-letters/:id/redrive',
      { schema: { tags: ['usage'], summary: 'Drive a dead letter through processing again', params } },
      async (request, reply) => {
        await redriveDeadLetter(stores, await letterOf(request, 'event:admin'));
        return reply.code(204).send();
      },
    );

    app.delete(
      '/api/v1/dead-letters/:id',
      { schema: { tags: ['usage'], summary: 'Delete a dead letter for good', params } },
      async (request, reply) => {
        await deleteDeadLetter(stores, await letterOf(request, 'event:admin'));
        return reply.code(204).send();
      },
    );
  };
}
