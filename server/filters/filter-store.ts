/** The rules of a project where they are kept: one row of the metadata, read again for every batch that needs it. */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type FilterRules, NO_RULES, readRules } from './filter-rules.ts';

export async function selectRules(db: MetadataDb, projectId: number): Promise<FilterRules> {
  const row = await db
    .selectFrom('project_filter')
    .select('rules')
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return row ? readRules(row.rules) : NO_RULES;
}

/** Changes what is named; the rest stays as it is, also when two people save at the same time. */
export async function changeRules(
  db: MetadataDb,
  projectId: number,
  change: Partial<FilterRules>,
  now: number,
): Promise<FilterRules> {
  return db.transaction().execute(async (transaction) => {
    const fresh = { project_id: projectId, rules: JSON.stringify(NO_RULES), updated_at: now };
    // Takes the row, so that nobody else reads it before it is written.
    const { rules } = await transaction
      .insertInto('project_filter')
      .values(fresh)
      .onConflict((conflict) => conflict.column('project_id').doUpdateSet({ updated_at: now }))
      .returning('rules')
      .executeTakeFirstOrThrow();
    const changed = { ...readRules(rules), ...change };
    await transaction
      .updateTable('project_filter')
      .set({ rules: JSON.stringify(changed) })
      .where('project_id', '=', projectId)
      .execute();
    return changed;
  });
}
