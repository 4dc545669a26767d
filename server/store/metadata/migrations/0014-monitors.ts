/**
 * Cron monitors are watched: what each environment of one expects next, what failed and was told as an issue, and
 * when the program itself could not take check-ins. Feedback has a state, and what it came with.
 */
import type { DialectWords } from './words.ts';

export function monitors({ id, integer }: DialectWords): string[] {
  return [
    'alter table monitor add column paused integer not null default 0',
    'alter table monitor add column muted integer not null default 0',

    `create table monitor_environment (
      id ${id},
      monitor_id ${integer} not null references monitor (id) on delete cascade,
      environment text not null,
      status text not null,
      failures ${integer} not null default 0,
      successes ${integer} not null default 0,
      last_check_in_at ${integer} not null,
      schedule text not null default '',
      next_expected_at ${integer},
      due_at ${integer},
      incident_id ${integer},
      unique (monitor_id, environment)
    )`,
    // What may be missed is found by this, every second.
    'create index monitor_environment_due on monitor_environment (due_at) where due_at is not null',

    `create table monitor_incident (
      id ${id},
      monitor_id ${integer} not null references monitor (id) on delete cascade,
      environment text not null,
      started_at ${integer} not null,
      ended_at ${integer},
      event_id text not null default '',
      issue_id ${integer} references issue (id) on delete set null,
      to_do text not null default ''
    )`,
    'create index monitor_incident_monitor on monitor_incident (monitor_id, started_at)',
    'create index monitor_incident_issue on monitor_incident (issue_id)',
    "create index monitor_incident_to_do on monitor_incident (id) where to_do <> ''",

    // What came before there was a watch is not judged afterwards.
    'alter table check_in add column judged integer not null default 1',
    `alter table check_in add column expected_at ${integer}`,
    `alter table check_in add column timeout_at ${integer}`,
    "alter table check_in add column event_id text not null default ''",
    'alter table check_in add column reported integer not null default 1',
    'create index check_in_unjudged on check_in (monitor_id) where judged = 0',
    'create index check_in_timeout on check_in (timeout_at) where timeout_at is not null',
    'create index check_in_unreported on check_in (id) where reported = 0',
    // The bars of a list are drawn from the index alone.
    'drop index check_in_monitor',
    'create index check_in_monitor on check_in (monitor_id, started_at, status, environment, expected_at)',

    `create table watch_gap (
      from_at ${integer} not null,
      to_at ${integer} not null,
      primary key (from_at)
    )`,

    "alter table feedback add column status text not null default 'unread'",
    "alter table feedback add column trace_id text not null default ''",
    "alter table feedback add column replay_id text not null default ''",
    "alter table feedback add column source text not null default ''",
    "alter table feedback add column environment text not null default ''",
    "alter table feedback add column release text not null default ''",
    'create index feedback_list on feedback (project_id, status, id)',
    'create index feedback_created on feedback (project_id, created_at)',
  ];
}
