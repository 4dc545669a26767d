/**
 * From decoded records to durable ones, the same for HTTP and for sockets: admit, then append; whatever is not kept is
 * counted with its reason. What arrived together is one frame per lane, whole or not at all.
 */
import { assert } from '#server/platform/assert.ts';
import type { Metrics } from '#server/platform/metrics.ts';
import { type Rejection, Unavailable } from '#server/platform/rejection.ts';
import {
  type AcceptedRecord,
  encodeAccepted,
  type LaneName,
  laneOf,
  quantityOf,
} from '#server/record/accepted.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import { REJECTIONS, type RejectionCode } from '#server/record/rejections.ts';
import type { Admission } from './admit.ts';
import type { KnownKey } from './keys.ts';
import type { Append, Decoded, Held, Limit } from './protocol.ts';
import type { Refusals } from './refusals.ts';
import { frameIdentity } from './request-identity.ts';

/** What the door knows of what arrived. */
export interface From {
  receivedAt: number;
  clientIp?: string;
  /** See `namedIdentity`. */
  identity?: string;
}

/** What was decoded and may pass. */
export interface Admitted {
  /** What is neither durable nor counted as refused. */
  readonly pending: Held[];
  readonly limits: Limit[];
  /** Something was sent that counts, and none of it may pass now. */
  readonly isRefused: boolean;
}

export interface Acceptance {
  /** Whether the server has room for this kind now. For those who can wait. */
  takes(kind: RecordKind): boolean;
  /** Once for what arrived together. What may not pass is counted. */
  admit(key: KnownKey, decoded: Decoded, from: From): Admitted;
  /** Resolves when all of it is durable. Throws Unavailable; called again, it appends what is still pending. */
  append(admitted: Admitted): Promise<void>;
  /** Gives up what was admitted and could not be made durable: it counts as refused, and against no quota. */
  abandon(admitted: Admitted, code: RejectionCode, key: KnownKey, now: number): void;
  /** Counts what came and will not be kept; `key` null: nobody we know sent it. */
  refuse(held: Held[], code: RejectionCode, key: KnownKey | null): void;
}

/** The part of a request that goes to one lane. */
interface Frame {
  lane: LaneName;
  parts: Uint8Array[];
  records: AcceptedRecord[];
  held: Held[];
}

export function createAcceptance(options: {
  append: Append;
  admission: Admission;
  refusals: Refusals;
  metrics: Metrics;
}): Acceptance {
  const { append: appendTo, admission, refusals, metrics } = options;
  const framesOf = new WeakMap<Admitted, Set<Frame>>();

  function refuse(held: Held[], code: RejectionCode, key: KnownKey | null) {
    const { projectId: project = 0, id = 0 } = key ?? {};
    for (const { kind, quantity, bytes } of held) {
      metrics.ingestRecords.inc({ kind, outcome: 'rejected' }, quantity);
      refusals.add({ project, key: id, kind, code, quantity, bytes });
    }
  }

  async function appendFrame(frame: Frame, pending: Set<Frame>) {
    await appendTo(frame.lane, frame.parts);
    pending.delete(frame);
    for (const record of frame.records)
      if (record.type !== 'counts')
        metrics.ingestRecords.inc({ kind: record.kind, outcome: 'accepted' }, quantityOf(record));
  }

  return {
    takes: (kind) => admission.takes(kind),
    admit(key, decoded, from) {
      const { kept, refused, limits } = admission.admit(key, decoded.request.records, from.receivedAt);
      for (const { record, code } of refused) refuse([heldBy(record)], code, key);
      const frames = new Set(framesFor(key, decoded, kept, from));
      const admitted: Admitted = {
        get pending() {
          return [...frames].flatMap(({ held }) => held);
        },
        limits,
        isRefused: refused.length > 0 && kept.every((record) => record.type === 'counts'),
      };
      framesOf.set(admitted, frames);
      return admitted;
    },
    async append(admitted) {
      const frames = framesOf.get(admitted);
      assert(frames, 'what is appended was admitted here');
      if (frames.size === 0) return;
      const stop = metrics.journalAppendSeconds.startTimer();
      // All of them are waited for: what is tried again must not be on its way still.
      const ends = await Promise.allSettled([...frames].map((frame) => appendFrame(frame, frames)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      stop();
    },
    abandon(admitted, code, key, now) {
      const { pending } = admitted;
      admission.giveBack(key, pending, now);
      refuse(pending, code, key);
    },
    refuse,
  };
}

/** The records by lane, with the decoder's counts. Nothing to keep, nothing to write. */
function framesFor(
  key: KnownKey,
  decoded: Decoded,
  kept: AcceptedRecord[],
  { receivedAt, clientIp, identity }: From,
): Frame[] {
  const hasCounts = decoded.counts.length > 0;
  const records = hasCounts ? [...kept, countsRecord(decoded, key, receivedAt)] : kept;
  const shared = { ...decoded.request, project: key.projectId, key: key.id, receivedAt, clientIp };
  const dropped = decoded.counts.filter(({ outcome }) => outcome === 'dropped');
  return [...Map.groupBy(records, ({ type }) => laneOf(type))].map(([lane, together]) => ({
    lane,
    parts: encodeAccepted({
      ...shared,
      identity: frameIdentity(lane, together, key.id, { named: identity, eventId: decoded.request.eventId }),
      records: together,
    }),
    records: together,
    held: [
      ...together.filter(({ type }) => type !== 'counts').map(heldBy),
      ...(together.some(({ type }) => type === 'counts') ? dropped : []),
    ],
  }));
}

/** The ledger line for items that were read and are not kept: it is as durable as the records beside it. */
function countsRecord(decoded: Decoded, key: KnownKey, at: number): AcceptedRecord {
  const counts = decoded.counts.map((line) => ({ ...line, at, project: key.projectId, key: key.id }));
  return { type: 'counts', kind: 'unknown', meta: { counts }, payload: new Uint8Array(0) };
}

function heldBy(record: AcceptedRecord): Held {
  return { kind: record.kind, quantity: quantityOf(record), bytes: record.payload.byteLength };
}

/** The ledger knows the codes of the table. What we could not take for now counts as the server being behind. */
export function codeOf(error: Rejection | Unavailable): RejectionCode {
  if (error instanceof Unavailable) return 'overloaded';
  assert(
    error.code in REJECTIONS,
    `a protocol refused with the code ${error.code}, which is not in the table`,
  );
  return error.code as RejectionCode;
}
