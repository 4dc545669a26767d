/** Where the door's counts of used quotas outlive it (its port: QuotaMemory in ingest/quota.ts). */
import type { QuotaUse } from '#server/record/quota.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

export interface QuotaMemory {
  load(): Promise<QuotaUse[]>;
  save(uses: readonly QuotaUse[]): Promise<void>;
}

/** Rows of one statement: five values each, far below what either engine binds. */
const ROWS_MAX = 200;

export function createQuotaMemory(db: MetadataDb): QuotaMemory {
  return {
    async load() {
      const rows = await db.selectFrom('quota_use').selectAll().execute();
      return rows.map(({ project_id: project, ...use }) => ({ project, ...use }));
    },
    async save(uses) {
      for (let from = 0; from < uses.length; from += ROWS_MAX)
        await db
          .insertInto('quota_use')
          .values(
            uses.slice(from, from + ROWS_MAX).map(({ project, ...use }) => ({ project_id: project, ...use })),
          )
          .onConflict((conflict) =>
            conflict.columns(['project_id', 'category']).doUpdateSet((of) => ({
              day: of.ref('excluded.day'),
              records: of.ref('excluded.records'),
              bytes: of.ref('excluded.bytes'),
            })),
          )
          .execute();
    },
  };
}
