/**
 * The order of impact, the stacks that a search finds, and saved queries of more than one page.
 *
 * The weights of `impact` are those of issues/impact-score.ts, which explains them; a test keeps both equal. It grows by
 * the day of the last event, so that a day without one costs an issue as much as it costs all others: the order of two
 * issues never depends on when one looks, and an index can keep it. `last_seen` ends the index, so that a page within a
 * period is one walk without a look at the rows that are too old.
 */
import type { DialectWords } from './words.ts';

export function impact({ id, integer, real, keyOnly, generated }: DialectWords): string[] {
  return [
    `alter table issue add column impact ${real} generated always as (
      15 * log10(cast(1 + user_count as ${real}))
      + 5 * log10(1 + event_count / (1 + (last_seen - first_seen) / 86400000.0e0))
      + 10 * unhandled
      + case priority when 'high' then 10 when 'medium' then 5 else 0 end
      + 3 * (last_seen / 86400000.0e0)
    ) ${generated}`,
    'create index issue_impact on issue (project_id, status, impact, id, last_seen)',

    // In the order of the key: a search reads the stacks of whole projects.
    `create table hash_stack (
      project_id ${integer} not null,
      hash text not null,
      stack text not null,
      primary key (project_id, hash),
      foreign key (project_id, hash) references issue_hash (project_id, hash) on delete cascade
    ) ${keyOnly}`,

    // A name is taken once for each page, among what is for all and among what is one's own. SQLite drops no constraint.
    'alter table saved_query rename to saved_query_of_logs',
    'drop index saved_query_project',
    `create table saved_query (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      screen text not null default 'logs',
      owner_id text not null default '',
      project_id ${integer} references project (id) on delete cascade,
      name text not null,
      view text not null,
      user_id text,
      pinned_at ${integer},
      created_at ${integer} not null,
      updated_at ${integer} not null,
      unique (organization_id, screen, owner_id, name)
    )`,
    // With new ids: Postgres would give those that are copied out again.
    `insert into saved_query (organization_id, project_id, name, view, user_id, created_at, updated_at)
      select organization_id, project_id, name, view, user_id, created_at, updated_at
      from saved_query_of_logs order by id`,
    'drop table saved_query_of_logs',
    'create index saved_query_project on saved_query (project_id)',
  ];
}
