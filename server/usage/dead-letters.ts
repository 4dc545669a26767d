/**
 * Dead letters: records that were answered 2xx and could not be processed, kept whole so that somebody can read
 * them, drive them through again after a fix, or let them go. A letter whose project cannot even be read belongs
 * to whoever runs the program.
 */

import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { DeadLetter, DeadLetters } from '#contract/usage.ts';
import { reject } from '#server/record/rejections.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { DeadLetterTable } from '#server/store/metadata/schema.ts';

export type DeadLetterRow = Selectable<DeadLetterTable>;

/** Whose letters one may see: those of these projects, and those of none. */
export interface LettersInSight {
  projects: readonly number[];
  withoutProject: boolean;
}

export interface DeadLetterStores {
  db: MetadataDb;
  blobs: BlobStore;
  /** Appends the letter's records to the journal once more, where process marks it; resolves when they are durable. */
  redrive(letter: DeadLetterRow): Promise<void>;
}

function inSight(db: MetadataDb, { projects, withoutProject }: LettersInSight) {
  return db
    .selectFrom('dead_letter')
    .where((of) =>
      of.or([
        ...(projects.length > 0 ? [of('project_id', 'in', projects)] : []),
        ...(withoutProject ? [of('project_id', 'is', null), of('project_id', '=', 0)] : []),
        sql<boolean>`1 = 0`,
      ]),
    );
}

/** Newest first, from the letter before `before` on; `before` null: from the newest. */
export async function listDeadLetters(
  db: MetadataDb,
  sight: LettersInSight,
  page: { before: number | null; limit: number },
): Promise<DeadLetters> {
  const letters = inSight(db, sight);
  const { before } = page;
  const [rows, { total }] = await Promise.all([
    letters
      .selectAll()
      .$if(before !== null, (older) => older.where('id', '<', before))
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute(),
    letters.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  const shown = rows.slice(0, page.limit);
  return {
    items: shown.map(toDeadLetter),
    total,
    nextCursor: rows.length > page.limit ? String(shown.at(-1)!.id) : null,
  };
}

export async function findDeadLetter(
  db: MetadataDb,
  sight: LettersInSight,
  id: string,
): Promise<DeadLetterRow> {
  const row = /^\d{1,15}$/.test(id)
    ? await inSight(db, sight).selectAll().where('id', '=', Number(id)).executeTakeFirst()
    : undefined;
  if (!row) throw reject('not_found', 'no such dead letter');
  return row;
}

/**
 * The mark that it was driven through again is part of the batch that takes it up: a crash in between, or two clicks,
 * bring it into the journal twice, and it is taken up once.
 */
export async function redriveDeadLetter({ redrive }: DeadLetterStores, letter: DeadLetterRow): Promise<void> {
  if (letter.reason === 'journal_corrupt')
    throw reject('request_invalid', 'these bytes were damaged on the disk; they can be read, not processed');
  if (letter.redriven_at !== null) throw reject('conflict', 'it was driven through already');
  await redrive(letter);
}

/** Equal letters share one file: it goes with the last of them. */
export async function deleteDeadLetter(
  { db, blobs }: DeadLetterStores,
  letter: DeadLetterRow,
): Promise<void> {
  await db.deleteFrom('dead_letter').where('id', '=', letter.id).execute();
  const other = await db
    .selectFrom('dead_letter')
    .select('id')
    .where('blob', '=', letter.blob)
    .limit(1)
    .executeTakeFirst();
  if (!other) await blobs.remove(letter.blob);
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: String(row.id),
    projectId: row.project_id === null ? null : String(row.project_id),
    kind: row.kind,
    reason: row.reason,
    message: row.message,
    bytes: row.bytes,
    position: row.position,
    createdAt: new Date(row.created_at).toISOString(),
    redrivenAt: row.redriven_at === null ? null : new Date(row.redriven_at).toISOString(),
  };
}
