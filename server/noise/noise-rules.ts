/**
 * The noise rules of a project where they are kept. Each change counts the project's revision up in the same transaction:
 * `process` reads the rules again when it moves.
 */
import type { NoiseAction, NoiseLevel, NoiseRuleRequest } from '#contract/noise.ts';
import { LOG_LEVELS, levelOfNumber } from '#server/record/log.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';

/** Of one project: each is for a pattern that somebody looked at. */
const RULES_MAX = 500;
/** Characters kept of the texts of a pattern that may have no records any more. */
const TEXT_CHARS_MAX = 4_000;

export interface SavedRule {
  id: number;
  project_id: number;
  pattern_id: string;
  action: string;
  keep_one_in: number;
  demote_to: number;
  severity_max: number;
  with_stack_traces: number;
  contains: string;
  enabled: number;
  template: string;
  sample: string;
  goes_before: number;
  created_at: number;
  created_by: string | null;
}

/** As OpenTelemetry numbers them: the lowest and the highest number of a level. */
const lowestOf = (level: NoiseLevel) => 4 * LOG_LEVELS.indexOf(level) + 1;
const levelOf = (severity: number): NoiseLevel => levelOfNumber(severity) || 'trace';
const highestOf = (level: NoiseLevel) => 4 * LOG_LEVELS.indexOf(level) + 4;

export function listRules(db: MetadataDb, projects: readonly number[]): Promise<SavedRule[]> {
  return db
    .selectFrom('noise_rule')
    .selectAll()
    .where('project_id', 'in', [0, ...projects])
    .orderBy('id', 'desc')
    .execute();
}

/** As people see a rule. */
export function ruleOf(rule: SavedRule) {
  return {
    id: String(rule.id),
    projectId: String(rule.project_id),
    patternId: rule.pattern_id,
    template: rule.template,
    action: rule.action as NoiseAction,
    keepOneIn: rule.action === 'sample' ? rule.keep_one_in : null,
    demoteTo: rule.action === 'demote' ? levelOf(rule.demote_to) : null,
    levelMax: levelOf(rule.severity_max),
    withStackTraces: rule.with_stack_traces === 1,
    contains: rule.contains,
    enabled: rule.enabled === 1,
  };
}

export async function findRule(db: MetadataDb, project: number, id: string): Promise<SavedRule> {
  const rule = /^\d{1,15}$/.test(id)
    ? await db
        .selectFrom('noise_rule')
        .selectAll()
        .where('project_id', '=', project)
        .where('id', '=', Number(id))
        .executeTakeFirst()
    : undefined;
  if (!rule) throw reject('not_found', 'no noise rule has this id');
  return rule;
}

/** What is asked for must be something: a rule that can do nothing is refused. */
export function checkRequest(request: NoiseRuleRequest): void {
  const { action, keepOneIn, demoteTo, levelMax = 'info' } = request;
  if (action === 'sample' && keepOneIn === undefined)
    throw reject('noise_rule_invalid', 'Say in keepOneIn of how many records one is kept.');
  if (action !== 'demote') return;
  if (demoteTo === undefined)
    throw reject('noise_rule_invalid', 'Say in demoteTo which level the records get.');
  if (lowestOf(demoteTo) >= lowestOf(levelMax))
    throw reject('noise_rule_invalid', `Records up to ${levelMax} cannot be demoted to ${demoteTo}.`);
}

interface NewRule {
  project: number;
  request: NoiseRuleRequest;
  template: string;
  sample: string;
  goesBefore: number;
  by: string | null;
  now: number;
}

/** Makes the rule of a pattern, or changes it: what it has saved so far stays its own. */
export async function saveRule(metadata: MetadataStore, rule: NewRule): Promise<number> {
  const { project, request, now } = rule;
  const { levelMax = 'info', withStackTraces = false, contains = '' } = request;
  const columns = {
    action: request.action,
    keep_one_in: request.action === 'sample' ? request.keepOneIn! : 1,
    demote_to: request.action === 'demote' ? lowestOf(request.demoteTo!) : 0,
    severity_max: highestOf(levelMax),
    with_stack_traces: withStackTraces ? (1 as const) : (0 as const),
    contains,
    enabled: 1 as const,
    template: rule.template.slice(0, TEXT_CHARS_MAX),
    sample: rule.sample.slice(0, TEXT_CHARS_MAX),
    goes_before: rule.goesBefore,
    updated_at: now,
  };
  return metadata.transaction([project], async (transaction) => {
    await countChange(transaction, project);
    const { id } = await transaction
      .insertInto('noise_rule')
      .values({
        ...{ project_id: project, pattern_id: request.patternId, ...columns },
        ...{ created_at: now, created_by: rule.by },
      })
      .onConflict((conflict) => conflict.columns(['project_id', 'pattern_id']).doUpdateSet(columns))
      .returning('id')
      .executeTakeFirstOrThrow();
    const { rules } = await transaction
      .selectFrom('noise_rule')
      .select((of) => of.fn.countAll<number>().as('rules'))
      .where('project_id', '=', project)
      .executeTakeFirstOrThrow();
    if (Number(rules) > RULES_MAX)
      throw reject(
        'noise_rule_invalid',
        `A project has ${RULES_MAX} noise rules at most; remove some first.`,
      );
    return id;
  });
}

export async function switchRule(
  metadata: MetadataStore,
  rule: SavedRule,
  enabled: boolean,
  now: number,
): Promise<void> {
  await metadata.transaction([rule.project_id], async (transaction) => {
    await countChange(transaction, rule.project_id);
    await transaction
      .updateTable('noise_rule')
      .set({ enabled: enabled ? 1 : 0, updated_at: now })
      .where('id', '=', rule.id)
      .execute();
  });
}

/** From the next batch on its records are kept again. What was counted stays counted. */
export async function removeRule(metadata: MetadataStore, rule: SavedRule): Promise<void> {
  await metadata.transaction([rule.project_id], async (transaction) => {
    await countChange(transaction, rule.project_id);
    await transaction.deleteFrom('noise_rule').where('id', '=', rule.id).execute();
  });
}

async function countChange(transaction: MetadataTransaction, project: number): Promise<void> {
  await transaction
    .insertInto('noise_revision')
    .values({ project_id: project, revision: 1 })
    .onConflict((conflict) =>
      conflict
        .column('project_id')
        .doUpdateSet((to) => ({ revision: to('noise_revision.revision', '+', 1) })),
    )
    .execute();
}
