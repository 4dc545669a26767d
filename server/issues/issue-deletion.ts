/**
 * Deletes issues with all that belongs to them: hashes, users, activity and the link of feedback go with the row;
 * attachments, their files and the events follow. The metadata goes in one transaction, which also writes down
 * what is left to do elsewhere; so a crash in between leaves a note and `finishDeletions` completes the work.
 * An event of the same kind that arrives later opens a new issue. `process` holds it back until the note is gone, since
 * telemetry knows kinds and hours but no issues: what is inserted earlier would be deleted with the rest.
 */
import { randomUUID } from 'node:crypto';
import { Unavailable } from '#server/platform/rejection.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isPending, type PendingMark, pendingBatches } from '#server/store/metadata/pending-batches.ts';
import { type FoundIssue, hashesOf, type IssueStores } from './issues.ts';

type Stores = Pick<IssueStores, 'metadata' | 'telemetry' | 'blobs' | 'clock'>;

/** What is left to do in telemetry and among the files, kept as a setting until it is done. */
interface Remainder {
  project: number;
  hashes: string[];
  receivedBefore: number;
  /** Their rows may be of these issues, and come later: what is left to do is known only then. */
  pending: PendingMark[];
  /** Files of the attachments whose rows are gone. */
  blobs?: string[];
}

const NOTE = 'issue_deletion:';

/** Attachments looked at per question: 5,000 event ids are 200 KB of parameters. */
const ATTACHMENTS_PER_QUESTION = 5_000;

export async function deleteIssues(stores: Stores, issues: readonly FoundIssue[]): Promise<void> {
  for (const [project, found] of Map.groupBy(issues, ({ row }) => row.project_id)) {
    const ids = found.map(({ row }) => row.id);
    await stores.metadata.transaction([project], async (transaction) => {
      const owned = await hashesOf({ metadata: { db: transaction } }, ids);
      await transaction.deleteFrom('issue').where('id', 'in', ids).execute();
      const remainder: Remainder = {
        project,
        hashes: [...owned.values()].flat(),
        receivedBefore: stores.clock.now(),
        pending: await pendingBatches(transaction),
      };
      await transaction
        .insertInto('setting')
        .values({ name: `${NOTE}${randomUUID()}`, value: JSON.stringify(remainder) })
        .execute();
    });
  }
  await finishDeletions(stores).catch((error: unknown) => {
    // The issues are gone for whoever looks; the engine that is away now is asked again later.
    if (!(error instanceof Unavailable)) throw error;
  });
}

/** Completes deletions that were begun, as far as it can be done now. To be called now and then. */
export function finishDeletions(stores: Stores): Promise<void> {
  if (underWay === null)
    underWay = finishAll(stores).finally(() => {
      underWay = null;
    });
  else
    afterwards ??= underWay
      .catch(() => {})
      .then(() => {
        afterwards = null;
        return finishDeletions(stores);
      });
  return afterwards ?? underWay;
}

/**
 * One at a time: a second one that went on with a note of the first would delete what came after the first was done.
 * All who ask meanwhile share the one that follows.
 */
let underWay: Promise<void> | null = null;
let afterwards: Promise<void> | null = null;

/** One that cannot be completed does not keep the others from it. Throws what the first of those met with. */
async function finishAll(stores: Stores): Promise<void> {
  const { db } = stores.metadata;
  const failures: unknown[] = [];
  for (const { name, remainder } of await unfinished(db)) {
    if (await isPending(db, remainder.pending)) continue;
    await finish(stores, name, remainder).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function unfinished(db: MetadataDb): Promise<{ name: string; remainder: Remainder }[]> {
  const notes = await db.selectFrom('setting').selectAll().where('name', 'like', `${NOTE}%`).execute();
  return notes.map(({ name, value }) => ({ name, remainder: JSON.parse(value) }));
}

/** The deletions under way that would take new events of one of these hashes with them, by the names of their notes. */
export async function deletionsUnderWay(
  db: MetadataDb,
  kinds: readonly { project: number; hash: string }[],
): Promise<string[]> {
  const notes = await unfinished(db);
  if (notes.length === 0) return [];
  const touched = new Set(kinds.map(({ project, hash }) => `${project}:${hash}`));
  return notes
    .filter(({ remainder: { project, hashes } }) => hashes.some((hash) => touched.has(`${project}:${hash}`)))
    .map(({ name }) => name);
}

async function finish(stores: Stores, note: string, remainder: Remainder): Promise<void> {
  const { db } = stores.metadata;
  const { project, hashes, receivedBefore, blobs = [] } = remainder;
  if (hashes.length > 0) {
    const attachments = await attachmentsOfHashes(stores, project, hashes);
    blobs.push(...new Set(attachments.map(({ blob }) => blob)));
    const value = JSON.stringify({ ...remainder, blobs });
    const kept = await db.updateTable('setting').set({ value }).where('name', '=', note).executeTakeFirst();
    // Another program was faster, and new events may have come since.
    if (kept.numUpdatedRows === 0n) return;
    for (const { id } of attachments) await db.deleteFrom('attachment').where('id', '=', id).execute();
    await stores.telemetry.deleteEvents(project, hashes, receivedBefore);
  }
  for (const blob of blobs) await removeUnlessShared(stores, blob);
  await db.deleteFrom('setting').where('name', '=', note).execute();
}

/** Attachment rows know their event, not their issue: telemetry says which of the events are of these hashes. */
async function attachmentsOfHashes(
  { metadata, telemetry }: Stores,
  project: number,
  hashes: readonly string[],
): Promise<{ id: number; blob: string }[]> {
  const found: { id: number; blob: string }[] = [];
  for (let last = 0; ; ) {
    const page = await metadata.db
      .selectFrom('attachment')
      .select(['id', 'event_id', 'blob'])
      .where('project_id', '=', project)
      .where('id', '>', last)
      .orderBy('id')
      .limit(ATTACHMENTS_PER_QUESTION)
      .execute();
    if (page.length === 0) return found;
    last = page.at(-1)!.id;
    const rows = await telemetry.select<{ event_id: string }>(
      [project],
      `SELECT event_id FROM events WHERE project_id IN {projects:Array(UInt32)}
        AND grouping_hash IN {hashes:Array(String)} AND event_id IN {events:Array(String)}`,
      { params: { hashes, events: [...new Set(page.map(({ event_id }) => event_id))] } },
    );
    const events = new Set(rows.map(({ event_id }) => event_id));
    found.push(...page.filter(({ event_id }) => events.has(event_id)));
  }
}

/** Files are named by their content: another attachment may be the same file. */
export async function removeUnlessShared(
  { metadata, blobs }: Pick<Stores, 'metadata' | 'blobs'>,
  blob: string,
): Promise<void> {
  const other = await metadata.db
    .selectFrom('attachment')
    .select('id')
    .where('blob', '=', blob)
    .limit(1)
    .executeTakeFirst();
  if (!other) await blobs.remove(blob);
}
