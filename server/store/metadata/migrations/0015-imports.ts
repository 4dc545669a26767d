/** Issues that came from another tracker, and the DSNs that senders of it still use. */
import type { DialectWords } from './words.ts';

export function imports({ integer }: DialectWords): string[] {
  return [
    `create table issue_import (
      project_id ${integer} not null references project (id) on delete cascade,
      source text not null,
      source_issue text not null,
      issue_id ${integer} not null references issue (id) on delete cascade,
      short_id text not null,
      url text not null,
      event_count ${integer} not null,
      user_count ${integer},
      mark text not null,
      imported_at ${integer} not null,
      primary key (project_id, source, source_issue)
    )`,
    'create index issue_import_issue on issue_import (issue_id)',
    "alter table ingest_key add column dsn_project text not null default ''",
  ];
}
