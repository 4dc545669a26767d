/**
 * Which organization a project belongs to, from memory: asked for each live message and each listener of it.
 * A project never changes its organization, so what is known stays true.
 */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

export interface ProjectOrganizations {
  /** Learns what is not known yet. */
  learn(projectId: number): Promise<void>;
  /** Undefined until learned. */
  of(projectId: number): number | undefined;
}

export function createProjectOrganizations(db: MetadataDb): ProjectOrganizations {
  const known = new Map<number, number>();
  return {
    async learn(projectId) {
      if (known.has(projectId)) return;
      const row = await db
        .selectFrom('project')
        .select('organization_id')
        .where('id', '=', projectId)
        .executeTakeFirst();
      if (row) known.set(projectId, row.organization_id);
    },
    of: (projectId) => known.get(projectId),
  };
}
