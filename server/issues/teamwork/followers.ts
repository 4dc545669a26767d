/**
 * Who is to hear of an issue, and why. One follows because of what one did (commented, was mentioned, changed its status,
 * was given it) or because one wants to; everybody in the team that it is assigned to follows too. Whoever stops by hand
 * stays away, whatever happens, until they follow by hand again.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Follower } from '#contract/teamwork.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { IssueFollowerTable } from '#server/store/metadata/schema.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';

type Reason = IssueFollowerTable['reason'];
type Db = MetadataDb | MetadataTransaction;

/** Bound values of a row. */
const COLUMNS = 5;

/** Lets people follow for a reason, unless they follow already or have said that they do not want to. */
export async function startFollowing(
  transaction: Db,
  issueIds: readonly number[],
  userIds: readonly string[],
  reason: Exclude<Reason, 'by_hand'>,
  now: number,
): Promise<void> {
  const rows = issueIds.flatMap((issue_id) =>
    userIds.map((user_id) => ({ issue_id, user_id, following: 1 as const, reason, since: now })),
  );
  for (const part of statementParts(rows, COLUMNS))
    await transaction
      .insertInto('issue_follower')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** By hand: what somebody says of themselves. */
export async function setFollowing(
  { db, now }: { db: MetadataDb; now: number },
  issueId: number,
  userId: string | null,
  follows: boolean,
): Promise<void> {
  if (userId === null) throw reject('request_invalid', 'a token that no person owns cannot follow');
  const following = follows ? (1 as const) : (0 as const);
  await db
    .insertInto('issue_follower')
    .values({ issue_id: issueId, user_id: userId, following, reason: 'by_hand', since: now })
    .onConflict((conflict) =>
      conflict
        .columns(['issue_id', 'user_id'])
        .doUpdateSet({ following, reason: 'by_hand', since: now })
        .where('issue_follower.following', '!=', following),
    )
    .execute();
}

/** Members who follow the issue, by name: for whoever tells people of what happens to it. */
export async function followersOf(
  stores: {
    metadata: { db: MetadataDb };
    peopleNames(organizationId: number): Promise<ReadonlyMap<string, string>>;
  },
  organizationId: number,
  issueId: number,
): Promise<Follower[]> {
  const { db } = stores.metadata;
  const [names, rows, team] = await Promise.all([
    stores.peopleNames(organizationId),
    db
      .selectFrom('issue_follower')
      .select(['user_id', 'following', 'reason'])
      .where('issue_id', '=', issueId)
      .execute(),
    db
      .selectFrom('issue_assignee')
      .innerJoin('team_member', 'team_member.team_id', 'issue_assignee.team_id')
      .select('team_member.user_id')
      .where('issue_assignee.issue_id', '=', issueId)
      .execute(),
  ]);
  const reasons = new Map<string, Reason>(team.map(({ user_id }) => [user_id, 'team_assigned']));
  for (const { user_id, following, reason } of rows)
    if (following === 1) reasons.set(user_id, reason);
    else reasons.delete(user_id);
  return [...reasons]
    .flatMap(([id, reason]) => (names.has(id) ? [{ id, name: names.get(id)!, reason }] : []))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** Why the person follows each of the issues; those they do not follow are not among them. */
export async function followedReasons(
  db: MetadataDb,
  userId: string | null,
  issueIds: readonly number[],
): Promise<ReadonlyMap<number, Reason>> {
  if (userId === null || issueIds.length === 0) return new Map();
  const [rows, ofTeams] = await Promise.all([
    db
      .selectFrom('issue_follower')
      .select(['issue_id', 'following', 'reason'])
      .where('user_id', '=', userId)
      .where('issue_id', 'in', issueIds)
      .execute(),
    db
      .selectFrom('issue_assignee')
      .innerJoin('team_member', 'team_member.team_id', 'issue_assignee.team_id')
      .select('issue_assignee.issue_id')
      .where('team_member.user_id', '=', userId)
      .where('issue_assignee.issue_id', 'in', issueIds)
      .execute(),
  ]);
  const reasons = new Map<number, Reason>(ofTeams.map(({ issue_id }) => [issue_id, 'team_assigned']));
  for (const { issue_id, following, reason } of rows)
    if (following === 1) reasons.set(issue_id, reason);
    else reasons.delete(issue_id);
  return reasons;
}

/** True of issues that the person follows; stands in a question about `issue`. */
export const isFollowed = (userId: string): Expression<SqlBool> => sql<SqlBool>`(
  issue.id in (select issue_id from issue_follower where user_id = ${userId} and following = 1)
  or (issue.id in (
      select issue_assignee.issue_id from issue_assignee
        join team_member on team_member.team_id = issue_assignee.team_id
        where team_member.user_id = ${userId})
    and issue.id not in (select issue_id from issue_follower where user_id = ${userId} and following = 0)))`;
