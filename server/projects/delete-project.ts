/**
 * Deletes a project and all that belongs to it. In small statements, for a large one takes SQLite's write lock
 * and this thread for seconds. First the keys, so that no more comes in; last the project itself, with whatever
 * was processed meanwhile. Broken off in the middle it leaves a project without keys that can be deleted again.
 * Records still in the journal find no project and are dropped (project_deleted).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Rows per statement: about 10 ms on SQLite. */
const ROWS_PER_STATEMENT = 1_000;
/** Between two statements, so that process and people, who look for the lock every 5 ms, get it. */
const GAP_MS = 10;

export interface ProjectRemains {
  /** Deletes the project's events and all other telemetry. */
  deleteTelemetry(projectId: number): Promise<void>;
  /** Removes a blob that no attachment names any more. */
  removeBlob(name: string): Promise<void>;
}

export async function deleteProject(
  db: MetadataDb,
  projectId: number,
  remains: ProjectRemains,
): Promise<void> {
  await db.deleteFrom('ingest_key').where('project_id', '=', projectId).execute();
  await deleteIssueUsers(db, projectId);
  for (const table of ['issue', 'feedback', 'check_in'] as const) await deleteRows(db, table, projectId);
  await deleteAttachments(db, projectId, remains);
  await db.deleteFrom('project').where('id', '=', projectId).execute();
  await remains.deleteTelemetry(projectId);
}

async function deleteIssueUsers(db: MetadataDb, projectId: number): Promise<void> {
  const users = db
    .deleteFrom('issue_user')
    .where((of) =>
      of(
        of.refTuple('issue_id', 'user_hash'),
        'in',
        of
          .selectFrom('issue_user')
          .innerJoin('issue', 'issue.id', 'issue_user.issue_id')
          .select(['issue_user.issue_id', 'issue_user.user_hash'])
          .where('issue.project_id', '=', projectId)
          .limit(ROWS_PER_STATEMENT)
          .$asTuple('issue_id', 'user_hash'),
      ),
    );
  while ((await users.executeTakeFirst()).numDeletedRows > 0n) await sleep(GAP_MS);
}

async function deleteRows(
  db: MetadataDb,
  table: 'issue' | 'feedback' | 'check_in',
  projectId: number,
): Promise<void> {
  const rows = db
    .deleteFrom(table)
    .where('id', 'in', (of) =>
      of.selectFrom(table).select('id').where('project_id', '=', projectId).limit(ROWS_PER_STATEMENT),
    );
  while ((await rows.executeTakeFirst()).numDeletedRows > 0n) await sleep(GAP_MS);
}

/** Equal files share one blob, across projects too: it goes with the last row that names it. */
async function deleteAttachments(db: MetadataDb, projectId: number, remains: ProjectRemains): Promise<void> {
  for (;;) {
    const gone = await db
      .deleteFrom('attachment')
      .where('id', 'in', (of) =>
        of
          .selectFrom('attachment')
          .select('id')
          .where('project_id', '=', projectId)
          .limit(ROWS_PER_STATEMENT),
      )
      .returning('blob')
      .execute();
    if (gone.length === 0) return;
    const blobs = [...new Set(gone.map((attachment) => attachment.blob))];
    const kept = await db.selectFrom('attachment').select('blob').where('blob', 'in', blobs).execute();
    const stillNamed = new Set(kept.map((attachment) => attachment.blob));
    for (const blob of blobs) if (!stillNamed.has(blob)) await remains.removeBlob(blob);
    await sleep(GAP_MS);
  }
}
