/**
 * What of a request may pass: the pressure on the server, the project's quotas and the key's rate limit, record by
 * record. What may not is taken out and counted; the rest goes on. Reports of what an SDK discarded are never held back: they
 * are how the ledger balances.
 */
import { type AcceptedRecord, quantityOf } from '#server/record/accepted.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import type { KnownKey } from './keys.ts';
import { isRefusedAt, type PressureLevel } from './pressure.ts';
import type { Limit, LimitCode } from './protocol.ts';
import type { QuotaCounter, Sent } from './quota.ts';
import { createRateLimiter } from './rate-limit.ts';

interface Admitted {
  kept: AcceptedRecord[];
  refused: { record: AcceptedRecord; code: LimitCode }[];
  limits: Limit[];
}

export interface Admission {
  /** Whether the pressure lets this kind pass now. */
  takes(kind: RecordKind): boolean;
  admit(key: KnownKey, records: AcceptedRecord[], now: number): Admitted;
  /** What was admitted and not kept after all does not count against a quota. */
  giveBack(key: KnownKey, held: readonly Sent[], now: number): void;
}

/**
 * Kinds that count against a key's rate limit: what a person would call one thing sent. Sessions and
 * check-ins do not, or release health would be wrong whenever a limit is reached; attachments go with their event.
 */
const COUNTED: ReadonlySet<RecordKind> = new Set<RecordKind>([
  'event',
  'security',
  'feedback',
  'transaction',
  'span',
  'profile',
  'replay',
  'metric',
  'log',
]);

/** Kinds whose loss makes the attachments of the same request useless. */
const CARRIES_ATTACHMENTS = new Set<RecordKind>(['event', 'security', 'feedback']);

/** Seconds a sender waits when the server is behind: long enough to catch up, short against an SDK's queue. */
const OVERLOADED_RETRY_SECONDS = 30;

export function createAdmission(
  pressure: { readonly level: PressureLevel },
  quotas: Pick<QuotaCounter, 'take' | 'giveBack'>,
): Admission {
  const limiter = createRateLimiter();
  return {
    takes: (kind) => !isRefusedAt(pressure.level, kind),
    admit(key, records, now) {
      const { level } = pressure;
      const { rateLimit, projectId } = key;
      const kept: AcceptedRecord[] = [];
      const refused: Admitted['refused'] = [];
      const used = new Map<string, Limit>();
      for (const record of records) {
        const sent = sentIn(record);
        if (isOverloaded(record, level)) {
          refused.push({ record, code: 'overloaded' });
          continue;
        }
        const reached = record.type === 'counts' ? null : quotas.take(projectId, key.quotas, sent, now);
        if (reached) {
          used.set(reached.kinds.join(), reached);
          refused.push({ record, code: 'quota_exceeded' });
        } else if (
          rateLimit &&
          COUNTED.has(record.kind) &&
          !limiter.take(key.id, rateLimit, sent.quantity, now)
        ) {
          quotas.giveBack(projectId, sent, now);
          refused.push({ record, code: 'rate_limited' });
        } else kept.push(record);
      }
      const limits = [...overloadLimits(refused), ...used.values()];
      if (rateLimit && refused.some(({ code }) => code === 'rate_limited'))
        limits.push({
          kinds: [...COUNTED],
          retryAfterSeconds: limiter.retryAfterSeconds(key.id, rateLimit, now),
          scope: 'key',
          reason: 'rate_limited',
        });
      return withoutStrayAttachments({ kept, refused, limits });
    },
    giveBack(key, held, now) {
      for (const sent of held) quotas.giveBack(key.projectId, sent, now);
    },
  };
}

function sentIn(record: AcceptedRecord): Sent {
  return { kind: record.kind, quantity: quantityOf(record), bytes: record.payload.byteLength };
}

function isOverloaded(record: AcceptedRecord, level: PressureLevel): boolean {
  return record.type !== 'counts' && isRefusedAt(level, record.kind);
}

/** One limit for all kinds that the server does not take now. */
function overloadLimits(refused: Admitted['refused']): Limit[] {
  const kinds = new Set(refused.filter(({ code }) => code === 'overloaded').map(({ record }) => record.kind));
  if (kinds.size === 0) return [];
  return [
    {
      kinds: [...kinds],
      retryAfterSeconds: OVERLOADED_RETRY_SECONDS,
      scope: 'organization',
      reason: 'overloaded',
    },
  ];
}

/** When the event was refused, its attachments go too: they would belong to nothing. */
function withoutStrayAttachments(admitted: Admitted): Admitted {
  const carrier = admitted.refused.find(({ record }) => CARRIES_ATTACHMENTS.has(record.kind));
  if (!carrier || admitted.kept.some((record) => CARRIES_ATTACHMENTS.has(record.kind))) return admitted;
  const strays = admitted.kept.filter((record) => record.kind === 'attachment');
  return {
    ...admitted,
    kept: admitted.kept.filter((record) => record.kind !== 'attachment'),
    refused: [...admitted.refused, ...strays.map((record) => ({ record, code: carrier.code }))],
  };
}
