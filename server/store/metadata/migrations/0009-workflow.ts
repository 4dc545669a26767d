/**
 * How issues are worked on: what they are resolved in, what they are archived until, how much they matter; what a
 * project wants done by itself; and what was before a change, for a few minutes, so that it can be taken back.
 */
import type { DialectWords } from './words.ts';

export function workflow({ integer, keyOnly }: DialectWords): string[] {
  return [
    "alter table issue add column resolved_in text not null default ''",
    "alter table issue add column resolved_release text not null default ''",
    "alter table issue add column resolved_commit text not null default ''",
    "alter table issue add column resolved_repository text not null default ''",
    "alter table issue add column archived_until text not null default ''",
    `alter table issue add column archived_limit ${integer}`,
    `alter table issue add column archived_window_ms ${integer}`,
    `alter table issue add column archived_from ${integer}`,
    "alter table issue add column priority text not null default 'medium'",
    `alter table issue add column priority_set_at ${integer}`,
    "update issue set archived_until = 'forever' where status = 'archived'",
    `update issue set priority = case
      when level = 'fatal' or (level = 'error' and unhandled = 1) then 'high'
      when level in ('info', 'debug') then 'low' else 'medium' end`,
    // The few that wait for something, among all the others.
    'create index issue_archived on issue (archived_until, archived_limit)',
    'create index issue_resolved_in on issue (resolved_in, project_id)',

    `create table project_workflow (
      project_id ${integer} primary key references project (id) on delete cascade,
      auto_resolve_days ${integer},
      updated_at ${integer} not null
    )`,

    `create table issue_undo (
      id text not null,
      part ${integer} not null,
      organization_id ${integer} not null references organization (id) on delete cascade,
      actor text not null,
      what text not null,
      changes text not null,
      expires_at ${integer} not null,
      primary key (id, part)
    ) ${keyOnly}`,
    'create index issue_undo_expires on issue_undo (expires_at)',
  ];
}
