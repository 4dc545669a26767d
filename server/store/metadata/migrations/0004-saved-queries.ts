/** Searches of logs that people keep for each other. Names are unique in an organization, so that one can say them. */
import type { DialectWords } from './words.ts';

export function savedQueries({ id, integer }: DialectWords): string[] {
  return [
    `create table saved_query (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      project_id ${integer} references project (id) on delete cascade,
      name text not null,
      view text not null,
      user_id text,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      unique (organization_id, name)
    )`,
    'create index saved_query_project on saved_query (project_id)',
  ];
}
