/**
 * A batch while it is being made: the prepared requests, less what was sent before, as rows per table and ledger
 * lines. Once committed its content is decided for good: the rows lie in the spool file.
 */
import type { EventFilter } from '#server/filters/event-filter.ts';
import type { JournalDamage, JournalPosition } from '#server/journal/contract.ts';
import { quantityOf } from '#server/record/accepted.ts';
import { expectedReason } from '#server/record/expected.ts';
import type { NoiseCount } from '#server/record/noise.ts';
import type { DropReason, FilterReason, OutcomeCount, RecordKind } from '#server/record/outcome.ts';
import type { SessionRow } from '#server/store/telemetry/rows.ts';
import type { CheckInDraft } from './check-ins.ts';
import type { FeedbackDraft } from './feedback.ts';
import type { FloodEvent, FloodReason } from './floods.ts';
import type { LimitsTurn } from './log-errors/log-error-limits.ts';
import type { SettledLogError } from './log-errors/log-error-rows.ts';
import { type TakenLogError, takeLogErrors } from './log-errors/take-log-errors.ts';
import type { TwinTurn } from './log-errors/twin-window.ts';
import { keepTwin, twinEventOf, twinOf } from './log-errors/twins.ts';
import {
  countsOf,
  type Prepared,
  type PreparedAttachment,
  type PreparedDeadLetter,
  type PreparedEvent,
  type PreparedLogs,
} from './prepare.ts';

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
  /** Counted with their issues like events, without rows of their own. */
  sampled: PreparedEvent[];
  sessions: SessionRow[];
  logs: PreparedLogs[];
  noise: NoiseCount[];
  /** Rows of the table `spans` as JSON lines. */
  spans: string[];
  /** When the first of the logs came, milliseconds since 1970. Null: there are none. */
  logsReceivedFrom: number | null;
  attachments: BatchAttachment[];
  checkIns: CheckInDraft[];
  feedback: FeedbackDraft[];
  /** Exceptions found in its log records. */
  logErrors: TakenLogError[];
  /** What became of those of earlier batches. */
  settledLogErrors: SettledLogError[];
  deadLetters: BatchDeadLetter[];
  /** Ids of dead letters that were driven through again and are taken up here. */
  redriven: Set<number>;
  /** What is known from here on, so that it counts once when it is sent again. */
  requests: KnownRequest[];
  counts: OutcomeCount[];
}

/** A request that can be told when it comes again. */
export interface KnownRequest {
  project: number;
  identity: string;
  receivedAt: number;
}

/** What is stored already; nothing is learned here. */
export interface Stored {
  project(project: number): boolean;
  /** What the project does not want to keep. */
  filter(project: number): EventFilter;
  /** Whether there are too many of them now. */
  flood(event: FloodEvent): FloodReason | null;
  request(project: number, identity: string): boolean;
  /** How many exceptions of logs may become events. */
  logErrors: LimitsTurn;
  /** Errors that came lately, by SDKs and by logs. */
  twins: TwinTurn;
  event(project: number, eventId: string): boolean;
  attachment(attachment: PreparedAttachment, project: number): boolean;
  feedback(feedback: FeedbackDraft): boolean;
  /** Whether the project may have more feedback now; it is taken to have it then. */
  roomForFeedback(project: number): boolean;
  /** Whether its monitor is kept, or there is room for it. */
  monitor(checkIn: CheckInDraft): boolean;
  /** Whether a batch has taken up this dead letter again. */
  redriven(letter: number): boolean;
}

/** A request and where it stands in the journal. */
export interface PlacedRequest {
  prepared: Prepared;
  position: JournalPosition;
}

export function makeBatch(
  requests: readonly PlacedRequest[],
  damages: readonly JournalDamage[],
  next: JournalPosition,
  stored: Stored,
  now: number,
): Batch {
  const batch: Batch = {
    next,
    events: [],
    sampled: [],
    sessions: [],
    logs: [],
    noise: [],
    spans: [],
    logsReceivedFrom: null,
    attachments: [],
    checkIns: [],
    feedback: [],
    logErrors: [],
    settledLogErrors: [],
    deadLetters: [],
    redriven: new Set(),
    requests: [],
    counts: [],
  };
  for (const damage of damages) takeDamage(batch, damage, now);
  const taken = new Set<string>();
  for (const request of requests) {
    if (!takeOffDeadLetters(batch, request.prepared, stored)) continue;
    if (!stored.project(request.prepared.request.project))
      batch.counts.push(...dropped(request.prepared, 'project_deleted'));
    else if (isRepeated(batch, request.prepared, stored, taken))
      batch.counts.push(...droppedAgain(request.prepared));
    else takeRequest(batch, request, stored, taken);
  }
  return batch;
}

/** `taken`: what the batch itself holds already. */
function takeRequest(
  batch: Batch,
  { prepared, position }: PlacedRequest,
  stored: Stored,
  taken: Set<string>,
): void {
  const { request } = prepared;
  const { project, key, receivedAt: at } = request;
  const isNew = (id: string, isStored: boolean) => {
    if (isStored || taken.has(id)) return false;
    taken.add(id);
    return true;
  };
  const count = (kind: RecordKind, isTaken: boolean, bytes: number) =>
    batch.counts.push(line(prepared, kind, isTaken ? null : 'duplicate', bytes));
  const filter = stored.filter(project);
  const filtered = new Map<string, DropReason>();

  const movedTo = new Map<string, string>();
  for (const event of prepared.events) {
    const { event_id } = event.row;
    if (!isNew(`event:${project}:${event_id}`, stored.event(project, event_id))) {
      count(event.kind, false, event.bytes);
      continue;
    }
    const own = stored.twins.isEmpty ? null : twinEventOf(event);
    const twin = own && !request.imported ? twinOf(batch, event, own, stored.twins, at) : null;
    if (twin) {
      if (twin.keptAs) movedTo.set(event_id, twin.keptAs);
      batch.counts.push(line(prepared, event.kind, twin.reason, event.bytes));
      continue;
    }
    const { rules } = filter;
    // Somebody asked for just these, and not for more than are there.
    const reason = request.imported
      ? null
      : (filter.ofEvent(event.facts) ?? stored.flood({ project, hash: event.row.grouping_hash, rules }));
    if (reason === null || reason === 'sampled') keepTwin(batch, event, own, stored.twins);
    if (reason === null) batch.events.push(event);
    else filtered.set(event_id, reason);
    if (reason === 'sampled') batch.sampled.push(event);
    batch.counts.push(
      reason === null ? kept(prepared, event) : line(prepared, event.kind, reason, event.bytes),
    );
  }
  for (const feedback of prepared.feedback) {
    const isTaken = isNew(`feedback:${project}:${feedback.feedbackId}`, stored.feedback(feedback));
    if (isTaken && !stored.roomForFeedback(project)) {
      filtered.set(feedback.feedbackId, 'too_much_feedback');
      batch.counts.push(line(prepared, 'feedback', 'too_much_feedback', feedback.bytes));
      continue;
    }
    if (isTaken) batch.feedback.push(feedback);
    count('feedback', isTaken, feedback.bytes);
  }
  for (const sent of prepared.attachments) {
    const attachment = { ...sent, eventId: movedTo.get(sent.eventId) ?? sent.eventId };
    const reason = filtered.get(attachment.eventId);
    if (reason !== undefined) {
      batch.counts.push(line(prepared, 'attachment', reason, attachment.bytes.byteLength));
      continue;
    }
    const id = attachmentKey(project, attachment.eventId, attachment.name, attachment.digest);
    const isTaken = isNew(`attachment:${id}`, stored.attachment(attachment, project));
    if (isTaken) batch.attachments.push({ ...attachment, project, at });
    count('attachment', isTaken, attachment.bytes.byteLength);
  }
  for (const { record, frame, message } of prepared.deadLetters) {
    const { kind, payload } = record;
    const place = `${position.segment}:${position.offset}`;
    batch.deadLetters.push({
      ...{ frame, message, project, key, kind, reason: 'processing_failed' },
      ...{ position: place, at },
    });
    const quantity = quantityOf(record);
    batch.counts.push({ ...line(prepared, kind, null, payload.byteLength), ...DEAD_LETTERED, quantity });
  }
  batch.sessions.push(...prepared.sessions);
  batch.logs.push(...prepared.logs);
  batch.noise.push(...prepared.noise);
  for (const { errors } of prepared.logs) {
    if (errors.length === 0) continue;
    const { taken, counts } = takeLogErrors(errors, filter.rules.logErrors, stored.logErrors);
    batch.logErrors.push(...taken);
    batch.counts.push(...counts);
  }
  takeSpans(batch, prepared, filter.rules.healthChecks);
  if (prepared.logs.length > 0) batch.logsReceivedFrom = Math.min(at, batch.logsReceivedFrom ?? at);
  for (const checkIn of prepared.checkIns) {
    const isKept = stored.monitor(checkIn);
    if (isKept) batch.checkIns.push(checkIn);
    batch.counts.push(line(prepared, 'check_in', isKept ? null : 'too_many_monitors', checkIn.bytes));
  }
  batch.counts.push(...prepared.counts);
}

/** Those of health checks are kept like others, or dropped and counted by themselves. */
function takeSpans(batch: Batch, prepared: Prepared, dropsHealthChecks: boolean): void {
  for (const spans of prepared.spans) {
    const { healthChecks, kind, bytes, quantity } = spans;
    const dropped = dropsHealthChecks ? healthChecks.rows : 0;
    if (spans.rows > 0) batch.spans.push(spans.lines);
    if (dropped === 0 && healthChecks.rows > 0) batch.spans.push(healthChecks.lines);
    const isDropped = dropped > 0 && spans.rows === 0;
    // A transaction counts once, however many spans it has: as long as one of them is kept, it is.
    const droppedQuantity = isDropped ? quantity : kind === 'transaction' ? 0 : Math.min(dropped, quantity);
    const droppedBytes = isDropped
      ? bytes
      : Math.round((bytes * droppedQuantity) / Math.max(1, spans.rows + healthChecks.rows));
    const count = (reason: FilterReason | null, part: number, size: number) => {
      if (part > 0) batch.counts.push({ ...line(prepared, kind, reason, size), quantity: part });
    };
    count(null, quantity - droppedQuantity, bytes - droppedBytes);
    count('filtered_health_check', droppedQuantity, droppedBytes);
  }
}

const DEAD_LETTERED = { outcome: 'dead_lettered', reason: 'processing_failed' } as const;

/** The same file of the same event: SDKs send a whole envelope again when they did not hear our answer. */
export function attachmentKey(project: number, eventId: string, name: string, digest: string): string {
  return `${project}:${eventId}:${digest}:${name}`;
}

/**
 * A letter driven through again leaves the dead letters of the ledger, whatever becomes of it now. False when a batch
 * has had it: a letter may be in the journal again more than once, and all of it was counted then.
 */
function takeOffDeadLetters(batch: Batch, prepared: Prepared, stored: Stored): boolean {
  const { redriveOf, records } = prepared.request;
  if (redriveOf === undefined) return true;
  const letter = Number(redriveOf);
  if (batch.redriven.has(letter) || stored.redriven(letter)) return false;
  batch.redriven.add(letter);
  for (const record of records)
    batch.counts.push({
      ...line(prepared, record.kind, null, -record.payload.byteLength),
      ...DEAD_LETTERED,
      quantity: -quantityOf(record),
    });
  return true;
}

/** One ledger line about a record: stored, or dropped for the reason given. */
function line(
  { request }: Prepared,
  kind: RecordKind,
  dropped: DropReason | null,
  bytes: number,
): OutcomeCount {
  const { receivedAt: at, project, key } = request;
  return {
    ...{ at, project, key, kind, quantity: 1, bytes },
    outcome: dropped ? 'dropped' : 'stored',
    reason: dropped ?? '',
  };
}

/** A stored event. One that is expected says so in the ledger: what it costs can be seen before it is filtered. */
function kept(prepared: Prepared, { kind, bytes, facts }: PreparedEvent): OutcomeCount {
  const counted = line(prepared, kind, null, bytes);
  return facts.expected === null ? counted : { ...counted, reason: expectedReason(facts.expected) };
}

/** Sent again because our answer was lost: by the sender's own name for it, or its spans. */
function isRepeated(batch: Batch, { request }: Prepared, stored: Stored, taken: Set<string>): boolean {
  const { project, identity, receivedAt } = request;
  if (identity === undefined) return false;
  const name = `request:${project}:${identity}`;
  if (taken.has(name) || stored.request(project, identity)) return true;
  taken.add(name);
  batch.requests.push({ project, identity, receivedAt });
  return false;
}

/** Each record as dropped. Ledger lines stand by themselves: the door sends its refusals without a project. */
function dropped(prepared: Prepared, reason: DropReason): OutcomeCount[] {
  return prepared.request.records.flatMap((record) =>
    record.type === 'counts'
      ? countsOf(record)
      : [{ ...line(prepared, record.kind, reason, record.payload.byteLength), quantity: quantityOf(record) }],
  );
}

/** What an SDK reports as discarded was discarded once, however often it says so. */
function droppedAgain(prepared: Prepared): OutcomeCount[] {
  return dropped(prepared, 'duplicate').filter(({ outcome }) => outcome !== 'discarded');
}

/** Bytes that no request can be made of: how many records they were, and whose, nobody knows. They count as one. */
function takeDamage(batch: Batch, damage: JournalDamage, now: number): void {
  const nobody = { project: null, key: null, kind: 'unknown', reason: 'journal_corrupt' } as const;
  batch.deadLetters.push({
    ...nobody,
    frame: damage.bytes,
    message: damage.what,
    position: `${damage.position.segment}:${damage.position.offset}`,
    at: now,
  });
  batch.counts.push({
    ...{ at: now, project: 0, key: 0, kind: 'unknown', outcome: 'dead_lettered', reason: nobody.reason },
    ...{ quantity: 1, bytes: damage.bytes.byteLength },
  });
}
