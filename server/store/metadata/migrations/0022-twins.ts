/** What each hash is told by when SDKs and logs tell of one error, and how many of its events are made of log records. */
import type { DialectWords } from './words.ts';

/** Events that stand although an SDK sent the same error: the SDK came later, and what it sent is kept with them. */
const STANDS = `log_error.sdk_event_id = '' or exists (
  select 1 from attachment where attachment.project_id = log_error.project_id
    and attachment.event_id = log_error.event_id and attachment.attachment_type = 'tandem.sdk_event')`;
const OF_HASH = 'log_error.project_id = issue_hash.project_id and log_error.hash = issue_hash.hash';

export function twins({ integer }: DialectWords): string[] {
  return [
    `alter table issue_hash add column log_count ${integer} not null default 0`,
    "alter table issue_hash add column kind text not null default ''",
    `update issue_hash set
      log_count = (select count(*) from log_error where ${OF_HASH} and (${STANDS})),
      kind = coalesce((select log_error.kind from log_error
        where ${OF_HASH} and log_error.kind <> '' order by log_error.id desc limit 1), '')
      where exists (select 1 from log_error where ${OF_HASH})`,
    "create index issue_hash_kind on issue_hash (project_id, kind) where kind <> ''",
    'create index issue_hash_logs on issue_hash (issue_id) where log_count > 0',
    'drop index log_error_kind',
    'alter table log_error drop column kind',
    "alter table log_error add column pattern text not null default ''",
  ];
}
