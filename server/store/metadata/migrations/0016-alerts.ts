/**
 * Alerts: rules, where each group of a rule stands, the history of firings, silences, and who of several programs on one
 * store evaluates.
 */
import type { DialectWords } from './words.ts';

export function alerts({ id, integer, real }: DialectWords): string[] {
  return [
    `create table alert_rule (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      name text not null,
      kind text not null,
      definition text not null,
      enabled integer not null default 1,
      created_by text,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      evaluated_at ${integer},
      problem text not null default '',
      problem_since ${integer},
      last_fired_at ${integer}
    )`,
    'create index alert_rule_organization on alert_rule (organization_id, name)',

    `create table alert_rule_project (
      rule_id ${integer} not null references alert_rule (id) on delete cascade,
      project_id ${integer} not null references project (id) on delete cascade,
      primary key (rule_id, project_id)
    )`,
    'create index alert_rule_project_project on alert_rule_project (project_id)',

    `create table alert_state (
      rule_id ${integer} not null references alert_rule (id) on delete cascade,
      state_key text not null,
      labels text not null,
      state text not null,
      since ${integer} not null,
      clear_since ${integer},
      value ${real},
      firing_id text not null default '',
      updated_at ${integer} not null,
      primary key (rule_id, state_key)
    )`,

    `create table alert_firing (
      id text not null primary key,
      rule_id ${integer} not null references alert_rule (id) on delete cascade,
      organization_id ${integer} not null,
      project_id ${integer} references project (id) on delete cascade,
      state_key text not null,
      labels text not null,
      value ${real},
      threshold ${real},
      started_at ${integer} not null,
      ended_at ${integer},
      issue_id ${integer} references issue (id) on delete set null,
      notification text not null,
      told text not null,
      told_at ${integer},
      times_told integer not null default 0,
      tell_at ${integer}
    )`,
    'create index alert_firing_rule on alert_firing (rule_id, started_at)',
    'create index alert_firing_organization on alert_firing (organization_id, started_at)',
    'create index alert_firing_project on alert_firing (project_id)',
    'create index alert_firing_issue on alert_firing (issue_id)',
    // What is to be told, now or again, is found by this every second.
    'create index alert_firing_tell on alert_firing (tell_at) where tell_at is not null',

    `create table alert_sample (
      rule_id ${integer} not null references alert_rule (id) on delete cascade,
      at ${integer} not null,
      value ${real},
      primary key (rule_id, at)
    )`,

    `create table alert_silence (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      rule_id ${integer} references alert_rule (id) on delete cascade,
      matchers text not null,
      comment text not null default '',
      starts_at ${integer} not null,
      ends_at ${integer} not null,
      created_by text,
      created_at ${integer} not null
    )`,
    'create index alert_silence_organization on alert_silence (organization_id, ends_at)',
    'create index alert_silence_rule on alert_silence (rule_id)',

    `create table alert_evaluator (
      name text not null primary key,
      holder text not null,
      fence ${integer} not null,
      expires_at ${integer} not null,
      revision ${integer} not null default 0,
      activity_id ${integer} not null default 0
    )`,
    "insert into alert_evaluator (name, holder, fence, expires_at) values ('rules', '', 0, 0)",

    `create table alert_touched (
      issue_id ${integer} not null primary key,
      project_id ${integer} not null references project (id) on delete cascade,
      at ${integer} not null
    )`,
    'create index alert_touched_project on alert_touched (project_id)',

    `create table alert_program (
      program text not null primary key,
      arrived_until ${integer} not null,
      seen_at ${integer} not null
    )`,
  ];
}
