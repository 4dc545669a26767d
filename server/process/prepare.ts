/**
 * The pure part of `process`: one journal frame becomes rows and drafts, with no store in sight. A record that
 * makes a step throw becomes a dead letter and never stops the ones beside it.
 */
import { hash } from 'node:crypto';
import { type EventFacts, factsOf } from '#server/filters/event-facts.ts';
import {
  type AcceptedRecord,
  type AcceptedRequest,
  type AttachmentMeta,
  type CountsMeta,
  type EventMeta,
  encodeAccepted,
  type LogsMeta,
  quantityOf,
  type SpansMeta,
} from '#server/record/accepted.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { NoiseCount, NoiseRules } from '#server/record/noise.ts';
import type { DropReason, OutcomeCount, RecordKind } from '#server/record/outcome.ts';
import type { NativePart } from '#server/store/telemetry/native-columns.ts';
import type { EventRow, SessionRow } from '#server/store/telemetry/rows.ts';
import { type CheckInDraft, readCheckIn } from './check-ins.ts';
import { eventRow } from './event-row.ts';
import { type FeedbackDraft, readFeedbackEvent, readUserReport } from './feedback.ts';
import { groupV1 } from './group/group-v1.ts';
import { titleOf } from './group/title.ts';
import { markInApp } from './in-app/mark-in-app.ts';
import type { LogError } from './log-errors/log-error.ts';
import { type TwinSource, twinSourceOf } from './log-errors/twin-facts.ts';
import { logRows } from './logs/log-rows.ts';
import { NoiseTally } from './noise/noise-tally.ts';
import { normalizeEvent } from './normalize/normalize-event.ts';
import type { GroupingRules } from './rules/grouping-rules.ts';
import { sessionRows } from './session-row.ts';
import { type SpanLines, spanLines } from './spans/span-rows.ts';
import type { StageClock } from './stage-clock.ts';

export interface PreparedEvent {
  /** The ledger's, as the door saw it. */
  kind: RecordKind;
  row: EventRow;
  /** What filters look at. */
  facts: EventFacts;
  /** The project's rules that it was grouped by; undefined: there are none. */
  rules: GroupingRules | undefined;
  /** Bytes as sent. */
  bytes: number;
  /** What it is told by when it came by a log too. */
  twin: TwinSource | null;
  /** The log record it is made of; null: an SDK sent it. */
  logId: string | null;
}

export interface PreparedAttachment extends AttachmentMeta {
  eventId: string;
  bytes: Buffer;
  /** SHA-256 of the bytes, as blobs are named by. */
  digest: string;
}

/** Rows of the table `logs`. */
export interface PreparedLogs extends NativePart {
  /** Records that may carry an exception. */
  errors: LogError[];
  /** Bytes as sent. */
  bytes: number;
}

/** Rows of the table `spans`. */
export interface PreparedSpans extends SpanLines {
  /** Bytes as sent. */
  bytes: number;
  /** `transaction`: the lines are one. */
  kind: RecordKind;
  quantity: number;
}

export interface PreparedCheckIn extends CheckInDraft {
  /** As sent. */
  bytes: number;
}

export interface PreparedDeadLetter {
  record: AcceptedRecord;
  /** The record alone as a frame of its own, so that it can be driven through again. */
  frame: Uint8Array;
  message: string;
}

/** What one request of a sender comes to. */
export interface Prepared {
  request: AcceptedRequest;
  events: PreparedEvent[];
  sessions: SessionRow[];
  logs: PreparedLogs[];
  /** What the noise rules of the project did to them. */
  noise: NoiseCount[];
  spans: PreparedSpans[];
  attachments: PreparedAttachment[];
  checkIns: PreparedCheckIn[];
  feedback: FeedbackDraft[];
  deadLetters: PreparedDeadLetter[];
  /** Ledger lines, all but those of events, spans, attachments, check-ins and feedback: whether they are kept is not known here. */
  counts: OutcomeCount[];
}

/** Events that were read before, by their record: see readable-events.ts. */
type ReadEvents = ReadonlyMap<AcceptedRecord, EventPayload>;

export function prepare(
  request: AcceptedRequest,
  stages: StageClock,
  events: ReadEvents = new Map(),
  rules?: GroupingRules,
  noise?: NoiseRules,
): Prepared {
  const prepared: Prepared = {
    request,
    events: [],
    sessions: [],
    logs: [],
    noise: [],
    spans: [],
    attachments: [],
    checkIns: [],
    feedback: [],
    deadLetters: [],
    counts: [],
  };
  for (const record of request.records) {
    try {
      prepareRecord(prepared, record, stages, events, { rules, noise });
    } catch (error) {
      prepared.deadLetters.push(deadLetter(request, record, error));
    }
  }
  return prepared;
}

function prepareRecord(
  prepared: Prepared,
  record: AcceptedRecord,
  stages: StageClock,
  events: ReadEvents,
  { rules, noise }: { rules: GroupingRules | undefined; noise: NoiseRules | undefined },
): void {
  const { request } = prepared;
  const { payload } = record;
  switch (record.type) {
    case 'event':
      prepared.events.push(prepareEvent(request, record, stages, events.get(record), rules));
      return;
    case 'attachment':
      prepared.attachments.push({
        ...(record.meta as unknown as AttachmentMeta),
        eventId: request.eventId ?? '',
        bytes: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
        digest: hash('sha256', payload),
      });
      return;
    case 'feedback':
      prepared.feedback.push(readFeedbackEvent(payload, request));
      return;
    case 'user_report':
      prepared.feedback.push(readUserReport(payload, request));
      return;
    case 'session':
    case 'sessions': {
      const rows = sessionRows(record.type, payload, request.project, request.receivedAt);
      const quantity = rows.reduce((sum, row) => sum + row.quantity, 0);
      prepared.sessions.push(...rows);
      prepared.counts.push(count(request, record, rows.length > 0 ? null : 'no_release', quantity || 1));
      return;
    }
    case 'check_in':
      prepared.checkIns.push({ ...readCheckIn(payload, request), bytes: payload.byteLength });
      return;
    case 'logs':
      prepareLogs(prepared, record, stages, noise);
      return;
    case 'spans': {
      const { source } = record.meta as unknown as SpansMeta;
      const started = stages.start();
      const spans = spanLines(payload, { ...request, source });
      stages.add('spans', started);
      const { kind } = record;
      prepared.spans.push({ ...spans, bytes: payload.byteLength, kind, quantity: quantityOf(record) });
      return;
    }
    case 'counts':
      prepared.counts.push(...countsOf(record));
      return;
    default:
      // Written by a newer version, before this one was started in its place.
      throw new Error(`this version does not know records of type ${record.type satisfies never}`);
  }
}

function prepareLogs(
  prepared: Prepared,
  record: AcceptedRecord,
  stages: StageClock,
  rules: NoiseRules | undefined,
): void {
  const { request } = prepared;
  const { payload } = record;
  const { source, quantity } = record.meta as unknown as LogsMeta;
  const started = stages.start();
  const tally = rules && new NoiseTally(rules);
  const logs = logRows(payload, { ...request, source }, tally);
  stages.add('logs', started);
  const bytes = payload.byteLength;
  const noise = tally?.counts(request.project, bytes) ?? [];
  prepared.noise.push(...noise);
  if (logs.rows > 0) prepared.logs.push({ ...logs, bytes });
  // Lines as sent: of a joined stack trace they are more than the rows.
  const whole = count(request, record, null, quantity);
  const gone = noiseDropped(noise, { quantity, bytes, rows: logs.rows });
  const left = { quantity: quantity - sumOf(gone, 'quantity'), bytes: bytes - sumOf(gone, 'bytes') };
  if (left.quantity > 0 || gone.length === 0) prepared.counts.push({ ...whole, ...left });
  for (const each of gone) prepared.counts.push({ ...whole, outcome: 'dropped', ...each });
}

const NOISE_REASONS = { dropped: 'noise_dropped', sampled: 'noise_sampled' } as const;

/**
 * What the ledger says of rows that are not kept. Never more than was sent; when no row is left, the lines that were
 * joined to those rows went with them.
 */
function noiseDropped(noise: readonly NoiseCount[], sent: { quantity: number; bytes: number; rows: number }) {
  let left = sent.quantity;
  const lines = (['dropped', 'sampled'] as const).flatMap((fate) => {
    const counts = noise.filter((each) => each.fate === fate);
    const quantity = Math.min(left, sumOf(counts, 'records'));
    left -= quantity;
    return quantity === 0 ? [] : [{ reason: NOISE_REASONS[fate], quantity, bytes: sumOf(counts, 'bytes') }];
  });
  const last = lines.at(-1);
  if (last && sent.rows === 0) {
    last.quantity += left;
    last.bytes += sent.bytes - sumOf(lines, 'bytes');
  }
  return lines;
}

const sumOf = <Name extends string>(counts: readonly Readonly<Record<Name, number>>[], what: Name) =>
  counts.reduce((sum, count) => sum + count[what], 0);

function prepareEvent(
  request: AcceptedRequest,
  record: AcceptedRecord,
  stages: StageClock,
  known: EventPayload | undefined,
  rules: GroupingRules | undefined,
): PreparedEvent {
  const { kind, payload } = record;
  const started = stages.start();
  const event = known ?? readEvent(request, record);
  const normalized = stages.add('normalize', started);
  markInApp(event, rules?.stack);
  const title = titleOf(event, rules);
  const grouping = groupV1(event, rules);
  const grouped = stages.add('group', normalized);
  const row = eventRow(request.project, event, title, grouping);
  stages.add('row', grouped);
  const { logId = null } = record.meta as EventMeta;
  return {
    kind,
    row,
    facts: factsOf(event),
    rules,
    bytes: payload.byteLength,
    twin: twinSourceOf(event),
    logId,
  };
}

export function readEvent(request: AcceptedRequest, { meta, payload }: AcceptedRecord): EventPayload {
  const eventId = (meta as EventMeta).eventId ?? request.eventId ?? '';
  return normalizeEvent(payload, { ...request, eventId });
}

/** The ledger lines that a record of counts carries. */
export function countsOf(record: AcceptedRecord): OutcomeCount[] {
  return (record.meta as unknown as CountsMeta).counts;
}

/** One ledger line about a record: stored, or dropped for the reason given. */
function count(
  request: AcceptedRequest,
  record: Pick<AcceptedRecord, 'kind' | 'payload'>,
  dropped: DropReason | null,
  quantity = 1,
): OutcomeCount {
  return {
    at: request.receivedAt,
    project: request.project,
    key: request.key,
    kind: record.kind,
    outcome: dropped ? 'dropped' : 'stored',
    reason: dropped ?? '',
    quantity,
    bytes: record.payload.byteLength,
  };
}

/** Keeps one record aside, alone in a frame of its own. */
export function deadLetter(
  request: AcceptedRequest,
  record: AcceptedRecord,
  error: unknown,
): PreparedDeadLetter {
  return {
    record,
    // Driven through again it is not the sender's second try.
    frame: Buffer.concat(encodeAccepted({ ...request, identity: undefined, records: [record] })),
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
