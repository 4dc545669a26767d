/** What a body is turned into, item by item, before the request as a whole is decided. */
import type { Decoded, Held, IngestRequest } from '#server/ingest/protocol.ts';
import type { AcceptedRecord, AcceptedType } from '#server/record/accepted.ts';
import type { DropReason, RecordKind } from '#server/record/outcome.ts';

export type Count = Decoded['counts'][number];

export interface Contents {
  records: AcceptedRecord[];
  counts: Count[];
  /** The event id a payload names; the envelope header's wins over it. */
  eventId?: string;
}

export function keep(
  type: AcceptedType,
  kind: RecordKind,
  payload: Uint8Array,
  meta: Record<string, unknown> = {},
): AcceptedRecord {
  return { type, kind, meta, payload };
}

/** For a route whose requests are about one thing, whatever else is in them. */
export function holds(kind: RecordKind): (request: Pick<IngestRequest, 'body'>) => Held[] {
  return ({ body }) => [{ kind, quantity: 1, bytes: body.length }];
}

export function drop(kind: RecordKind, reason: DropReason, bytes: number, quantity = 1): Count {
  return { kind, outcome: 'dropped', reason, quantity, bytes };
}
