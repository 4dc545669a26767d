/**
 * Channels, and what goes out by them: notifications wait in the outbox, where the change that they tell of wrote them, until
 * they are made into a message; a message is tried until it is delivered or given up.
 */
import type { DialectWords } from './words.ts';

export function channels({ id, integer }: DialectWords): string[] {
  return [
    `create table channel (
      id ${id},
      organization_id ${integer} not null references organization (id) on delete cascade,
      user_id text,
      kind text not null,
      name text not null,
      settings text not null,
      secrets text not null default '',
      timing text not null,
      paused integer not null default 0,
      look_at ${integer} not null default 0,
      failures ${integer} not null default 0,
      failing_since ${integer},
      last_problem text not null default '',
      last_delivered_at ${integer},
      leased_by text not null default '',
      leased_until ${integer} not null default 0,
      created_at ${integer} not null
    )`,
    // A person has one channel of each kind, which has no name of its own.
    'create unique index channel_name on channel (organization_id, name) where user_id is null',
    'create unique index channel_person on channel (organization_id, user_id, kind) where user_id is not null',

    `create table channel_message (
      id ${id},
      channel_id ${integer} not null references channel (id) on delete cascade,
      what text not null,
      title text not null,
      notifications ${integer} not null,
      status text not null,
      attempts ${integer} not null default 0,
      answer_status ${integer},
      answer text not null default '',
      created_at ${integer} not null,
      next_try_at ${integer} not null,
      give_up_at ${integer} not null,
      finished_at ${integer}
    )`,
    'create index channel_message_log on channel_message (channel_id, id)',
    "create index channel_message_sending on channel_message (channel_id, id) where status = 'sending'",
    'create index channel_message_finished on channel_message (finished_at) where finished_at is not null',

    `create table outbox (
      id ${id},
      channel_id ${integer} not null references channel (id) on delete cascade,
      notification_id text not null,
      firing_key text not null,
      state text not null,
      priority text not null,
      rule text not null,
      body text not null,
      created_at ${integer} not null,
      message_id ${integer} references channel_message (id) on delete cascade,
      unique (channel_id, notification_id)
    )`,
    'create index outbox_waiting on outbox (channel_id, id) where message_id is null',
    'create index outbox_message on outbox (message_id, id)',
  ];
}
