/** What a change made different, beside what was asked for. An entry of status 0 was begun, and how it ended is not known. */
import type { DialectWords } from './words.ts';

export function auditDifferences(_words: DialectWords): string[] {
  return [
    `alter table audit_entry add column differences text not null default '{"differences":[],"more":0}'`,
  ];
}
