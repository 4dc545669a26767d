/** What projects do with the log records of single patterns: dropped, sampled, demoted. */
import type { DialectWords } from './words.ts';

export function noise({ id, integer }: DialectWords): string[] {
  return [
    `create table noise_rule (
      id ${id},
      project_id ${integer} not null references project (id) on delete cascade,
      pattern_id text not null,
      action text not null,
      keep_one_in ${integer} not null default 1,
      demote_to ${integer} not null default 0,
      severity_max ${integer} not null,
      with_stack_traces integer not null default 0,
      contains text not null default '',
      enabled integer not null default 1,
      template text not null,
      sample text not null,
      goes_before integer not null default 0,
      created_at ${integer} not null,
      created_by text,
      updated_at ${integer} not null,
      unique (project_id, pattern_id)
    )`,
    // Counts the changes of a project's rules: what process asks before each batch.
    `create table noise_revision (
      project_id ${integer} not null references project (id) on delete cascade,
      revision ${integer} not null,
      primary key (project_id)
    )`,
  ];
}
