/**
 * The keys of an issue search that ask for people: whose issues they are or could be, whose bookmarks, who follows. A
 * person is `me`, an e-mail, a name or an id; a team `#payments`, all of one's own `my_teams`; `none` is nobody.
 */
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Viewer } from '#server/accounts/accounts.ts';
import { searchError } from '#server/query/search.ts';
import { isFollowed } from './followers.ts';

export type PeopleField = 'assigned' | 'assigned_or_suggested' | 'bookmarks' | 'subscribed';

type Condition = Expression<SqlBool>;

/** Whose `me` is. */
export type Asker = Pick<Viewer, 'userId' | 'organization'>;

export function peopleCondition(
  field: PeopleField,
  term: { value: readonly string[]; column: number },
  asker: Asker | undefined,
): Condition {
  const value = term.value.join('*');
  if (value === 'none') return nobody(field);
  const isTeam = value.startsWith('#') || value === 'my_teams';
  if (isTeam && (field === 'bookmarks' || field === 'subscribed'))
    throw searchError(term.column, `expected a person: teams have no ${field}`);
  if ((value === 'me' || value === 'my_teams') && !asker?.userId)
    throw searchError(term.column, `expected a name: "${value}" is nobody, for no person asks`);
  const users = usersOf(value, asker);
  switch (field) {
    case 'assigned':
      return within('issue_assignee', isTeam, isTeam ? teamsNamed(value, asker) : users);
    case 'assigned_or_suggested': {
      const whom = isTeam ? teamsNamed(value, asker) : users;
      return sql<SqlBool>`(${within('issue_assignee', isTeam, whom)}
        or (${isNobodys} and ${within('issue_suggestion', isTeam, whom)}))`;
    }
    case 'bookmarks':
      return sql<SqlBool>`issue.id in (select issue_id from issue_bookmark where user_id in (${users}))`;
    case 'subscribed':
      return value === 'me'
        ? isFollowed(asker!.userId!)
        : sql<SqlBool>`issue.id in (select issue_id from issue_follower where following = 1 and user_id in (${users}))`;
  }
}

/** One who has left has nothing any more. */
export const isNobodys = sql<SqlBool>`issue.id not in (select issue_assignee.issue_id from issue_assignee
  where issue_assignee.team_id is not null or issue_assignee.user_id in (
    select member.user_id from member
      where member.organization_id = (select project.organization_id from project where project.id = issue.project_id)))`;

function nobody(field: PeopleField): Condition {
  switch (field) {
    case 'assigned':
      return isNobodys;
    case 'assigned_or_suggested':
      return sql<SqlBool>`(${isNobodys} and issue.id not in (select issue_id from issue_suggestion))`;
    case 'bookmarks':
      return sql<SqlBool>`issue.id not in (select issue_id from issue_bookmark)`;
    case 'subscribed':
      return sql<SqlBool>`issue.id not in (select issue_id from issue_follower where following = 1)`;
  }
}

const within = (table: 'issue_assignee' | 'issue_suggestion', isTeam: boolean, whom: Expression<unknown>) =>
  sql<SqlBool>`issue.id in (select issue_id from ${sql.table(table)}
    where ${sql.ref(isTeam ? 'team_id' : 'user_id')} in (${whom}))`;

/** User ids, as a question. */
function usersOf(value: string, asker: Asker | undefined): Expression<unknown> {
  const members = sql`select member.user_id from member join "user" on "user".id = member.user_id
    where member.organization_id = ${asker?.organization.id ?? 0}`;
  if (value === 'me') return sql`${members} and member.user_id = ${asker?.userId ?? ''}`;
  return sql`${members} and (lower("user".email) = lower(${value}) or lower("user".name) = lower(${value})
    or "user".id = ${value})`;
}

/** Team ids, as a question. */
function teamsNamed(value: string, asker: Asker | undefined): Expression<unknown> {
  const teams = sql`select team.id from team where team.organization_id = ${asker?.organization.id ?? 0}`;
  return value === 'my_teams'
    ? sql`${teams} and team.id in (select team_id from team_member where user_id = ${asker?.userId ?? ''})`
    : sql`${teams} and team.slug = ${value.slice(1).toLowerCase()}`;
}
