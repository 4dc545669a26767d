/**
 * What of each project's quotas is used today, and what retention removed. Without foreign keys: the counts of the door
 * are written together, and those of a project that was just deleted must not hold up the others.
 */
import type { DialectWords } from './words.ts';

export function limits({ integer, keyOnly }: DialectWords): string[] {
  return [
    `create table quota_use (
      project_id ${integer} not null,
      category text not null,
      day ${integer} not null,
      records ${integer} not null,
      bytes ${integer} not null,
      primary key (project_id, category)
    )`,
    `create table removal (
      removed_on text not null,
      run text not null,
      kind text not null,
      levels text not null,
      project_id ${integer} not null,
      partition_day text not null,
      rows ${integer} not null,
      primary key (project_id, removed_on, run, kind, levels, partition_day)
    ) ${keyOnly}`,
  ];
}
