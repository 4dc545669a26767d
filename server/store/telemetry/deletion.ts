/**
 * Deleting rows without waiting on the engine's word: a deletion is handed over, then watched for a while. One
 * that cannot proceed (a full disk) is kept by the engine and finished later; the caller is told to come back.
 * A synchronous deletion would hold its caller for as long as the disk stays full.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '#server/platform/rejection.ts';
import type { Params, Statements } from './statements.ts';
import { PROJECT_TABLES, type ProjectTable, ROLL_UPS } from './tables.ts';

/** Deletions of one table that may be unfinished, before a new one must wait: retries must not pile up. */
const UNFINISHED_MAX = 20;
const WATCH_MS_MAX = 10_000;
const WATCH_STEP_MS = 20;
const WATCH_STEP_MS_MAX = 500;

export async function deleteEvents(
  engine: Statements,
  project: number,
  hashes: readonly string[],
  receivedBefore: number,
): Promise<void> {
  if (hashes.length === 0) return;
  const ours = 'project_id = {project:UInt32} AND grouping_hash IN {hashes:Array(String)}';
  const params = { project, hashes, before: receivedBefore };
  for (const table of ['events', 'sampled_events'] as const)
    await deleteRows(
      engine,
      table,
      `${ours} AND received_at < fromUnixTimestamp64Milli({before:Int64})`,
      params,
    );
  // A span that holds older and newer events goes as a whole: `process` lets no newer ones in before this is done.
  for (const rollUp of ROLL_UPS)
    await deleteRows(
      engine,
      rollUp,
      `${ours} AND first_received < fromUnixTimestamp64Milli({before:Int64})`,
      params,
    );
}

export async function deleteProject(engine: Statements, project: number): Promise<void> {
  await Promise.all(
    PROJECT_TABLES.map((table) => deleteRows(engine, table, 'project_id = {project:UInt32}', { project })),
  );
}

/**
 * Resolves when the rows are gone. Throws Unavailable when that takes long; calling again is safe. A deletion
 * passes over every piece of the table, 10 ms each, so none is begun for rows that are gone already.
 */
export async function deleteRows(
  engine: Statements,
  table: ProjectTable,
  where: string,
  params: Params,
): Promise<void> {
  if ((await unfinished(engine, table)) >= UNFINISHED_MAX) throw stillDeleting(table);
  const [left] = await engine.rows<{ rows: number }>(
    `SELECT count() AS rows FROM ${table} WHERE ${where}`,
    params,
  );
  if (!left?.rows) return;
  await engine.command(`DELETE FROM ${table} WHERE ${where}`, params, { lightweight_deletes_sync: '0' });
  const until = Date.now() + WATCH_MS_MAX;
  for (
    let stepMs = WATCH_STEP_MS;
    (await unfinished(engine, table)) > 0;
    stepMs = Math.min(stepMs * 2, WATCH_STEP_MS_MAX)
  ) {
    if (Date.now() > until) throw stillDeleting(table);
    await sleep(stepMs);
  }
}

export async function unfinished(engine: Statements, table: ProjectTable): Promise<number> {
  const [row] = await engine.rows<{ mutations: number }>(
    'SELECT count() AS mutations FROM system.mutations WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done',
    { table },
  );
  return row?.mutations ?? 0;
}

export function stillDeleting(table: ProjectTable): Unavailable {
  return new Unavailable('telemetry_deleting', `Rows of ${table} are still being deleted.`);
}
