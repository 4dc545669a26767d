/** What projects do not want to keep, and which issues are expected. */
import type { DialectWords } from './words.ts';

export function filters({ integer }: DialectWords): string[] {
  return [
    `create table project_filter (
      project_id ${integer} primary key references project (id) on delete cascade,
      rules text not null,
      updated_at ${integer} not null
    )`,
    "alter table issue add column expected text not null default ''",
  ];
}
