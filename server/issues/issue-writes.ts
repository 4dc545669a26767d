/**
 * What people do to issues: resolve, archive, reopen, delete; one or many at a time. Each change is one
 * transaction with the activity that tells of it, under the same lock as the batches of `process`, so that a
 * change and a new event never overwrite each other.
 */
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { FoundIssue, IssueStores } from './issues.ts';
import { changeStatus, type IssueStatus } from './lifecycle.ts';

/** Who asks. A token that no person owns leaves its name in the activity. */
export type Actor = Pick<Viewer, 'userId' | 'name'>;

/** Brings the issues to a status; those that have it already are left alone. */
export async function changeIssues(
  stores: Pick<IssueStores, 'metadata' | 'clock'>,
  issues: readonly FoundIssue[],
  wanted: IssueStatus,
  by: Actor,
): Promise<void> {
  const now = stores.clock.now();
  const ids = issues.map(({ row }) => row.id);
  if (ids.length === 0) return;
  await stores.metadata.transaction(
    issues.map(({ row }) => row.project_id),
    async (transaction) => {
      const rows = await transaction.selectFrom('issue').selectAll().where('id', 'in', ids).execute();
      for (const row of rows) {
        const change = changeStatus(row, wanted, { userId: by.userId, now });
        if (!change) continue;
        await transaction.updateTable('issue').set(change.state).where('id', '=', row.id).execute();
        await transaction
          .insertInto('issue_activity')
          .values({
            issue_id: row.id,
            project_id: row.project_id,
            kind: change.activity,
            user_id: by.userId,
            data: JSON.stringify(by.userId === null ? { token: by.name } : {}),
            created_at: now,
          })
          .execute();
      }
    },
  );
}

/** Gives the issue to a member, or to nobody. */
export async function assignIssue(
  stores: Pick<IssueStores, 'metadata' | 'clock' | 'peopleNames'>,
  { row: { id, project_id } }: FoundIssue,
  userId: string | null,
  by: Viewer,
): Promise<void> {
  const assignee = userId === null ? null : (await stores.peopleNames(by.organization.id)).get(userId);
  if (assignee === undefined) throw reject('not_found', 'no such member');
  const now = stores.clock.now();
  await stores.metadata.transaction([project_id], async (transaction) => {
    const gone = await transaction
      .deleteFrom('issue_assignee')
      .where('issue_id', '=', id)
      .returning('user_id')
      .executeTakeFirst();
    if (userId !== null)
      await transaction
        .insertInto('issue_assignee')
        .values({ issue_id: id, user_id: userId, assigned_at: now })
        .execute();
    if ((gone?.user_id ?? null) === userId) return;
    await transaction
      .insertInto('issue_activity')
      .values({
        issue_id: id,
        project_id,
        kind: userId === null ? 'unassigned' : 'assigned',
        user_id: by.userId,
        data: JSON.stringify({
          ...(assignee === null ? {} : { assignee }),
          ...(by.userId === null ? { token: by.name } : {}),
        }),
        created_at: now,
      })
      .execute();
  });
}
