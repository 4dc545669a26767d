/**
 * Alert rules as everything here knows them: read from their rows, found only through the organization of who asks. A rule
 * over projects sees those of its organization and no other, whatever its text names.
 */
import type { Selectable } from 'kysely';
import { type AlertCondition, AlertRuleInput, type AlertRuleInput as Input } from '#contract/alerts.ts';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { type IssueStores, issueId } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { AlertRuleTable } from '#server/store/metadata/schema.ts';
import type { Enqueue, FindCause } from './enqueue.ts';

export interface AlertStores extends IssueStores {
  /** What a line has in common with those of its pattern; main knows how. */
  templateOf(body: string): string;
  enqueue: Enqueue;
  findCause: FindCause;
  /** The address that people open, without a slash at the end. */
  publicUrl(): string;
}

export type RuleRow = Selectable<AlertRuleTable>;

/** A rule, ready to be evaluated. */
export interface Rule<Condition extends AlertCondition = AlertCondition> extends Omit<Input, 'condition'> {
  id: number;
  organization: number;
  condition: Condition;
  /** Those it is of and that there are. */
  projectsSeen: ProjectSummary[];
  evaluatedAt: number | null;
  problem: string;
  updatedAt: number;
}

export const idsOf = (rule: Pick<Rule, 'projectsSeen'>) => rule.projectsSeen.map(({ id }) => Number(id));

/** Rules of one organization: a bound on what is evaluated, and on the list. */
export const RULES_MAX = 500;

/** What a row says. A definition that an older program wrote has the defaults of what it did not know. */
export function readDefinition(row: Pick<RuleRow, 'definition'>): Input {
  return AlertRuleInput.parse(JSON.parse(row.definition));
}

export function readRule(row: RuleRow, projects: readonly ProjectSummary[], own: readonly number[]): Rule {
  const definition = readDefinition(row);
  const isOfAll = definition.projects.length === 0;
  return {
    ...definition,
    id: row.id,
    organization: row.organization_id,
    projectsSeen: projects.filter(({ id }) => isOfAll || own.includes(Number(id))),
    evaluatedAt: row.evaluated_at,
    problem: row.problem,
    updatedAt: row.updated_at,
  };
}

/** The rules of these rows, with their projects. */
export async function readRules(
  { metadata: { db }, listProjects }: Pick<AlertStores, 'metadata' | 'listProjects'>,
  rows: readonly RuleRow[],
): Promise<Rule[]> {
  const own = await projectsOfRules(
    db,
    rows.map(({ id }) => id),
  );
  const organizations = [...new Set(rows.map((row) => row.organization_id))];
  const projects = new Map(
    await Promise.all(organizations.map(async (id) => [id, await listProjects(id)] as const)),
  );
  return rows.map((row) => readRule(row, projects.get(row.organization_id)!, own.get(row.id) ?? []));
}

async function projectsOfRules(db: MetadataDb, ids: readonly number[]): Promise<Map<number, number[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('alert_rule_project').selectAll().where('rule_id', 'in', ids).execute();
  const found = new Map<number, number[]>();
  for (const { rule_id, project_id } of rows) found.set(rule_id, [...(found.get(rule_id) ?? []), project_id]);
  return found;
}

/** The rule of an id. Throws the refusal when there is none in the organization of who asks. */
export async function findRule(
  stores: Pick<AlertStores, 'metadata'>,
  viewer: Viewer,
  id: string,
): Promise<RuleRow> {
  const row = await stores.metadata.db
    .selectFrom('alert_rule')
    .selectAll()
    .where('id', '=', issueId(id))
    .where('organization_id', '=', viewer.organization.id)
    .executeTakeFirst();
  if (!row) throw reject('not_found', `no alert rule ${id.slice(0, 100)}`);
  return row;
}
