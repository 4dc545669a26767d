/**
 * Makes a batch true in the metadata store: issues, users, activity, attachments, check-ins, feedback, dead
 * letters and the checkpoint in one transaction. Its telemetry rows are in the spool before the transaction
 * commits, and the transaction records the spool file as pending; the insert follows and may be repeated.
 */
import { applyBatch, type BatchIssueResult } from '#server/issues/upsert.ts';
import type { JournalPosition } from '#server/journal/contract.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { type Batch, sumIssues } from './batch.ts';
import { applyCheckIns } from './check-ins.ts';
import { applyFeedback, linkWaitingFeedback } from './feedback.ts';

export interface Checkpoint extends JournalPosition {
  /** Number of the last decided batch; 0 before the first. */
  batch: number;
}

export interface Decision {
  batch: Batch;
  number: number;
  /** Spool file, or null when the batch has no telemetry rows. */
  spool: string | null;
  /** Batches whose insert is done: their pending rows go with this transaction. */
  inserted: readonly number[];
  /** Grouping hash of events that feedback speaks of and that came in earlier batches, by `project:eventId`. */
  hashOfOlderEvent: ReadonlyMap<string, string>;
}

export interface Committed {
  /** In the order of `sumIssues(batch.events)`. */
  results: BatchIssueResult[];
  issues: ReturnType<typeof sumIssues>;
}

export async function commitBatch(
  journal: string,
  decision: Decision,
  deps: { metadata: MetadataStore; blobs: BlobStore; now: number },
): Promise<Committed> {
  const { batch } = decision;
  const issues = sumIssues(batch.events);
  const blobs = await putBlobs(batch, deps.blobs);
  const projects = [...new Set(issues.map((issue) => issue.project))].sort((a, b) => a - b);

  return deps.metadata.transaction(projects, async (transaction) => {
    const results = issues.length > 0 ? await applyBatch(transaction, issues, deps.now) : [];
    await markFirstEvents(transaction, issues);
    await insertAttachments(transaction, batch, blobs.attachments);
    await applyCheckIns(transaction, batch.checkIns);
    const issueOfEvent = await eventIssues(transaction, decision, issues, results);
    await applyFeedback(transaction, batch.feedback, issueOfEvent);
    if (batch.events.length > 0) await linkWaitingFeedback(transaction, deps.now, issueOfEvent);
    await insertDeadLetters(transaction, batch, blobs.deadLetters);
    await writeCheckpoint(transaction, journal, decision, deps.now);
    return { results, issues };
  });
}

/** Content-addressed, so a blob written for a transaction that did not commit is found again by the next try. */
async function putBlobs(batch: Batch, blobs: BlobStore) {
  const attachments: string[] = [];
  for (const attachment of batch.attachments)
    attachments.push(await blobs.put('attachments', attachment.bytes));
  const deadLetters: string[] = [];
  for (const letter of batch.deadLetters) deadLetters.push(await blobs.put('dead-letters', letter.frame));
  return { attachments, deadLetters };
}

async function markFirstEvents(transaction: MetadataTransaction, issues: Committed['issues']): Promise<void> {
  for (const [project, seen] of Map.groupBy(issues, (issue) => issue.project))
    await transaction
      .updateTable('project')
      .set({ first_event_at: Math.min(...seen.map((issue) => issue.firstSeen)) })
      .where('id', '=', project)
      .where('first_event_at', 'is', null)
      .execute();
}

async function insertAttachments(
  transaction: MetadataTransaction,
  batch: Batch,
  blobs: readonly string[],
): Promise<void> {
  if (batch.attachments.length === 0) return;
  await transaction
    .insertInto('attachment')
    .values(
      batch.attachments.map((attachment, index) => ({
        project_id: attachment.project,
        event_id: attachment.eventId,
        name: attachment.name,
        content_type: attachment.contentType,
        attachment_type: attachment.attachmentType,
        bytes: attachment.bytes.byteLength,
        blob: blobs[index]!,
        created_at: attachment.at,
      })),
    )
    .execute();
}

async function insertDeadLetters(
  transaction: MetadataTransaction,
  batch: Batch,
  blobs: readonly string[],
): Promise<void> {
  if (batch.deadLetters.length === 0) return;
  await transaction
    .insertInto('dead_letter')
    .values(
      batch.deadLetters.map((letter, index) => ({
        project_id: letter.project,
        key_id: letter.key,
        kind: letter.kind,
        reason: letter.reason,
        message: letter.message.slice(0, 4000).replaceAll('\0', ''),
        bytes: letter.frame.byteLength,
        blob: blobs[index]!,
        position: letter.position,
        created_at: letter.at,
        redriven_at: null,
      })),
    )
    .execute();
}

/** Finds the issue of an event of this batch, or of an older one whose hash was looked up before. */
async function eventIssues(
  transaction: MetadataTransaction,
  decision: Decision,
  issues: Committed['issues'],
  results: readonly BatchIssueResult[],
) {
  const issueOfHash = new Map(
    issues.map((issue, index) => [`${issue.project}:${issue.hashes[0]}`, results[index]!.issueId]),
  );
  const issueOfEvent = new Map<string, number>();
  for (const { row } of decision.batch.events) {
    const issueId = issueOfHash.get(`${row.project_id}:${row.grouping_hash}`);
    if (issueId !== undefined) issueOfEvent.set(`${row.project_id}:${row.event_id}`, issueId);
  }
  for (const [event, hash] of decision.hashOfOlderEvent) {
    const known = await transaction
      .selectFrom('issue_hash')
      .select('issue_id')
      .where('project_id', '=', Number(event.split(':', 1)[0]))
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (known) issueOfEvent.set(event, known.issue_id);
  }
  return (project: number, eventId: string) => issueOfEvent.get(`${project}:${eventId}`);
}

async function writeCheckpoint(
  transaction: MetadataTransaction,
  journal: string,
  decision: Decision,
  now: number,
): Promise<void> {
  const { segment, offset } = decision.batch.next;
  await transaction
    .insertInto('checkpoint')
    .values({ name: journal, segment, offset, batch: decision.number })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ segment, offset, batch: decision.number }),
    )
    .execute();
  if (decision.spool !== null)
    await transaction
      .insertInto('pending_batch')
      .values({ journal, batch: decision.number, spool: decision.spool, created_at: now })
      .execute();
  if (decision.inserted.length > 0)
    await transaction
      .deleteFrom('pending_batch')
      .where('journal', '=', journal)
      .where('batch', 'in', [...decision.inserted])
      .execute();
}
