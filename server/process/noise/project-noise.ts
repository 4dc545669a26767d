/**
 * The noise rules of all projects, for `process`. Never stale by more than the batch under way: before each batch one
 * short question (the revisions of the projects that ever had rules), and the rules of those that changed since.
 */
import type { NoiseAction, NoiseRule, NoiseRules } from '#server/record/noise.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Undefined: the project has none. */
export type NoiseOf = (project: number) => NoiseRules | undefined;

type Known = Map<number, { revision: number; rules: NoiseRules | undefined }>;

export class ProjectNoise {
  #known: Known = new Map();

  /** As the last question found them. */
  get last(): NoiseOf {
    const known = this.#known;
    return (project) => known.get(project)?.rules;
  }

  async ofNow(db: MetadataDb): Promise<NoiseOf> {
    const now = await db.selectFrom('noise_revision').select(['project_id', 'revision']).execute();
    const known: Known = new Map();
    for (const { project_id, revision } of now) {
      const before = this.#known.get(project_id);
      const isSame = before?.revision === revision;
      known.set(project_id, isSame ? before : { revision, rules: await readRules(db, project_id) });
    }
    this.#known = known;
    return this.last;
  }
}

async function readRules(db: MetadataDb, project: number): Promise<NoiseRules | undefined> {
  const rows = await db
    .selectFrom('noise_rule')
    .select([
      ...(['id', 'pattern_id', 'action', 'keep_one_in'] as const),
      ...(['demote_to', 'severity_max', 'with_stack_traces', 'contains'] as const),
    ])
    .where('project_id', '=', project)
    .where('enabled', '=', 1)
    .execute();
  if (rows.length === 0) return undefined;
  return new Map(
    rows.map((row): [number, NoiseRule] => [
      Number(row.pattern_id),
      {
        id: row.id,
        action: row.action as NoiseAction,
        keepOneIn: row.keep_one_in,
        demoteTo: row.demote_to,
        severityMax: row.severity_max,
        withStackTraces: row.with_stack_traces === 1,
        contains: row.contains,
      },
    ]),
  );
}
