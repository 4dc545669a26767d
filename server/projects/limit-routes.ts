/** /api/v1/projects/:slug/limits: how long a project keeps what, how much it may send, and what of both is used. */
import type { FastifyPluginAsync } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type * as z from 'zod';
import { ProjectLimits, ProjectLimitsUpdate, ProjectStored, type QuotaUsed } from '#contract/projects.ts';
import { requireViewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import { QUOTA_CATEGORIES, type QuotaCategory, type Quotas } from '#server/record/quota.ts';
import { reject } from '#server/record/rejections.ts';
import { type ProjectRetention, resolveRetention } from '#server/record/retention.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { findProject, slugParams } from './find-project.ts';
import type { KeyDirectory } from './key-directory.ts';
import { readLimits, writeLimits } from './project-limits.ts';
import { selectSettings, updateProjectSettings } from './project-queries.ts';

/** What the program knows of a project's limits beside their settings. */
export interface LimitSources {
  /** Days that the program keeps things: the longest there is. */
  retentionDays: number;
  /** Used today, as the door counts it. */
  quotaUse(projectId: number, now: number): Record<QuotaCategory, { records: number; bytes: number }>;
  /** What of the disk is the project's. */
  stored(retention: ProjectRetention): Promise<z.infer<typeof ProjectStored>>;
}

const DAY_MS = 86_400_000;
const tags = ['projects'];

export function limitRoutes(options: {
  db: MetadataDb;
  keys: KeyDirectory;
  clock: Clock;
  limits: LimitSources;
}): FastifyPluginAsync {
  const { db, keys, clock, limits } = options;

  async function shown(projectId: number): Promise<z.infer<typeof ProjectLimits>> {
    const { retention, quotas } = readLimits(await selectSettings(db, projectId));
    const now = clock.now();
    return {
      retentionDays: limits.retentionDays,
      retention,
      quotas,
      used: usedQuotas(quotas, limits.quotaUse(projectId, now)),
      resetsAt: new Date((Math.floor(now / DAY_MS) + 1) * DAY_MS).toISOString(),
    };
  }

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();

    app.get(
      '/api/v1/projects/:slug/limits',
      {
        schema: {
          tags,
          summary: 'How long a project keeps what, how much it may send a day, and what of that is used',
          params: slugParams,
          response: { 200: ProjectLimits },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        return shown((await findProject(db, viewer, request.params.slug)).id);
      },
    );

    app.patch(
      '/api/v1/projects/:slug/limits',
      {
        schema: {
          tags,
          summary: 'Change retention and quotas; null leaves one to the program',
          params: slugParams,
          body: ProjectLimitsUpdate,
          response: { 200: ProjectLimits },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:admin');
        const { id } = await findProject(db, viewer, request.params.slug);
        const { retention = {}, quotas = {} } = request.body;
        for (const [name, days] of Object.entries(retention))
          if (name.endsWith('Days') && days !== null && days > limits.retentionDays)
            throw reject(
              'request_invalid',
              `${name} is ${days}; this program keeps nothing longer than ${limits.retentionDays} days (TANDEM_RETENTION_DAYS)`,
            );
        await db.transaction().execute(async (transaction) => {
          const settings = await selectSettings(transaction, id);
          const known = readLimits(settings);
          const changed = {
            retention: { ...known.retention, ...retention },
            quotas: { ...known.quotas, ...quotas },
          };
          await updateProjectSettings(transaction, id, writeLimits(settings, changed));
        });
        keys.forget();
        return shown(id);
      },
    );

    app.get(
      '/api/v1/projects/:slug/stored',
      {
        schema: {
          tags,
          summary: 'What of the disk is the project’s, about, and what was removed of it',
          params: slugParams,
          response: { 200: ProjectStored },
        },
      },
      async (request) => {
        const viewer = requireViewer(request, 'project:read');
        const { id } = await findProject(db, viewer, request.params.slug);
        const { retention } = readLimits(await selectSettings(db, id));
        return limits.stored(resolveRetention(id, retention, limits.retentionDays));
      },
    );
  };
}

/** Every limit of a day that is set, with what of it is used. */
export function usedQuotas(
  quotas: Quotas,
  use: Record<QuotaCategory, { records: number; bytes: number }>,
): z.infer<typeof QuotaUsed>[] {
  return QUOTA_CATEGORIES.flatMap((category) => {
    const { recordsPerDay, bytesPerDay } = quotas[category];
    const { records, bytes } = use[category];
    return [
      ...(recordsPerDay === null
        ? []
        : [{ category, unit: 'records' as const, used: records, limit: recordsPerDay }]),
      ...(bytesPerDay === null
        ? []
        : [{ category, unit: 'bytes' as const, used: bytes, limit: bytesPerDay }]),
    ];
  });
}
