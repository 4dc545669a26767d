/**
 * Several issues become one: their hashes, users, activity and all that hangs on them go to the one that stays, whose numbers
 * are the sums. All of it is metadata and one transaction under the lock of the project, so a batch of new events comes
 * either before or after it, and a crash leaves it done or not begun. Nothing in telemetry is touched: rows know no issues.
 * The addresses and short ids of the others lead to the one that stays, and each can be had back (unmerge-issue.ts).
 */

import { sql } from 'kysely';
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { type Belongings, moveBelongings } from './issue-belongings.ts';
import type { FoundIssue, IssueStores } from './issues.ts';
import { type IssueRow, openState } from './lifecycle.ts';
import { shortId } from './short-id.ts';
import { ISSUE_USERS_MAX, usersExact } from './upsert.ts';

/** Hashes of one issue: what a question to telemetry can name, see events-of.ts. */
const HASHES_MAX = 10_000;

/** What is written down of an issue that is merged. */
export interface MergedState {
  row: IssueRow;
  belongings: Belongings;
}

/** Merges into the one named, else into the one with the most events; says which that is, and which are gone. */
export async function mergeIssues(
  stores: Pick<IssueStores, 'metadata' | 'clock'>,
  issues: readonly FoundIssue[],
  into: number | null,
  by: Pick<Viewer, 'userId' | 'name'>,
): Promise<{ into: number; merged: number[] }> {
  const [project] = issues.map((issue) => issue.project);
  const ids = [...new Set(issues.map(({ row }) => row.id))];
  if (!project || ids.length < 2) throw reject('request_invalid', 'merging takes two issues or more');
  if (issues.some((issue) => issue.project.id !== project.id))
    throw reject('request_invalid', 'only issues of one project can be merged');
  const now = stores.clock.now();

  return stores.metadata.transaction([Number(project.id)], async (transaction) => {
    // As they are now: another merge may have come first.
    const rows = await transaction.selectFrom('issue').selectAll().where('id', 'in', ids).execute();
    const [largest, ...smaller] = rows.toSorted((a, b) => b.event_count - a.event_count || a.id - b.id);
    const target = into === null ? largest : rows.find(({ id }) => id === into);
    if (!target || smaller.length === 0)
      throw reject('not_found', 'one of the issues is gone: merged or deleted by somebody else');
    await refuseTooMany(transaction, rows);
    const others = [largest!, ...smaller].filter(({ id }) => id !== target.id);

    for (const other of others) await moveOut(transaction, other, target.id, now);
    const userCount = await mergeUsers(transaction, target, others);
    const sum = summed(target, others);
    const { id: _, ...before } = target;
    const reopened = before.status !== 'unresolved' && others.some(({ status }) => status === 'unresolved');
    await transaction
      .updateTable('issue')
      .set({
        ...sum,
        user_count: userCount,
        ...(reopened ? openState('ongoing', now) : archivedFrom(before, sum.event_count, userCount)),
      })
      .where('id', '=', target.id)
      .execute();
    await transaction
      .insertInto('issue_activity')
      .values({
        issue_id: target.id,
        project_id: target.project_id,
        kind: 'merged',
        user_id: by.userId,
        data: JSON.stringify({
          issues: others.map(({ number, title, event_count }) => ({
            shortId: shortId(project.slug, number),
            title: title.slice(0, 200),
            events: event_count,
          })),
          ...(by.userId === null ? { token: by.name } : {}),
        }),
        created_at: now,
      })
      .execute();
    await transaction
      .deleteFrom('issue')
      .where(
        'id',
        'in',
        others.map(({ id }) => id),
      )
      .execute();
    return { into: target.id, merged: others.map(({ id }) => id) };
  });
}

async function refuseTooMany(transaction: MetadataTransaction, rows: readonly IssueRow[]): Promise<void> {
  const { hashes } = await transaction
    .selectFrom('issue_hash')
    .select((of) => of.fn.countAll<number>().as('hashes'))
    .where(
      'issue_id',
      'in',
      rows.map(({ id }) => id),
    )
    .executeTakeFirstOrThrow();
  if (Number(hashes) > HASHES_MAX)
    throw reject(
      'request_invalid',
      `together the issues have ${hashes} hashes; ${HASHES_MAX} can be one issue. A fingerprint rule keeps them together from now on`,
    );
}

/** All but the users, and the row itself. */
async function moveOut(
  transaction: MetadataTransaction,
  row: IssueRow,
  into: number,
  now: number,
): Promise<void> {
  const owned = await transaction
    .selectFrom('issue_hash')
    .select('hash')
    .where('issue_id', '=', row.id)
    .execute();
  await transaction
    .updateTable('issue_hash')
    .set({ issue_id: into })
    .where('issue_id', '=', row.id)
    .execute();
  await transaction
    .updateTable('issue_activity')
    .set((to) => ({ issue_id: into, merged_from: to.fn.coalesce('merged_from', sql.val(row.id)) }))
    .where('issue_id', '=', row.id)
    .execute();
  const belongings = await moveBelongings(transaction, row.id, into);
  // Those that were merged into this one before lead on.
  await transaction
    .updateTable('merged_issue')
    .set({ issue_id: into })
    .where('issue_id', '=', row.id)
    .execute();
  await transaction
    .insertInto('merged_issue')
    .values({
      id: row.id,
      project_id: row.project_id,
      number: row.number,
      issue_id: into,
      hashes: JSON.stringify(owned.map(({ hash }) => hash)),
      state: JSON.stringify({ row, belongings } satisfies MergedState),
      merged_at: now,
    })
    .execute();
}

/** The users of all of them, each once, as many as are counted one by one. */
async function mergeUsers(
  transaction: MetadataTransaction,
  target: IssueRow,
  others: readonly IssueRow[],
): Promise<number> {
  // Who has more than are counted, has more with others too.
  if ([target, ...others].some((row) => !usersExact(row))) return ISSUE_USERS_MAX;
  let count = target.user_count;
  for (const { id } of others) {
    const added = await sql<{ user_hash: string }>`insert into issue_user (issue_id, user_hash)
      select cast(${target.id} as bigint), user_hash from issue_user
        where issue_id = ${id} order by user_hash
      on conflict do nothing returning user_hash`.execute(transaction);
    count += added.rows.length;
  }
  return Math.min(count, ISSUE_USERS_MAX);
}

/** What comes with a merge is no reason to bring an archived issue back: it is counted as if it had been there. */
export function archivedFrom(
  { archived_until, archived_from, event_count, user_count }: Omit<IssueRow, 'id'>,
  events: number,
  users: number,
): { archived_from?: number } {
  if (archived_from === null) return {};
  if (archived_until === 'events') return { archived_from: archived_from + events - event_count };
  return archived_until === 'users' ? { archived_from: archived_from + users - user_count } : {};
}

/** The row of one issue that had all their events. */
function summed(target: IssueRow, others: readonly IssueRow[]) {
  const all = [target, ...others];
  const byFirst = all.toSorted((a, b) => a.first_seen - b.first_seen);
  const byLast = all.toSorted((a, b) => b.last_seen - a.last_seen);
  const newest = byLast[0]!;
  const eventCount = all.reduce((sum, { event_count }) => sum + event_count, 0);
  return {
    first_seen: byFirst[0]!.first_seen,
    last_seen: newest.last_seen,
    event_count: eventCount,
    first_release: byFirst.find(({ first_release }) => first_release !== '')?.first_release ?? '',
    last_release: byLast.find(({ last_release }) => last_release !== '')?.last_release ?? '',
    unhandled: all.some(({ unhandled }) => unhandled === 1) ? (1 as const) : (0 as const),
    title: newest.title,
    culprit: newest.culprit,
    type: newest.type,
    exception_type: newest.exception_type,
    exception_value: newest.exception_value,
    level: newest.level,
    platform: newest.platform,
    logger: newest.logger,
    expected: newest.expected,
    last_event_id: newest.last_event_id,
  };
}
