/**
 * What each grouping hash has seen, counted with the batches of `process` in their transaction: with it an issue can be taken
 * apart into its hashes at any time, exactly, whatever retention has removed since. One statement for all hashes of a batch
 * that are known; new ones are inserted with their counts.
 */
import { sql } from 'kysely';
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { hashKey } from './assign-issues.ts';
import type { BatchIssue } from './batch-issue.ts';

export interface HashCount {
  project: number;
  hash: string;
  events: number;
  firstSeen: number;
  lastSeen: number;
  /** Events that are made of log records. */
  fromLogs: number;
  /** Of the newest event; empty: not known. */
  kind: string;
}

/** By hashKey; of hashes that decided something, which is the first of each entry. */
export function countsByHash(batch: readonly BatchIssue[]): ReadonlyMap<string, HashCount> {
  const counts = new Map<string, HashCount>();
  for (const { project, hashes, count, firstSeen, lastSeen, fromLogs, kind } of batch) {
    const hash = hashes[0]!;
    const key = hashKey(project, hash);
    const known = counts.get(key);
    counts.set(key, {
      project,
      hash,
      events: (known?.events ?? 0) + count,
      firstSeen: Math.min(known?.firstSeen ?? firstSeen, firstSeen),
      lastSeen: Math.max(known?.lastSeen ?? lastSeen, lastSeen),
      fromLogs: (known?.fromLogs ?? 0) + fromLogs,
      kind: kind || (known?.kind ?? ''),
    });
  }
  return counts;
}

/** Adds to the hashes that are there. */
export async function countHashes(
  transaction: MetadataTransaction,
  counts: readonly HashCount[],
): Promise<void> {
  for (const part of statementParts(counts, 6)) {
    const rows = part.map(
      ({ project, hash, events, firstSeen, lastSeen, fromLogs }) =>
        sql`(${sql.join([project, hash, events, firstSeen, lastSeen, fromLogs])})`,
    );
    // Postgres takes bound values of such a list for text, hence the casts; to SQLite they mean nothing.
    await sql`with changed (project_id, hash, events, first_seen, last_seen, from_logs) as (values ${sql.join(rows)})
      update issue_hash set
        event_count = issue_hash.event_count + cast(changed.events as bigint),
        log_count = issue_hash.log_count + cast(changed.from_logs as bigint),
        first_seen = case when issue_hash.first_seen < cast(changed.first_seen as bigint)
          then issue_hash.first_seen else cast(changed.first_seen as bigint) end,
        last_seen = case when issue_hash.last_seen > cast(changed.last_seen as bigint)
          then issue_hash.last_seen else cast(changed.last_seen as bigint) end
      from changed
      where issue_hash.project_id = cast(changed.project_id as bigint) and issue_hash.hash = changed.hash`.execute(
      transaction,
    );
  }
}

/** Lines move from release to release, and with them what the newest event is told by. */
export async function nameKinds(
  transaction: MetadataTransaction,
  counts: readonly HashCount[],
): Promise<void> {
  for (const part of statementParts(counts, 3)) {
    const rows = part.map(({ project, hash, kind }) => sql`(${sql.join([project, hash, kind])})`);
    await sql`with changed (project_id, hash, kind) as (values ${sql.join(rows)})
      update issue_hash set kind = changed.kind from changed
      where issue_hash.project_id = cast(changed.project_id as bigint) and issue_hash.hash = changed.hash`.execute(
      transaction,
    );
  }
}
