/** Grouping rules, merged issues, and what each hash of an issue has seen. */
import type { DialectWords } from './words.ts';

export function grouping({ integer }: DialectWords): string[] {
  return [
    `create table grouping_rules (
      project_id ${integer} primary key references project (id) on delete cascade,
      fingerprint_rules text not null default '',
      stack_trace_rules text not null default '',
      revision ${integer} not null default 1,
      updated_at ${integer} not null,
      updated_by text
    )`,
    `create table merged_issue (
      id ${integer} primary key,
      project_id ${integer} not null references project (id) on delete cascade,
      number ${integer} not null,
      issue_id ${integer} not null references issue (id) on delete cascade,
      hashes text not null,
      state text not null,
      merged_at ${integer} not null,
      unique (project_id, number)
    )`,
    'create index merged_issue_into on merged_issue (issue_id)',
    `alter table issue_activity add column merged_from ${integer}`,
    `alter table issue_hash add column event_count ${integer} not null default 0`,
    `alter table issue_hash add column first_seen ${integer}`,
    `alter table issue_hash add column last_seen ${integer}`,
    // What is known of the time before: an issue with one hash that decided anything has all its events from it. Of several
    // the first has what the others are not known to have.
    `update issue_hash set
      event_count = (select event_count from issue where issue.id = issue_hash.issue_id),
      first_seen = (select first_seen from issue where issue.id = issue_hash.issue_id),
      last_seen = (select last_seen from issue where issue.id = issue_hash.issue_id)
      where hash = (
        select one.hash from issue_hash as one
        where one.issue_id = issue_hash.issue_id and one.project_id = issue_hash.project_id
        order by case when exists (
          select 1 from hash_grouping
          where hash_grouping.project_id = one.project_id and hash_grouping.hash = one.hash
        ) then 0 else 1 end, one.created_at, one.hash
        limit 1
      )`,
  ];
}
