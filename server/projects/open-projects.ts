/** Puts projects together for main: the routes, the keys for the door, and what the first start needs. */
import type { FastifyPluginAsync } from 'fastify';
import type { SetupGuide } from '#contract/filters.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { QuotaUsed } from '#contract/projects.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { RetentionPolicy } from '#server/record/retention.ts';
import type { MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { createFirstProject } from './create-project.ts';
import { finishProjectDeletions, type ProjectRemains } from './delete-project.ts';
import { createKeyDirectory, type KeyDirectory } from './key-directory.ts';
import { keyRoutes } from './key-routes.ts';
import { type LimitSources, limitRoutes, usedQuotas } from './limit-routes.ts';
import { createProjectKey } from './project-key.ts';
import { readLimits, readRetentionPolicy } from './project-limits.ts';
import { selectAllSettings, selectFirstKey, selectProjects } from './project-queries.ts';
import { projectRoutes, projectSummary } from './project-routes.ts';
import { spellDsn } from './projects.ts';

export interface OpenProjects {
  /** For the door. */
  keys: KeyDirectory;
  routes: FastifyPluginAsync;
  /** For the session: every project of an organization. */
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
  /** For the first start: project 1 and its key; `publicKey` empty: a random one. */
  createFirstProject(
    transaction: MetadataTransaction,
    organizationId: number,
    publicKey: string,
  ): Promise<void>;
  /** Completes deletions that were begun, as far as it can be done now. To be called now and then. */
  finishDeletions(): Promise<void>;
  /** Finds the key by which records of the project with this slug come, when their sender can name none. */
  keyOfProject(slug: string): () => ReturnType<KeyDirectory['find']>;
  /** For retention: how long every project keeps what. */
  retentionPolicy(): Promise<RetentionPolicy>;
  /** What of the quotas of projects is used today, of those that have any. */
  usedQuotas(projectIds: readonly number[]): Promise<(QuotaUsed & { projectId: string })[]>;
  /** The DSN to print at the start; null when every key was deleted or disabled. */
  firstDsn(): Promise<string | null>;
}

export function openProjects(options: {
  store: MetadataStore;
  clock: Clock;
  publicUrl: () => string;
  guides: (dsn: string) => SetupGuide[];
  remains: ProjectRemains;
  limits: LimitSources;
}): OpenProjects {
  const { store, clock, publicUrl } = options;
  const { db } = store;
  const keys = createKeyDirectory(db);
  const shared = { ...options, db, keys };

  return {
    keys,
    async routes(app) {
      await app.register(projectRoutes(shared));
      await app.register(keyRoutes(shared));
      await app.register(limitRoutes(shared));
    },
    listProjects: async (organizationId) => (await selectProjects(db, organizationId)).map(projectSummary),
    createFirstProject: (transaction, organizationId, publicKey) =>
      createFirstProject(transaction, clock, organizationId, publicKey),
    finishDeletions: () => finishProjectDeletions(db, options.remains),
    keyOfProject: (slug) => createProjectKey(db, keys, slug),
    retentionPolicy: () => readRetentionPolicy(db, options.limits.retentionDays),
    async usedQuotas(projectIds) {
      const now = clock.now();
      return (await selectAllSettings(db)).flatMap(({ id, settings }) =>
        projectIds.includes(id)
          ? usedQuotas(readLimits(settings).quotas, options.limits.quotaUse(id, now)).map((each) => ({
              projectId: String(id),
              ...each,
            }))
          : [],
      );
    },
    async firstDsn() {
      const key = await selectFirstKey(db);
      return key ? spellDsn(publicUrl(), key.public_key, key.project_id) : null;
    },
  };
}
