/**
 * What the door hands to the journal: the records of one request, whole or not at all. The journal keeps it
 * as one frame of bytes. Format 1, frozen: u32 BE length of a JSON header, the header, then the payloads one
 * after the other in the header's order.
 */
import type { OutcomeCount, RecordKind } from './outcome.ts';

/** What one record is to `process`; finer than the ledger's kind, since it decides how the payload is read. */
export type AcceptedType =
  | 'event' // Sentry event JSON (error, default, csp...). meta: EventMeta
  | 'attachment' // raw bytes. meta: AttachmentMeta
  | 'feedback' // Sentry event JSON with contexts.feedback. meta: {}
  | 'user_report' // JSON {event_id,name,email,comments}. meta: {}
  | 'session' // one session update, JSON. meta: {}
  | 'sessions' // pre-aggregated sessions, JSON. meta: {}
  | 'check_in' // check-in JSON. meta: {}
  | 'logs' // a LogBatch (record/log.ts). meta: LogsMeta
  | 'spans' // a SpanBatch (record/span.ts) that the ledger counts as meta.quantity. meta: SpansMeta
  | 'counts'; // no payload: meta.counts is a list of ledger lines (client reports, items not kept, refusals)

export interface AcceptedRecord {
  type: AcceptedType;
  kind: RecordKind;
  /** Small facts of the decoder, JSON. */
  meta: Record<string, unknown>;
  payload: Uint8Array;
}

/** `meta` of an event record. */
export interface EventMeta {
  /** Its own id, where one request holds several events (browsers report in lists); else the request's counts. */
  eventId?: string;
  /** The log record that it was found in; the program's own word, no sender's. */
  logId?: string;
}

/** `meta` of an attachment record. */
export interface AttachmentMeta {
  name: string;
  contentType: string;
  /** Sentry's attachment_type, `event.attachment` by default. */
  attachmentType: string;
}

/** `meta` of a logs record. */
export interface LogsMeta {
  /** As the sender counts: lines of a stack trace that were joined to one record count each. */
  quantity: number;
  /** The protocol it came by: `loki`, `otlp` … */
  source: string;
}

/** `meta` of a spans record. */
export interface SpansMeta {
  /** What a sender would say it sent: so many spans, or one transaction, however many spans it has. */
  quantity: number;
  /** The protocol it came by: `otlp`, `sentry` … */
  source: string;
}

/** `meta` of a counts record. */
export interface CountsMeta {
  counts: OutcomeCount[];
}

/** Records that people wait for, and those that come in floods: each kind has a journal of its own. */
export type LaneName = 'records' | 'bulk';

const BULK: ReadonlySet<AcceptedType> = new Set<AcceptedType>(['logs', 'spans']);

export const laneOf = (type: AcceptedType): LaneName => (BULK.has(type) ? 'bulk' : 'records');

/** How many records of the ledger one accepted record stands for. */
export function quantityOf({ type, meta }: Pick<AcceptedRecord, 'type' | 'meta'>): number {
  return BULK.has(type) ? (meta as unknown as LogsMeta | SpansMeta).quantity : 1;
}

/** One request as accepted. Ids and addresses are what the door knows, before any processing. */
export interface AcceptedRequest {
  project: number;
  /** Ingest key id. */
  key: number;
  /** Milliseconds since 1970, the door's clock. */
  receivedAt: number;
  /** Milliseconds since 1970 by the sender's clock, from the envelope's sent_at. */
  sentAt?: number;
  /** 32 lower-case hex; the event the request is about. */
  eventId?: string;
  /** The sender's address as the listener saw it. */
  clientIp?: string;
  userAgent?: string;
  /** Sentry's trace header (DSC) and sdk of the envelope header. */
  trace?: Record<string, unknown>;
  sdk?: { name?: string; version?: string };
  /** 32 lower-case hex, the same when the sender sends the same again; absent where nobody can tell. */
  identity?: string;
  /** Brought from another tracker by who may: its time is believed however old it is, and no filter or spike drops it. */
  imported?: boolean;
  /** Set when a dead letter is driven through again: its id. */
  redriveOf?: string;
  records: AcceptedRecord[];
}

/** The parts of one journal frame; the journal concatenates them. */
export function encodeAccepted(request: AcceptedRequest): Uint8Array[] {
  const header = Buffer.from(
    JSON.stringify({
      ...request,
      records: request.records.map(({ type, kind, meta, payload }) => ({
        type,
        kind,
        meta,
        length: payload.byteLength,
      })),
    }),
  );
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(header.byteLength);
  return [length, header, ...request.records.map((record) => record.payload)];
}

/** Reads one frame. Throws a plain Error when the bytes are not a frame of this format. */
export function decodeAccepted(frame: Uint8Array): AcceptedRequest {
  const buffer = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const headerEnd = 4 + buffer.readUInt32BE(0);
  const header = JSON.parse(buffer.toString('utf8', 4, headerEnd));
  let at = headerEnd;
  const records: AcceptedRecord[] = header.records.map(
    (record: { type: AcceptedType; kind: RecordKind; meta: Record<string, unknown>; length: number }) => {
      const payload = buffer.subarray(at, at + record.length);
      at += record.length;
      return { type: record.type, kind: record.kind, meta: record.meta, payload };
    },
  );
  if (at !== buffer.byteLength)
    throw new Error(`accepted request: ${buffer.byteLength - at} bytes left over`);
  return { ...header, records };
}
