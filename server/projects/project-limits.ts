/**
 * What a project's settings say of how long it keeps what, and how much it may send: JSON in its row. What is not said
 * there is left to the program.
 */
import { NO_QUOTAS, type Quotas } from '#server/record/quota.ts';
import {
  NO_RETENTION_SETTINGS,
  type RetentionPolicy,
  type RetentionSettings,
  resolveRetention,
} from '#server/record/retention.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { selectAllSettings } from './project-queries.ts';

export interface ProjectLimits {
  retention: RetentionSettings;
  quotas: Quotas;
}

/** As `writeLimits` wrote it. */
export function readLimits(settings: string): ProjectLimits {
  const { retention, quotas } = JSON.parse(settings) as Partial<ProjectLimits>;
  return {
    retention: { ...NO_RETENTION_SETTINGS, ...retention },
    quotas: { ...NO_QUOTAS, ...quotas },
  };
}

/** The rest of the settings stays as it is. */
export function writeLimits(settings: string, limits: ProjectLimits): string {
  return JSON.stringify({ ...JSON.parse(settings), ...limits });
}

/** Of every project of the program, for the store to enforce. */
export async function readRetentionPolicy(db: MetadataDb, defaultDays: number): Promise<RetentionPolicy> {
  const rows = await selectAllSettings(db);
  return {
    defaultDays,
    projects: rows.map(({ id, settings }) =>
      resolveRetention(id, readLimits(settings).retention, defaultDays),
    ),
  };
}
