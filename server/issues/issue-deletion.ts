/**
 * Deletes issues with all that belongs to them: hashes, users, activity and the link of feedback go with the row;
 * attachments, their files and the events follow. The metadata goes in one transaction, which also writes down
 * what is left to do elsewhere; so a crash in between leaves a note and `finishDeletions` completes the work.
 * An event of the same kind that arrives later opens a new issue.
 */
import { randomUUID } from 'node:crypto';
import { Unavailable } from '#server/platform/rejection.ts';
import { type FoundIssue, hashesOf, type IssueStores } from './issues.ts';

type Stores = Pick<IssueStores, 'metadata' | 'telemetry' | 'blobs' | 'clock'>;

/** What is left to do in telemetry and among the files, kept as a setting until it is done. */
interface Remainder {
  project: number;
  hashes: string[];
  receivedBefore: number;
  blobs: string[];
}

const NOTE = 'issue_deletion:';

/** Attachments looked at per question: 5,000 event ids are 200 KB of parameters. */
const ATTACHMENTS_PER_QUESTION = 5_000;

export async function deleteIssues(stores: Stores, issues: readonly FoundIssue[]): Promise<void> {
  for (const [project, found] of Map.groupBy(issues, ({ row }) => row.project_id)) {
    const ids = found.map(({ row }) => row.id);
    const owned = await hashesOf(stores, ids);
    const hashes = [...owned.values()].flat();
    const attachments = await attachmentsOfHashes(stores, project, hashes);
    const remainder: Remainder = {
      project,
      hashes,
      receivedBefore: stores.clock.now(),
      blobs: [...new Set(attachments.map(({ blob }) => blob))],
    };
    await stores.metadata.transaction([project], async (transaction) => {
      for (const { id } of attachments)
        await transaction.deleteFrom('attachment').where('id', '=', id).execute();
      await transaction.deleteFrom('issue').where('id', 'in', ids).execute();
      await transaction
        .insertInto('setting')
        .values({ name: `${NOTE}${randomUUID()}`, value: JSON.stringify(remainder) })
        .execute();
    });
  }
  await finishDeletions(stores).catch((error: unknown) => {
    // The issues are gone for whoever looks; the engine that is away now is asked again at the next call.
    if (!(error instanceof Unavailable)) throw error;
  });
}

/** Completes deletions that were begun. To be called after a start, and again whenever one was left over. */
export async function finishDeletions(stores: Stores): Promise<void> {
  const notes = await stores.metadata.db
    .selectFrom('setting')
    .selectAll()
    .where('name', 'like', `${NOTE}%`)
    .execute();
  for (const { name, value } of notes) {
    const { project, hashes, receivedBefore, blobs } = JSON.parse(value) as Remainder;
    if (hashes.length > 0) await stores.telemetry.deleteEvents(project, hashes, receivedBefore);
    for (const blob of blobs) await removeUnlessShared(stores, blob);
    await stores.metadata.db.deleteFrom('setting').where('name', '=', name).execute();
  }
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
async function removeUnlessShared({ metadata, blobs }: Stores, blob: string): Promise<void> {
  const other = await metadata.db
    .selectFrom('attachment')
    .select('id')
    .where('blob', '=', blob)
    .limit(1)
    .executeTakeFirst();
  if (!other) await blobs.remove(blob);
}
