/** Exceptions found in log records: on their way to become events, and afterwards the link between the two. */
import type { DialectWords } from './words.ts';

export function logErrors({ id, integer }: DialectWords): string[] {
  return [
    `create table log_error (
      id ${id},
      project_id ${integer} not null references project (id) on delete cascade,
      event_id text not null,
      log_id text not null,
      journal text not null,
      payload text not null,
      told integer not null,
      ready_at ${integer} not null,
      hash text not null,
      sdk_event_id text not null,
      kind text not null,
      created_at ${integer} not null,
      unique (project_id, event_id)
    )`,
    'create index log_error_untold on log_error (journal, ready_at) where told = 0',
    'create index log_error_log on log_error (project_id, log_id)',
    'create index log_error_hash on log_error (project_id, hash)',
    "create index log_error_kind on log_error (project_id, kind) where kind <> ''",
    "create index log_error_sdk on log_error (project_id, sdk_event_id) where sdk_event_id <> ''",
  ];
}
