/** What people do around issues, read for a list of them or for the page of one. */
import type { Assignee, IssueMarks, IssueTeamwork } from '#contract/teamwork.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { IssueStores } from '#server/issues/issues.ts';
import { followersOf } from './followers.ts';
import { readLinks } from './links.ts';
import { readShare } from './shares.ts';

type Stores = Pick<IssueStores, 'metadata' | 'peopleNames'>;

const NOTHING: IssueMarks = { assignee: null, bookmarked: false, comments: 0 };

/** Three questions, however many issues: at most a page of them. By issue id; every id is in the answer. */
export async function readMarks(
  { metadata: { db }, peopleNames }: Stores,
  { organization, userId }: Pick<Viewer, 'organization' | 'userId'>,
  issueIds: readonly number[],
): Promise<ReadonlyMap<number, IssueMarks>> {
  if (issueIds.length === 0) return new Map();
  const [assigned, bookmarked, commented] = await Promise.all([
    db
      .selectFrom('issue_assignee')
      .leftJoin('team', 'team.id', 'issue_assignee.team_id')
      .select(['issue_id', 'user_id', 'team.id as teamId', 'team.name as teamName', 'team.slug as slug'])
      .where('issue_id', 'in', issueIds)
      .execute(),
    userId === null
      ? []
      : db
          .selectFrom('issue_bookmark')
          .select('issue_id')
          .where('user_id', '=', userId)
          .where('issue_id', 'in', issueIds)
          .execute(),
    db
      .selectFrom('issue_activity')
      .select(({ fn }) => ['issue_id', fn.countAll<number>().as('comments')])
      .where('issue_id', 'in', issueIds)
      .where('kind', '=', 'comment')
      .groupBy('issue_id')
      .execute(),
  ]);
  const people = assigned.length > 0 ? await peopleNames(organization.id) : new Map<string, string>();
  const marks = new Map(issueIds.map((id) => [id, { ...NOTHING }]));
  for (const row of assigned) marks.get(row.issue_id)!.assignee = assigneeOf(row, people);
  for (const { issue_id } of bookmarked) marks.get(issue_id)!.bookmarked = true;
  for (const { issue_id, comments } of commented) marks.get(issue_id)!.comments = Number(comments);
  return marks;
}

/** One who has left is nobody's assignee. */
function assigneeOf(
  row: { user_id: string | null; teamId: number | null; teamName: string | null; slug: string | null },
  people: ReadonlyMap<string, string>,
): Assignee | null {
  if (row.teamId !== null)
    return { type: 'team', id: String(row.teamId), name: row.teamName ?? '', slug: row.slug ?? '' };
  const name = row.user_id === null ? undefined : people.get(row.user_id);
  return name === undefined ? null : { type: 'person', id: row.user_id!, name, slug: '' };
}

export async function readTeamwork(stores: Stores, viewer: Viewer, id: number): Promise<IssueTeamwork> {
  const [marks, followers, share, links] = await Promise.all([
    readMarks(stores, viewer, [id]),
    followersOf(stores, viewer.organization.id, id),
    readShare(stores, viewer, id),
    readLinks(stores.metadata.db, id),
  ]);
  return {
    ...marks.get(id)!,
    following: followers.some((follower) => follower.id === viewer.userId),
    followers,
    share,
    links,
  };
}
