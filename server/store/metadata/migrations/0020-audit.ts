/** Who did what: an entry for each request of people and programs that changes something, or takes much away. */
import type { DialectWords } from './words.ts';

export function audit({ id, integer }: DialectWords): string[] {
  return [
    `create table audit_entry (
      id ${id},
      organization_id ${integer} references organization (id) on delete cascade,
      at ${integer} not null,
      user_id text not null,
      who text not null,
      email text not null,
      via text not null,
      address text not null,
      agent text not null,
      route text not null,
      action text not null,
      noun text not null,
      project text not null,
      target text not null,
      changes text not null,
      status ${integer} not null,
      request text not null
    )`,
    'create index audit_entry_organization on audit_entry (organization_id, id)',
    'create index audit_entry_person on audit_entry (organization_id, user_id, id)',
    'create index audit_entry_noun on audit_entry (organization_id, noun, id)',
    'create index audit_entry_at on audit_entry (at)',
  ];
}
