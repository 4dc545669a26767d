/** What one program at a time does has a lease, with a fence, whatever it is: rules of alerts, channels. */
import type { DialectWords } from './words.ts';

export function leases({ integer }: DialectWords): string[] {
  return [
    `create table lease (
      name text not null primary key,
      holder text not null,
      fence ${integer} not null,
      expires_at ${integer} not null
    )`,
    'alter table alert_evaluator drop column holder',
    'alter table alert_evaluator drop column fence',
    'alter table alert_evaluator drop column expires_at',
    'alter table channel drop column leased_by',
    'alter table channel drop column leased_until',
  ];
}
