/**
 * The grouping rules of all projects, for `process`. Never stale by more than the batch under way: before each batch one short
 * question (the revisions of the projects that have rules at all), and the texts of those that changed since.
 */
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type GroupingRules, groupingRules } from './grouping-rules.ts';

/** Undefined: the project has none. */
export type RulesOf = (project: number) => GroupingRules | undefined;

export class ProjectRules {
  #known = new Map<number, { revision: number; rules: GroupingRules | undefined }>();

  /** As the last question found them. */
  get last(): RulesOf {
    const known = this.#known;
    return (project) => known.get(project)?.rules;
  }

  async ofNow(db: MetadataDb): Promise<RulesOf> {
    const now = await db.selectFrom('grouping_rules').select(['project_id', 'revision']).execute();
    const changed = now.filter(
      ({ project_id, revision }) => this.#known.get(project_id)?.revision !== revision,
    );
    const kept = now.flatMap(({ project_id }) => {
      const known = this.#known.get(project_id);
      return known ? [[project_id, known] as const] : [];
    });
    const known = new Map(kept);
    for (const { project_id } of changed) {
      const row = await db
        .selectFrom('grouping_rules')
        .select(['revision', 'fingerprint_rules', 'stack_trace_rules'])
        .where('project_id', '=', project_id)
        .executeTakeFirst();
      if (!row) continue;
      const texts = { fingerprint: row.fingerprint_rules, stackTrace: row.stack_trace_rules };
      known.set(project_id, { revision: row.revision, rules: groupingRules(texts) });
    }
    this.#known = known;
    return this.last;
  }
}
