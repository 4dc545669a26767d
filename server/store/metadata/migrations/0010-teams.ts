/** Teams, and issues that are assigned to one; owners that a rule suggests for an issue. */
import type { DialectWords } from './words.ts';

export function teams({ id, integer, keyOnly }: DialectWords): string[] {
  const issue = `issue_id ${integer} not null references issue (id) on delete cascade`;
  const team = `team_id ${integer} not null references team (id) on delete cascade`;
  return [
    `create table team (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      slug text not null,
      name text not null,
      created_at ${integer} not null,
      unique (organization_id, slug)
    )`,

    `create table team_member (
      ${team},
      user_id text not null,
      primary key (team_id, user_id)
    ) ${keyOnly}`,
    'create index team_member_user on team_member (user_id)',

    `create table team_project (
      ${team},
      project_id ${integer} not null references project (id) on delete cascade,
      primary key (team_id, project_id)
    ) ${keyOnly}`,
    'create index team_project_project on team_project (project_id)',

    // SQLite does not take a "not null" away from a column: the table is made anew.
    'alter table issue_assignee rename to issue_assignee_before',
    'drop index issue_assignee_user',
    `create table issue_assignee (
      issue_id ${integer} primary key references issue (id) on delete cascade,
      user_id text,
      team_id ${integer} references team (id) on delete cascade,
      assigned_at ${integer} not null
    )`,
    `insert into issue_assignee (issue_id, user_id, team_id, assigned_at)
      select issue_id, user_id, null, assigned_at from issue_assignee_before`,
    'drop table issue_assignee_before',
    'create index issue_assignee_user on issue_assignee (user_id)',
    'create index issue_assignee_team on issue_assignee (team_id)',

    `create table issue_suggestion (
      id ${id},
      ${issue},
      user_id text,
      team_id ${integer} references team (id) on delete cascade
    )`,
    'create index issue_suggestion_issue on issue_suggestion (issue_id)',
    'create index issue_suggestion_user on issue_suggestion (user_id)',
    'create index issue_suggestion_team on issue_suggestion (team_id)',
  ];
}
