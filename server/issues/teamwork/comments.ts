/**
 * What people say about an issue: entries of its activity, so that they stay in their place and go where it goes. Changed
 * by who wrote them, deleted by them and by whoever may delete issues. Text is kept as it was typed; screens draw it.
 */
import type { Comment, CommentData } from '#contract/teamwork.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { type FoundIssue, type IssueStores, iso } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { membersOfTeams, teamsOf } from '#server/teams/teams.ts';
import { startFollowing } from './followers.ts';
import { findMentions, type Mentions } from './mentions.ts';

/** Of one issue: a talk of more belongs elsewhere. */
const COMMENTS_MAX = 1_000;
/** Answered at once, the newest. */
const COMMENTS_LISTED_MAX = 100;

type Stores = Pick<IssueStores, 'metadata' | 'clock' | 'peopleNames'>;

/** Newest first. */
export async function listComments(stores: Stores, viewer: Viewer, issue: FoundIssue): Promise<Comment[]> {
  const rows = await stores.metadata.db
    .selectFrom('issue_activity')
    .selectAll()
    .where('issue_id', '=', issue.row.id)
    .where('kind', '=', 'comment')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(COMMENTS_LISTED_MAX)
    .execute();
  const names = await stores.peopleNames(viewer.organization.id);
  return rows.map((row) => shown(row, names));
}

export async function addComment(
  stores: Stores,
  viewer: Viewer,
  { row: { id, project_id } }: FoundIssue,
  text: string,
): Promise<Comment> {
  const { db } = stores.metadata;
  const { kept } = await db
    .selectFrom('issue_activity')
    .select((of) => of.fn.countAll<number>().as('kept'))
    .where('issue_id', '=', id)
    .where('kind', '=', 'comment')
    .executeTakeFirstOrThrow();
  if (kept >= COMMENTS_MAX) throw reject('limit_reached', `${COMMENTS_MAX} comments of an issue`);
  const now = stores.clock.now();
  const mentions = await mentionsOf(stores, viewer, text);
  const comment = await stores.metadata.transaction([project_id], async (transaction) => {
    const row = await transaction
      .insertInto('issue_activity')
      .values({
        ...{ issue_id: id, project_id, kind: 'comment', user_id: viewer.userId, created_at: now },
        data: dataOf(text, mentions, null, viewer),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (viewer.userId !== null) await startFollowing(transaction, [id], [viewer.userId], 'commented', now);
    await followMentioned(transaction, id, mentions, now);
    return row;
  });
  return shown(comment, await stores.peopleNames(viewer.organization.id));
}

/** Who is mentioned only now follows from now on. */
export async function changeComment(
  stores: Stores,
  viewer: Viewer,
  issue: FoundIssue,
  commentId: number,
  text: string,
): Promise<Comment> {
  const now = stores.clock.now();
  const mentions = await mentionsOf(stores, viewer, text);
  const comment = await stores.metadata.transaction([issue.row.project_id], async (transaction) => {
    const row = await findComment(transaction, issue, commentId);
    if (!isAuthor(row, viewer)) throw reject('not_allowed', 'only who wrote a comment changes it');
    await followMentioned(transaction, issue.row.id, mentions, now);
    return transaction
      .updateTable('issue_activity')
      .set({ data: dataOf(text, mentions, now, viewer) })
      .where('id', '=', commentId)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  return shown(comment, await stores.peopleNames(viewer.organization.id));
}

/** That there was one stays in the activity; what it said does not. */
export async function deleteComment(
  stores: Stores,
  viewer: Viewer,
  issue: FoundIssue,
  commentId: number,
): Promise<void> {
  const { id, project_id } = issue.row;
  await stores.metadata.transaction([project_id], async (transaction) => {
    const row = await findComment(transaction, issue, commentId);
    if (!isAuthor(row, viewer) && !viewer.scopes.includes('event:admin'))
      throw reject('not_allowed', 'only who wrote a comment, or may delete issues, deletes it');
    await transaction.deleteFrom('issue_activity').where('id', '=', commentId).execute();
    await transaction
      .insertInto('issue_activity')
      .values({
        ...{ issue_id: id, project_id, kind: 'comment_deleted', user_id: viewer.userId },
        data: JSON.stringify(viewer.userId === null ? { token: viewer.name } : {}),
        created_at: stores.clock.now(),
      })
      .execute();
  });
}

interface CommentRow {
  id: number;
  user_id: string | null;
  data: string;
  created_at: number;
}

/** Tokens that no person owns are told apart by their name. */
const isAuthor = ({ user_id, data }: CommentRow, { userId, name }: Viewer) =>
  user_id === userId && (userId !== null || (JSON.parse(data) as { token?: string }).token === name);

async function findComment(
  transaction: MetadataTransaction,
  issue: FoundIssue,
  id: number,
): Promise<CommentRow> {
  const row = await transaction
    .selectFrom('issue_activity')
    .selectAll()
    .where('issue_id', '=', issue.row.id)
    .where('kind', '=', 'comment')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw reject('not_found', 'no such comment');
  return row;
}

async function mentionsOf({ metadata, peopleNames }: Stores, { organization }: Viewer, text: string) {
  const [people, teams] = await Promise.all([
    peopleNames(organization.id),
    teamsOf(metadata.db, organization.id),
  ]);
  return findMentions(text, people, teams);
}

async function followMentioned(
  transaction: MetadataTransaction,
  issueId: number,
  { userIds, teamIds }: Mentions,
  now: number,
): Promise<void> {
  await startFollowing(transaction, [issueId], userIds, 'mentioned', now);
  if (teamIds.length === 0) return;
  const members = [...(await membersOfTeams(transaction, teamIds)).values()].flat();
  await startFollowing(transaction, [issueId], [...new Set(members)], 'team_mentioned', now);
}

function dataOf(
  text: string,
  { texts }: Mentions,
  editedAt: number | null,
  { userId, name }: Viewer,
): string {
  return JSON.stringify({
    ...{ text, mentions: texts, editedAt: editedAt === null ? null : iso(editedAt) },
    ...(userId === null ? { token: name } : {}),
  });
}

function shown(row: CommentRow, names: ReadonlyMap<string, string>): Comment {
  const { text, mentions, editedAt, token } = JSON.parse(row.data) as CommentData & { token?: string };
  return {
    id: String(row.id),
    at: iso(row.created_at),
    by: names.get(row.user_id ?? '') ?? token ?? null,
    userId: row.user_id,
    ...{ text, mentions, editedAt },
  };
}
