/**
 * Makes a batch true in the metadata store: issues, users, activity, attachments, check-ins, feedback, dead
 * letters and the checkpoint in one transaction. Its telemetry rows are in the spool before the transaction
 * commits, and the transaction records the spool file as pending; the insert follows and may be repeated.
 */
import { deletionsUnderWay } from '#server/issues/issue-deletion.ts';
import { applyBatch, type BatchIssueResult } from '#server/issues/upsert.ts';
import type { JournalPosition } from '#server/journal/contract.ts';
import { assignNewIssues, type NewIssue } from '#server/releases/assign-owners.ts';
import { type NamedRelease, nameReleases } from '#server/releases/event-releases.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb, MetadataStore, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { Batch } from './batch.ts';
import { applyCheckIns } from './check-ins.ts';
import { applyFeedback, linkWaitingFeedback } from './feedback.ts';
import { type HashGrouping, keepGroupings } from './groupings.ts';
import { keepKnown } from './known-requests.ts';
import { keepLogErrors, linkNewKinds, settleLogErrors } from './log-errors/log-error-rows.ts';
import { newKinds } from './log-errors/twins.ts';
import { sumIssues } from './sums.ts';

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
  /** Explanations of hashes that have none yet. */
  groupings: readonly HashGrouping[];
  /** Releases of which something new is to be written. */
  releases: readonly NamedRelease[];
  /** Deletions of issues that were waited for long enough. */
  passedOver: ReadonlySet<string>;
}

export interface Committed {
  /** In the order of `sumIssues(batch.events)`. */
  results: BatchIssueResult[];
  issues: ReturnType<typeof sumIssues>;
}

/** The batch before this one is not the last that was committed: this one was, or another program is at work. */
export class OutOfTurn extends Error {}

/** Issues with hashes of the batch are being deleted: its events come after that, or they would go too. */
export class BeingDeleted extends Error {
  readonly deletions: readonly string[];

  constructor(deletions: readonly string[]) {
    super('issues of the batch are being deleted');
    this.deletions = deletions;
  }
}

/** Bound values of a row. */
const ATTACHMENT_COLUMNS = 8;
const DEAD_LETTER_COLUMNS = 10;

/** When it throws, the commit may have taken effect all the same: the answer of a server can be lost. */
export async function commitBatch(
  journal: string,
  decision: Decision,
  deps: { metadata: MetadataStore; blobs: BlobStore; now: number },
): Promise<Committed> {
  const { batch } = decision;
  const issues = sumIssues(batch.events, batch.sampled);
  const blobs = await putBlobs(batch, deps.blobs);
  const named = [...issues, ...batch.settledLogErrors].map(({ project }) => project);
  const projects = [...new Set(named)].sort((a, b) => a - b);

  const committed = await deps.metadata.transaction(projects, async (transaction) => {
    await moveCheckpoint(transaction, journal, decision);
    await refuseWhileDeleting(transaction, decision, issues);
    // Before the issues, whose regressions look at the dates of releases.
    await nameReleases(transaction, decision.releases);
    await linkNewKinds(transaction, newKinds(batch.events, decision.groupings), deps.now);
    const results = issues.length > 0 ? await applyBatch(transaction, issues, deps.now) : [];
    await keepGroupings(transaction, decision.groupings);
    await markFirstEvents(transaction, issues);
    await assignNewIssues(transaction, newIssues(batch, issues, results), deps.now);
    await insertAttachments(transaction, batch, blobs.attachments);
    await applyCheckIns(transaction, batch.checkIns);
    const events = issuesOfEvents(batch, issues, results);
    const issueOfEvent = await eventIssues(transaction, decision, events);
    await applyFeedback(transaction, batch.feedback, issueOfEvent);
    if (events.length > 0) await linkWaitingFeedback(transaction, deps.now, events);
    await insertDeadLetters(transaction, batch, blobs.deadLetters);
    await markRedriven(transaction, batch, deps.now);
    await settleLogErrors(transaction, batch.settledLogErrors, deps.now);
    await keepLogErrors(transaction, journal, batch.logErrors, deps.now);
    await keepKnown(transaction, batch.requests);
    await movePending(transaction, journal, decision, deps.now);
    return { results, issues };
  });
  // A blob that was there already may have lost its last row, and itself, while no row of ours named it yet.
  await putBlobs(batch, deps.blobs);
  return committed;
}

/** Here and not before: whoever deletes an issue holds its project until the note is written. */
async function refuseWhileDeleting(
  transaction: MetadataTransaction,
  { passedOver }: Decision,
  issues: Committed['issues'],
): Promise<void> {
  const kinds = issues.map(({ project, hashes }) => ({ project, hash: hashes[0]! }));
  const underWay = kinds.length > 0 ? await deletionsUnderWay(transaction, kinds) : [];
  const deletions = underWay.filter((name) => !passedOver.has(name));
  if (deletions.length > 0) throw new BeingDeleted(deletions);
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
  const rows = batch.attachments.map((attachment, index) => ({
    project_id: attachment.project,
    event_id: attachment.eventId,
    name: attachment.name,
    content_type: attachment.contentType,
    attachment_type: attachment.attachmentType,
    bytes: attachment.bytes.byteLength,
    blob: blobs[index]!,
    created_at: attachment.at,
  }));
  for (const part of statementParts(rows, ATTACHMENT_COLUMNS))
    await transaction.insertInto('attachment').values(part).execute();
}

async function insertDeadLetters(
  transaction: MetadataTransaction,
  batch: Batch,
  blobs: readonly string[],
): Promise<void> {
  const rows = batch.deadLetters.map((letter, index) => ({
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
  }));
  for (const part of statementParts(rows, DEAD_LETTER_COLUMNS))
    await transaction.insertInto('dead_letter').values(part).execute();
}

/** Each letter by one batch only, whichever program on these stores has it in its journal too. One deleted meanwhile is nobody's. */
async function markRedriven(transaction: MetadataTransaction, batch: Batch, now: number): Promise<void> {
  for (const letters of statementParts([...batch.redriven], 1)) {
    const marked = await transaction
      .updateTable('dead_letter')
      .set({ redriven_at: now })
      .where('id', 'in', letters)
      .where('redriven_at', 'is', null)
      .returning('id')
      .execute();
    if (marked.length === letters.length) continue;
    const mine = new Set(marked.map(({ id }) => id));
    const taken = await transaction
      .selectFrom('dead_letter')
      .select('id')
      .where('id', 'in', letters)
      .execute();
    if (taken.some(({ id }) => !mine.has(id)))
      throw new Error('another batch has taken up the same dead letter');
  }
}

/** Each new issue once, with an event of it. */
function newIssues(
  batch: Batch,
  issues: Committed['issues'],
  results: readonly BatchIssueResult[],
): NewIssue[] {
  const fresh = new Map(
    issues.flatMap(({ project, hashes }, index) => {
      const { isNew, issueId } = results[index]!;
      return isNew ? [[`${project}:${hashes[0]}`, issueId] as const] : [];
    }),
  );
  if (fresh.size === 0) return [];
  const found = new Map<number, NewIssue>();
  for (const { row } of batch.events) {
    const issueId = fresh.get(`${row.project_id}:${row.grouping_hash}`);
    if (issueId !== undefined && !found.has(issueId))
      found.set(issueId, { issueId, project: row.project_id, payload: row.payload });
  }
  return [...found.values()];
}

interface EventOfIssue {
  project: number;
  eventId: string;
  issueId: number;
}

function issuesOfEvents(
  batch: Batch,
  issues: Committed['issues'],
  results: readonly BatchIssueResult[],
): EventOfIssue[] {
  const issueOfHash = new Map(
    issues.map((issue, index) => [`${issue.project}:${issue.hashes[0]}`, results[index]!.issueId]),
  );
  return batch.events.map(({ row }) => ({
    project: row.project_id,
    eventId: row.event_id,
    issueId: issueOfHash.get(`${row.project_id}:${row.grouping_hash}`)!,
  }));
}

/** Finds the issue of an event of this batch, or of an older one whose hash was looked up before. */
async function eventIssues(
  transaction: MetadataTransaction,
  decision: Decision,
  events: readonly EventOfIssue[],
) {
  const issueOfEvent = new Map(
    events.map(({ project, eventId, issueId }) => [`${project}:${eventId}`, issueId]),
  );
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

/**
 * From the batch before this one and from no other, so that a batch has its effects once whoever tries it again: a
 * try that was thought lost holds the row until it ends, and is seen here then.
 */
async function moveCheckpoint(
  transaction: MetadataTransaction,
  journal: string,
  { batch: { next }, number }: Decision,
): Promise<void> {
  const place = { segment: next.segment, offset: next.offset, batch: number };
  const moved =
    number === 1
      ? await transaction
          .insertInto('checkpoint')
          .values({ name: journal, ...place })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .returning('name')
          .executeTakeFirst()
      : await transaction
          .updateTable('checkpoint')
          .set(place)
          .where('name', '=', journal)
          .where('batch', '=', number - 1)
          .returning('name')
          .executeTakeFirst();
  if (!moved) throw new OutOfTurn(`batch ${number} of journal ${journal} is not the next`);
}

/** This batch waits for its insert from now on; those whose insert is done do not. */
async function movePending(
  transaction: MetadataTransaction,
  journal: string,
  { number, spool, inserted }: Decision,
  now: number,
): Promise<void> {
  if (spool !== null)
    await transaction
      .insertInto('pending_batch')
      .values({ journal, batch: number, spool, created_at: now })
      .execute();
  if (inserted.length > 0) await forgetPending(transaction, journal, inserted);
}

export async function forgetPending(
  db: MetadataDb,
  journal: string,
  inserted: readonly number[],
): Promise<void> {
  await db
    .deleteFrom('pending_batch')
    .where('journal', '=', journal)
    .where('batch', 'in', [...inserted])
    .execute();
}
