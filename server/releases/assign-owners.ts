/**
 * New issues go to whoever owns the code, inside the transaction of the batch that made them; all owners of the rule that
 * decides are kept as suggestions. A batch without new issues, or of projects without ownership, pays nothing.
 */
import { startFollowing } from '#server/issues/teamwork/followers.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { decidingRule, ownedEvent } from './find-owners.ts';
import { type KnownOwner, knownOwners, ownersHere } from './known-owners.ts';
import { rulesOf } from './ownership.ts';
import type { OwnerRule } from './ownership-rules.ts';
import { readMappings } from './repositories.ts';

/**
 * New issues of one project and batch that are assigned: a thousand rules against thirty frames take some milliseconds
 * each. More at once are a flood of nonsense or the first minute of a new project, and wait for people.
 */
const ASSIGNED_MAX = 20;

/** Owners kept of a rule. */
const SUGGESTED_MAX = 10;

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
      .execute();
    for (const { project_id, organization_id, ...texts } of owned)
      await assignOf(transaction, byProject.get(project_id)!.slice(0, ASSIGNED_MAX), {
        ...{ project: project_id, organization: organization_id },
        ...{ rules: rulesOf(texts), assigns: texts.assigns === 1, now },
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
    assigns,
    now,
  }: { project: number; organization: number; rules: OwnerRule[]; assigns: boolean; now: number },
): Promise<void> {
  if (rules.length === 0) return;
  const mappings = await readMappings(transaction, project);
  const decided = issues.flatMap(({ issueId, payload }) => {
    const rule = decidingRule(ownedEvent(JSON.parse(payload) as EventPayload, mappings), rules);
    return rule ? [{ issueId, rule }] : [];
  });
  const known = await knownOwners(
    transaction,
    organization,
    decided.flatMap(({ rule }) => rule.owners),
  );
  const owned = decided.flatMap(({ issueId, rule }) => {
    const owners = ownersHere(rule, known).slice(0, SUGGESTED_MAX);
    return owners.length > 0 ? [{ issueId, rule, owners }] : [];
  });
  if (owned.length === 0) return;
  await transaction
    .insertInto('issue_suggestion')
    .values(owned.flatMap(({ issueId, owners }) => owners.map((owner) => columnsOf(issueId, owner))))
    .execute();
  if (assigns) await assign(transaction, owned, project, now);
}

/** To the first owner of the rule that is a person or a team here. */
async function assign(
  transaction: MetadataTransaction,
  owned: readonly { issueId: number; rule: OwnerRule; owners: KnownOwner[] }[],
  project: number,
  now: number,
): Promise<void> {
  await transaction
    .insertInto('issue_assignee')
    .values(owned.map(({ issueId, owners }) => ({ ...columnsOf(issueId, owners[0]!), assigned_at: now })))
    .onConflict((conflict) => conflict.column('issue_id').doNothing())
    .execute();
  await transaction
    .insertInto('issue_activity')
    .values(
      owned.map(({ issueId, rule, owners }) => ({
        ...{ issue_id: issueId, project_id: project, kind: 'assigned' as const, user_id: null },
        data: JSON.stringify({ assignee: owners[0]!.called, rule: rule.text.slice(0, 500) }),
        created_at: now,
      })),
    )
    .execute();
  for (const { issueId, owners } of owned)
    if (owners[0]!.type === 'person')
      await startFollowing(transaction, [issueId], [owners[0]!.id], 'assigned', now);
}

const columnsOf = (issueId: number, { type, id }: KnownOwner) => ({
  issue_id: issueId,
  user_id: type === 'person' ? id : null,
  team_id: type === 'team' ? Number(id) : null,
});
