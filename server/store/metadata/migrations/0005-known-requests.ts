/**
 * Requests that can be told when they are sent again. Without a foreign key: what was processed while its project was being
 * deleted must not hold up a batch, and goes by age.
 */
import type { DialectWords } from './words.ts';

export function knownRequests({ id, integer }: DialectWords): string[] {
  return [
    `create table known_request (
      id ${id},
      project_id ${integer} not null,
      identity text not null,
      received_at ${integer} not null,
      unique (project_id, identity)
    )`,
    'create index known_request_age on known_request (received_at)',
  ];
}
