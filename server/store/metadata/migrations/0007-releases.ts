/**
 * Releases, what is in them and where they run; repositories, and where the paths of stack traces lie in them; who owns
 * which code, and who an issue is assigned to. A release belongs to the organization, as sentry-cli has it: projects that
 * name the same version share it.
 */
import type { DialectWords } from './words.ts';

export function releases({ id, integer, keyOnly }: DialectWords): string[] {
  const organization = `organization_id ${integer} not null references organization (id) on delete cascade`;
  const project = `project_id ${integer} not null references project (id) on delete cascade`;
  const release = `release_id ${integer} not null references release (id) on delete cascade`;
  return [
    `create table release (
      id ${id},
      ${organization},
      version text not null,
      url text not null default '',
      created_at ${integer} not null,
      started_at ${integer},
      released_at ${integer},
      unique (organization_id, version)
    )`,

    `create table release_project (
      ${release},
      ${project},
      added_at ${integer} not null,
      first_event_at ${integer},
      last_event_at ${integer},
      primary key (release_id, project_id)
    ) ${keyOnly}`,
    'create index release_project_added on release_project (project_id, added_at, release_id)',

    `create table repository (
      id ${id},
      ${organization},
      name text not null,
      host text not null default '',
      url text not null default '',
      template text not null default '',
      created_at ${integer} not null,
      unique (organization_id, name)
    )`,

    `create table release_commit (
      ${release},
      position ${integer} not null,
      repository_id ${integer} not null references repository (id) on delete cascade,
      sha text not null,
      author_name text not null,
      author_email text not null,
      message text not null,
      committed_at ${integer},
      files text not null default '[]',
      primary key (release_id, position)
    )`,
    'create index release_commit_repository on release_commit (repository_id)',

    `create table deploy (
      id ${id},
      ${release},
      environment text not null,
      name text not null,
      url text not null,
      started_at ${integer},
      finished_at ${integer} not null
    )`,
    'create index deploy_release on deploy (release_id, finished_at)',

    `create table code_mapping (
      id ${id},
      ${project},
      repository_id ${integer} not null references repository (id) on delete cascade,
      stack_root text not null,
      source_root text not null,
      default_branch text not null,
      created_at ${integer} not null,
      unique (project_id, stack_root)
    )`,
    'create index code_mapping_repository on code_mapping (repository_id)',

    `create table ownership (
      project_id ${integer} primary key references project (id) on delete cascade,
      rules text not null,
      codeowners text not null,
      assigns integer not null default 1,
      updated_at ${integer} not null
    )`,

    `create table issue_assignee (
      issue_id ${integer} primary key references issue (id) on delete cascade,
      user_id text not null,
      assigned_at ${integer} not null
    )`,
    'create index issue_assignee_user on issue_assignee (user_id)',

    // The issues that began in a release.
    'create index issue_first_release on issue (project_id, first_release)',
    // What came back or was resolved in a project within a time.
    'create index issue_activity_project on issue_activity (project_id, kind, created_at)',
  ];
}
