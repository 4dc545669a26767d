/**
 * New issues go to whoever owns the code, inside the transaction of the batch that made them. A batch without new issues,
 * or of projects without ownership, pays nothing.
 */
import type { EventPayload } from '#server/record/event.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { decidingRule, ownedEvent } from './find-owners.ts';
import { type KnownPerson, peopleOfEmails, rulesOf } from './ownership.ts';
import type { OwnerRule } from './ownership-rules.ts';
import { readMappings } from './repositories.ts';

/**
 * New issues of one project and batch that are assigned: a thousand rules against thirty frames take some milliseconds
 * each. More at once are a flood of nonsense or the first minute of a new project, and wait for people.
 */
const ASSIGNED_MAX = 20;

export interface NewIssue {
  issueId: number;
  project: number;
  /** EventPayload as JSON: of its first event. */
  payload: string;
}

export async function assignNewIssues(
  transaction: MetadataTransaction,
  fresh: readonly NewIssue[],
  now: number,
): Promise<void> {
  if (fresh.length === 0) return;
  const byProject = Map.groupBy(fresh, ({ project }) => project);
  for (const part of statementParts([...byProject.keys()], 1)) {
    const owned = await transaction
      .selectFrom('ownership')
      .innerJoin('project', 'project.id', 'ownership.project_id')
      .selectAll('ownership')
      .select('project.organization_id')
      .where('project_id', 'in', part)
      .where('assigns', '=', 1)
      .execute();
    for (const { project_id, organization_id, ...texts } of owned)
      await assignOf(transaction, byProject.get(project_id)!.slice(0, ASSIGNED_MAX), {
        ...{ project: project_id, organization: organization_id },
        ...{ rules: rulesOf(texts), now },
      });
  }
}

async function assignOf(
  transaction: MetadataTransaction,
  issues: readonly NewIssue[],
  {
    project,
    organization,
    rules,
    now,
  }: { project: number; organization: number; rules: OwnerRule[]; now: number },
): Promise<void> {
  if (rules.length === 0) return;
  const mappings = await readMappings(transaction, project);
  const decided = issues.flatMap(({ issueId, payload }) => {
    const rule = decidingRule(ownedEvent(JSON.parse(payload) as EventPayload, mappings), rules);
    return rule ? [{ issueId, rule }] : [];
  });
  const people = await peopleOfEmails(
    transaction,
    organization,
    decided.flatMap(({ rule }) => rule.owners),
  );
  for (const { issueId, rule } of decided) {
    const person = firstPerson(rule, people);
    if (!person) continue;
    await transaction
      .insertInto('issue_assignee')
      .values({ issue_id: issueId, user_id: person.id, assigned_at: now })
      .onConflict((conflict) => conflict.column('issue_id').doNothing())
      .execute();
    await transaction
      .insertInto('issue_activity')
      .values({
        ...{ issue_id: issueId, project_id: project, kind: 'assigned', user_id: null, created_at: now },
        data: JSON.stringify({ assignee: person.name, rule: rule.text.slice(0, 500) }),
      })
      .execute();
  }
}

/** The first owner of a rule that is a person here. A team is shown, and nobody is guessed for it. */
export const firstPerson = (
  { owners }: Pick<OwnerRule, 'owners'>,
  people: ReadonlyMap<string, KnownPerson>,
): KnownPerson | undefined =>
  owners.map((owner) => people.get(owner.toLowerCase())).find((person) => person !== undefined);
