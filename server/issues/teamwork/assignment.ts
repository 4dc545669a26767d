/**
 * Giving issues to a person or a team, one or many at a time: one transaction with the activity that tells of it. Whoever
 * is given an issue follows it.
 */
import type { Assignee, AssigneeRequest } from '#contract/teamwork.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { FoundIssue, IssueStores } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { IssueAssigneeTable } from '#server/store/metadata/schema.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { findTeam } from '#server/teams/teams.ts';
import { startFollowing } from './followers.ts';

type Stores = Pick<IssueStores, 'metadata' | 'clock' | 'peopleNames'>;

/** Bound values of the widest row written for an issue. */
const COLUMNS = 6;

/** Whom a request means, in the viewer's organization; null: nobody. Throws the refusal for one who is not there. */
export async function wantedAssignee(
  { metadata: { db }, peopleNames }: Stores,
  { organization }: Viewer,
  { userId, teamId }: AssigneeRequest,
): Promise<Assignee | null> {
  if (teamId) {
    const { id, name, slug } = await findTeam(db, organization.id, teamId);
    return { type: 'team', id: String(id), name, slug };
  }
  if (!userId) return null;
  const name = (await peopleNames(organization.id)).get(userId);
  if (name === undefined) throw reject('not_found', 'no such member');
  return { type: 'person', id: userId, name, slug: '' };
}

/** Those who have it already are left alone. */
export async function giveIssues(
  { metadata, clock }: Stores,
  issues: readonly FoundIssue[],
  to: Assignee | null,
  by: Pick<Viewer, 'userId' | 'name'>,
): Promise<void> {
  if (issues.length === 0) return;
  const now = clock.now();
  const wanted = rowOf(to);
  await metadata.transaction(
    [...new Set(issues.map(({ row }) => row.project_id))].sort((a, b) => a - b),
    async (transaction) => {
      const ids = issues.map(({ row }) => row.id);
      const present = new Map((await assigneeRows(transaction, ids)).map((row) => [row.issue_id, row]));
      const changed = issues.filter(({ row: { id } }) => {
        const { user_id, team_id } = present.get(id) ?? { user_id: null, team_id: null };
        return user_id !== wanted.user_id || team_id !== wanted.team_id;
      });
      for (const part of statementParts(changed, COLUMNS)) {
        const changing = part.map(({ row }) => row.id);
        await transaction.deleteFrom('issue_assignee').where('issue_id', 'in', changing).execute();
        if (to !== null)
          await transaction
            .insertInto('issue_assignee')
            .values(changing.map((issue_id) => ({ issue_id, ...wanted, assigned_at: now })))
            .execute();
        await transaction.insertInto('issue_activity').values(part.map(entry)).execute();
        if (to?.type === 'person') await startFollowing(transaction, changing, [to.id], 'assigned', now);
      }
    },
  );

  function entry({ row }: FoundIssue) {
    return {
      issue_id: row.id,
      project_id: row.project_id,
      kind: to === null ? ('unassigned' as const) : ('assigned' as const),
      user_id: by.userId,
      data: JSON.stringify({
        ...(to === null ? {} : { assignee: calledInActivity(to) }),
        ...(by.userId === null ? { token: by.name } : {}),
      }),
      created_at: now,
    };
  }
}

const rowOf = (to: Assignee | null): Pick<IssueAssigneeTable, 'user_id' | 'team_id'> => ({
  user_id: to?.type === 'person' ? to.id : null,
  team_id: to?.type === 'team' ? Number(to.id) : null,
});

/** `#payments`, or the name of a person. */
const calledInActivity = ({ type, slug, name }: Assignee) => (type === 'team' ? `#${slug}` : name);

async function assigneeRows(transaction: MetadataTransaction, ids: readonly number[]) {
  const rows = [];
  for (const part of statementParts(ids, 1))
    rows.push(
      ...(await transaction.selectFrom('issue_assignee').selectAll().where('issue_id', 'in', part).execute()),
    );
  return rows;
}
