/**
 * The first schema: people, projects, issues and what hangs on them, and the books of process. Columns as in
 * schema.ts. Deleting a project or an issue deletes all that belongs to it (cascades); an index stands behind
 * every foreign key that a cascade follows.
 */
import type { DialectWords } from './words.ts';

export function errorTables({ id, idAfterFirst, integer, real, keyOnly }: DialectWords): string[] {
  const project = `project_id ${integer} not null references project (id) on delete cascade`;
  return [
    `create table setting (
      name text primary key,
      value text not null
    )`,

    `create table organization (
      id ${idAfterFirst},
      slug text not null unique,
      name text not null,
      created_at ${integer} not null
    )`,

    `create table member (
      organization_id ${integer} not null references organization (id) on delete cascade,
      user_id text not null,
      role text not null,
      created_at ${integer} not null,
      primary key (organization_id, user_id)
    )`,
    'create index member_user on member (user_id)',

    `create table invite (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      email text not null,
      role text not null,
      token_hash text not null unique,
      user_id text,
      created_at ${integer} not null,
      expires_at ${integer} not null,
      unique (organization_id, email)
    )`,

    `create table project (
      id ${idAfterFirst},
      organization_id ${integer} not null references organization (id) on delete cascade,
      slug text not null,
      name text not null,
      platform text not null,
      created_at ${integer} not null,
      first_event_at ${integer},
      last_issue_number ${integer} not null default 0,
      settings text not null default '{}',
      unique (organization_id, slug)
    )`,

    `create table ingest_key (
      id ${id},
      ${project},
      public_key text not null unique,
      label text not null,
      enabled integer not null default 1,
      rate_limit_count ${integer},
      rate_limit_window_seconds ${integer},
      created_at ${integer} not null
    )`,
    'create index ingest_key_project on ingest_key (project_id)',

    `create table api_token (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      user_id text,
      name text not null,
      token_hash text not null unique,
      token_hint text not null,
      scopes text not null,
      created_at ${integer} not null,
      last_used_at ${integer},
      expires_at ${integer},
      revoked_at ${integer}
    )`,
    'create index api_token_organization on api_token (organization_id)',

    `create table issue (
      id ${id},
      ${project},
      number ${integer} not null,
      title text not null,
      culprit text not null,
      type text not null,
      exception_type text not null,
      exception_value text not null,
      level text not null,
      platform text not null,
      logger text not null,
      status text not null default 'unresolved',
      substate text not null default 'new',
      substate_at ${integer} not null,
      first_seen ${integer} not null,
      last_seen ${integer} not null,
      event_count ${integer} not null default 0,
      user_count ${integer} not null default 0,
      first_release text not null,
      last_release text not null,
      last_event_id text not null,
      unhandled integer not null default 0,
      resolved_at ${integer},
      resolved_by text,
      created_at ${integer} not null,
      unique (project_id, number)
    )`,
    // One per sort of the issue list, ending in id, so that a keyset page is one walk along the index.
    'create index issue_last_seen on issue (project_id, status, last_seen, id)',
    'create index issue_first_seen on issue (project_id, status, first_seen, id)',
    'create index issue_event_count on issue (project_id, status, event_count, id)',
    'create index issue_user_count on issue (project_id, status, user_count, id)',
    // What fades from new or regressed to ongoing is found by this.
    'create index issue_substate on issue (substate, substate_at)',

    `create table issue_hash (
      project_id ${integer} not null,
      hash text not null,
      issue_id ${integer} not null references issue (id) on delete cascade,
      created_at ${integer} not null,
      primary key (project_id, hash)
    ) ${keyOnly}`,
    'create index issue_hash_issue on issue_hash (issue_id)',

    // Apart from issue_hash, which is read for every batch and every list: an explanation is kilobytes.
    `create table hash_grouping (
      project_id ${integer} not null,
      hash text not null,
      grouping text not null,
      primary key (project_id, hash),
      foreign key (project_id, hash) references issue_hash (project_id, hash) on delete cascade
    )`,

    `create table issue_user (
      issue_id ${integer} not null references issue (id) on delete cascade,
      user_hash text not null,
      primary key (issue_id, user_hash)
    ) ${keyOnly}`,

    `create table issue_activity (
      id ${id},
      issue_id ${integer} not null references issue (id) on delete cascade,
      project_id ${integer} not null,
      kind text not null,
      user_id text,
      data text not null default '{}',
      created_at ${integer} not null
    )`,
    'create index issue_activity_issue on issue_activity (issue_id, created_at)',

    `create table attachment (
      id ${id},
      ${project},
      event_id text not null,
      name text not null,
      content_type text not null,
      attachment_type text not null,
      bytes ${integer} not null,
      blob text not null,
      created_at ${integer} not null
    )`,
    'create index attachment_event on attachment (project_id, event_id)',
    // Retention walks from the oldest.
    'create index attachment_created on attachment (created_at)',

    `create table feedback (
      id ${id},
      ${project},
      feedback_id text,
      event_id text,
      issue_id ${integer} references issue (id) on delete set null,
      name text not null,
      email text not null,
      message text not null,
      url text not null,
      created_at ${integer} not null,
      unique (project_id, feedback_id)
    )`,
    'create index feedback_event on feedback (project_id, event_id)',
    'create index feedback_issue on feedback (issue_id, created_at)',

    `create table monitor (
      id ${id},
      ${project},
      slug text not null,
      config text not null default '{}',
      status text not null default '',
      last_check_in_at ${integer},
      created_at ${integer} not null,
      unique (project_id, slug)
    )`,

    `create table check_in (
      id ${id},
      ${project},
      monitor_id ${integer} not null references monitor (id) on delete cascade,
      check_in_id text not null,
      environment text not null,
      release text not null,
      status text not null,
      duration_ms ${real},
      trace_id text not null,
      started_at ${integer} not null,
      updated_at ${integer} not null,
      unique (project_id, check_in_id)
    )`,
    'create index check_in_monitor on check_in (monitor_id, started_at)',
    'create index check_in_started on check_in (started_at)',

    // Without a foreign key: a dead letter outlives its project, for the ledger must balance.
    `create table dead_letter (
      id ${id},
      project_id ${integer},
      key_id ${integer},
      kind text not null,
      reason text not null,
      message text not null,
      bytes ${integer} not null,
      blob text not null,
      position text not null,
      created_at ${integer} not null,
      redriven_at ${integer}
    )`,
    'create index dead_letter_project on dead_letter (project_id, id)',

    `create table checkpoint (
      name text primary key,
      segment ${integer} not null,
      "offset" ${integer} not null,
      batch ${integer} not null
    )`,

    `create table pending_batch (
      journal text not null,
      batch ${integer} not null,
      spool text not null,
      created_at ${integer} not null,
      primary key (journal, batch)
    )`,
  ];
}
