/**
 * A batch while it is being made: the prepared requests, less the events seen before, as rows per table, issue
 * aggregates and ledger lines. Once committed its content is decided for good: the rows lie in the spool file.
 */
import type { BatchIssue } from '#server/issues/upsert.ts';
import type { JournalDamage, JournalPosition } from '#server/journal/contract.ts';
import type { CountsMeta } from '#server/record/accepted.ts';
import type { OutcomeCount, RecordKind } from '#server/record/outcome.ts';
import type { EventRow, OutcomeRow, SessionRow } from '#server/store/telemetry/rows.ts';
import type { CheckInDraft } from './check-ins.ts';
import type { FeedbackDraft } from './feedback.ts';
import type { Prepared, PreparedAttachment, PreparedDeadLetter, PreparedEvent } from './prepare.ts';

const HOUR_MS = 3_600_000;

export interface BatchAttachment extends PreparedAttachment {
  project: number;
  at: number;
}

export interface BatchDeadLetter extends Omit<PreparedDeadLetter, 'record'> {
  project: number | null;
  key: number | null;
  kind: RecordKind;
  reason: 'processing_failed' | 'journal_corrupt';
  position: string;
  at: number;
}

export interface Batch {
  next: JournalPosition;
  events: PreparedEvent[];
  sessions: SessionRow[];
  attachments: BatchAttachment[];
  checkIns: CheckInDraft[];
  feedback: FeedbackDraft[];
  deadLetters: BatchDeadLetter[];
  counts: OutcomeCount[];
}

/** What of the prepared requests is taken; `seen` tells an event id stored before, and learns nothing here. */
export function makeBatch(
  requests: readonly { prepared: Prepared; position: JournalPosition }[],
  damages: readonly JournalDamage[],
  next: JournalPosition,
  context: {
    seen: (project: number, eventId: string) => boolean;
    projectExists: (project: number) => boolean;
    now: number;
  },
): Batch {
  const batch: Batch = {
    next,
    events: [],
    sessions: [],
    attachments: [],
    checkIns: [],
    feedback: [],
    deadLetters: damages.map((damage) => damagedBytes(damage, context.now)),
    counts: [],
  };
  const idsOfBatch = new Set<string>();
  for (const { prepared, position } of requests) {
    const { request } = prepared;
    if (!context.projectExists(request.project)) {
      batch.counts.push(...projectDeleted(prepared));
      continue;
    }
    for (const event of prepared.events) {
      const id = `${request.project}:${event.row.event_id}`;
      const duplicate = idsOfBatch.has(id) || context.seen(request.project, event.row.event_id);
      idsOfBatch.add(id);
      if (!duplicate) batch.events.push(event);
      batch.counts.push(
        line(
          prepared,
          eventKind(event),
          duplicate ? 'dropped' : 'stored',
          duplicate ? 'duplicate' : '',
          event.bytes,
        ),
      );
    }
    for (const attachment of prepared.attachments) {
      batch.attachments.push({ ...attachment, project: request.project, at: request.receivedAt });
      batch.counts.push(line(prepared, 'attachment', 'stored', '', attachment.bytes.byteLength));
    }
    for (const letter of prepared.deadLetters) {
      const { kind } = letter.record;
      batch.deadLetters.push({
        frame: letter.frame,
        message: letter.message,
        project: request.project,
        key: request.key,
        kind,
        reason: 'processing_failed',
        position: `${position.segment}:${position.offset}`,
        at: request.receivedAt,
      });
      batch.counts.push(
        line(prepared, kind, 'dead_lettered', 'processing_failed', letter.record.payload.byteLength),
      );
    }
    // A letter driven through again leaves the dead letters of the ledger, whatever becomes of it now.
    if (request.redriveOf !== undefined)
      for (const record of request.records)
        batch.counts.push({
          ...line(prepared, record.kind, 'dead_lettered', 'processing_failed', -record.payload.byteLength),
          quantity: -1,
        });
    batch.sessions.push(...prepared.sessions);
    batch.checkIns.push(...prepared.checkIns);
    batch.feedback.push(...prepared.feedback);
    batch.counts.push(...prepared.counts);
  }
  return batch;
}

function eventKind(event: PreparedEvent): RecordKind {
  return event.row.type === 'error' || event.row.type === 'default' ? 'event' : 'security';
}

function line(
  { request }: Prepared,
  kind: RecordKind,
  outcome: OutcomeCount['outcome'],
  reason: string,
  bytes: number,
): OutcomeCount {
  return {
    at: request.receivedAt,
    project: request.project,
    key: request.key,
    kind,
    outcome,
    reason,
    quantity: 1,
    bytes,
  };
}

/** Each record as dropped. Ledger lines stand by themselves: the door sends its refusals without a project. */
function projectDeleted(prepared: Prepared): OutcomeCount[] {
  return prepared.request.records.flatMap((record) =>
    record.type === 'counts'
      ? (record.meta as unknown as CountsMeta).counts
      : [line(prepared, record.kind, 'dropped', 'project_deleted', record.payload.byteLength)],
  );
}

function damagedBytes(damage: JournalDamage, now: number): BatchDeadLetter {
  return {
    frame: damage.bytes,
    message: damage.what,
    project: null,
    key: null,
    kind: 'unknown',
    reason: 'journal_corrupt',
    position: `${damage.position.segment}:${damage.position.offset}`,
    at: now,
  };
}

/** The events of the batch summed up per project and deciding hash, in the order of their first appearance. */
export function sumIssues(events: readonly PreparedEvent[]): BatchIssue[] {
  const sums = new Map<
    string,
    {
      issue: BatchIssue;
      newest: EventRow;
      users: Set<string>;
      hashes: Set<string>;
      oldestNamed: number;
      newestNamed: number;
    }
  >();
  for (const { row, hashes } of events) {
    const key = `${row.project_id}:${row.grouping_hash}`;
    let sum = sums.get(key);
    if (!sum) {
      sum = {
        issue: firstOf(row),
        newest: row,
        users: new Set(),
        hashes: new Set(),
        oldestNamed: Infinity,
        newestNamed: -Infinity,
      };
      sums.set(key, sum);
    }
    const { issue } = sum;
    issue.count += 1;
    issue.firstSeen = Math.min(issue.firstSeen, row.timestamp);
    issue.lastSeen = Math.max(issue.lastSeen, row.timestamp);
    issue.unhandled ||= row.handled === 0;
    if (row.timestamp >= sum.newest.timestamp) sum.newest = row;
    if (row.release && row.timestamp < sum.oldestNamed) {
      issue.firstRelease = row.release;
      sum.oldestNamed = row.timestamp;
    }
    if (row.release && row.timestamp >= sum.newestNamed) {
      issue.lastRelease = row.release;
      sum.newestNamed = row.timestamp;
    }
    if (row.user_key) sum.users.add(row.user_key);
    for (const hash of hashes) sum.hashes.add(hash);
  }
  return [...sums.values()].map(({ issue, newest, users, hashes }) => ({
    ...issue,
    ...wordsOf(newest),
    newestTimestamp: issue.lastSeen,
    userKeys: [...users],
    hashes: [newest.grouping_hash, ...[...hashes].filter((hash) => hash !== newest.grouping_hash)],
  }));
}

function firstOf(row: EventRow): BatchIssue {
  return {
    project: row.project_id,
    hashes: [],
    firstSeen: row.timestamp,
    lastSeen: row.timestamp,
    newestTimestamp: row.timestamp,
    count: 0,
    userKeys: [],
    firstRelease: '',
    lastRelease: '',
    unhandled: false,
    ...wordsOf(row),
  };
}

function wordsOf(row: EventRow) {
  return {
    title: row.title,
    culprit: row.culprit,
    type: row.type,
    exceptionType: row.exception_type,
    exceptionValue: row.exception_value,
    level: row.level,
    platform: row.platform,
    logger: row.logger,
    lastEventId: row.event_id,
  };
}

/** Ledger lines summed per hour, project, key, kind, outcome and reason. */
export function sumOutcomes(counts: readonly OutcomeCount[]): OutcomeRow[] {
  const rows = new Map<string, OutcomeRow>();
  for (const { at, project, key, kind, outcome, reason, quantity, bytes } of counts) {
    const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
    const id = `${hour}:${project}:${key}:${kind}:${outcome}:${reason}`;
    const row = rows.get(id);
    if (row) {
      row.quantity += quantity;
      row.bytes += bytes;
    } else {
      rows.set(id, { hour, project_id: project, key_id: key, kind, outcome, reason, quantity, bytes });
    }
  }
  return [...rows.values()];
}
