/**
 * Deletes a project and all that belongs to it. In small statements, for a large one takes SQLite's write lock
 * and this thread for seconds. First the keys, so that no more comes in; last the project itself, with whatever
 * was processed meanwhile, and a note that its telemetry is to go. Broken off in the middle it leaves a project
 * without keys that can be deleted again, or the note. Records still in the journal find no project and are dropped
 * (project_deleted).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '#server/platform/rejection.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isPending, type PendingMark, pendingBatches } from '#server/store/metadata/pending-batches.ts';

/** Rows per statement: about 10 ms on SQLite. */
const ROWS_PER_STATEMENT = 1_000;
/** Between two statements, so that process and people, who look for the lock every 5 ms, get it. */
const GAP_MS = 10;

const NOTE = 'project_deletion:';

/** What is left to do, kept as a setting until it is done. */
interface Remainder {
  projectId: number;
  /** Their rows may be of this project, and come later. */
  pending: PendingMark[];
}

export interface ProjectRemains {
  /** Deletes the project's events and all other telemetry. */
  deleteTelemetry(projectId: number): Promise<void>;
  /** Deletes the project's source maps, rows and files. */
  deleteArtifacts(projectId: number): Promise<void>;
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
  await remains.deleteArtifacts(projectId);
  for (const table of ['quota_use', 'removal', 'known_request'] as const)
    await db.deleteFrom(table).where('project_id', '=', projectId).execute();
  await db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('project').where('id', '=', projectId).execute();
    const value = JSON.stringify({
      projectId,
      pending: await pendingBatches(transaction),
    } satisfies Remainder);
    await transaction
      .insertInto('setting')
      .values({ name: `${NOTE}${projectId}`, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  });
  await deleteOrphanReleases(db);
  await finishProjectDeletions(db, remains).catch((error: unknown) => {
    // The project is gone for whoever looks; the engine that is away now is asked again later.
    if (!(error instanceof Unavailable)) throw error;
  });
}

/** Deletes what telemetry still has of deleted projects, as far as it can be done now. To be called now and then. */
export async function finishProjectDeletions(
  db: MetadataDb,
  { deleteTelemetry }: Pick<ProjectRemains, 'deleteTelemetry'>,
): Promise<void> {
  const notes = await db.selectFrom('setting').selectAll().where('name', 'like', `${NOTE}%`).execute();
  for (const { name, value } of notes) {
    const { projectId, pending } = JSON.parse(value) as Remainder;
    if (await isPending(db, pending)) continue;
    await deleteTelemetry(projectId);
    await db.deleteFrom('setting').where('name', '=', name).execute();
  }
}

/** Releases of no project: each was made for one, so they were of the deleted one alone. */
async function deleteOrphanReleases(db: MetadataDb): Promise<void> {
  const orphans = db.deleteFrom('release').where('id', 'in', (of) =>
    of
      .selectFrom('release')
      .select('id')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('release_project').select('project_id').whereRef('release_id', '=', 'release.id'),
          ),
        ),
      )
      .limit(ROWS_PER_STATEMENT),
  );
  while ((await orphans.executeTakeFirst()).numDeletedRows > 0n) await sleep(GAP_MS);
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
