/**
 * What people do around an issue: who follows it and why, whose bookmark it is, the link by which others may see it, the
 * trackers it is linked to. Comments are entries of issue_activity.
 */
import type { DialectWords } from './words.ts';

export function teamwork({ id, integer, keyOnly }: DialectWords): string[] {
  const issue = `issue_id ${integer} not null references issue (id) on delete cascade`;
  return [
    `create table issue_follower (
      ${issue},
      user_id text not null,
      following integer not null default 1,
      reason text not null,
      since ${integer} not null,
      primary key (issue_id, user_id)
    ) ${keyOnly}`,
    'create index issue_follower_user on issue_follower (user_id, issue_id)',

    `create table issue_bookmark (
      ${issue},
      user_id text not null,
      created_at ${integer} not null,
      primary key (issue_id, user_id)
    ) ${keyOnly}`,
    'create index issue_bookmark_user on issue_bookmark (user_id, issue_id)',

    `create table issue_share (
      issue_id ${integer} primary key references issue (id) on delete cascade,
      token text not null unique,
      user_id text,
      token_name text not null default '',
      created_at ${integer} not null
    )`,
    'alter table organization add column sharing integer not null default 1',

    `create table tracker (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      kind text not null,
      name text not null,
      url text not null,
      account text not null,
      secret text not null,
      secret_hint text not null,
      created_at ${integer} not null,
      unique (organization_id, name)
    )`,

    `create table issue_link (
      id ${id},
      ${issue},
      tracker_id ${integer} references tracker (id) on delete set null,
      kind text not null,
      url text not null,
      name text not null,
      title text not null,
      state text not null,
      created_at ${integer} not null,
      unique (issue_id, url)
    )`,
    'create index issue_link_tracker on issue_link (tracker_id)',
  ];
}
