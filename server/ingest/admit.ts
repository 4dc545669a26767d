/**
 * What of a request may pass: the key's rate limit and the pressure on the server, record by record. What may
 * not is taken out and counted; the rest goes on. Reports of what an SDK discarded are never held back: they
 * are how the ledger balances.
 */
import type { AcceptedRecord } from '#server/record/accepted.ts';
import type { RecordKind } from '#server/record/outcome.ts';
import type { KnownKey } from './keys.ts';
import { isRefusedAt, type PressureLevel } from './pressure.ts';
import type { Limit } from './protocol.ts';
import { createRateLimiter } from './rate-limit.ts';

type LimitCode = 'rate_limited' | 'overloaded';

interface Admitted {
  kept: AcceptedRecord[];
  refused: { record: AcceptedRecord; code: LimitCode }[];
  limits: Limit[];
}

export interface Admission {
  admit(key: KnownKey, records: AcceptedRecord[], now: number): Admitted;
}

/**
 * Kinds that count against a key's rate limit: what a person would call one thing sent. Sessions and
 * check-ins do not, or release health would be wrong whenever a limit is reached; attachments go with their event.
 */
const COUNTED_KINDS: readonly RecordKind[] = [
  'event',
  'security',
  'feedback',
  'transaction',
  'span',
  'profile',
  'replay',
  'metric',
  'log',
  'unknown',
];
const COUNTED = new Set<RecordKind>(COUNTED_KINDS);

/** Kinds whose loss makes the attachments of the same request useless. */
const CARRIES_ATTACHMENTS = new Set<RecordKind>(['event', 'security', 'feedback']);

/** Seconds a sender waits when the server is behind: long enough to catch up, short against an SDK's queue. */
const OVERLOADED_RETRY_SECONDS = 30;

export function createAdmission(pressure: { readonly level: PressureLevel }): Admission {
  const limiter = createRateLimiter();
  return {
    admit(key, records, now) {
      const level = pressure.level;
      if (level === 0 && key.rateLimit === null) return { kept: records, refused: [], limits: [] };

      const admitted: Admitted = { kept: [], refused: [], limits: [] };
      let left = key.rateLimit
        ? limiter.take(key.id, key.rateLimit, countWanted(records, level), now)
        : Infinity;
      for (const record of records) {
        const code = refusal(record);
        if (code === null) admitted.kept.push(record);
        else admitted.refused.push({ record, code });
      }
      withoutStrayAttachments(admitted);
      admitted.limits = limitsOf(admitted);
      return admitted;

      function refusal(record: AcceptedRecord): LimitCode | null {
        if (record.type === 'counts') return null;
        if (isRefusedAt(level, record.kind)) return 'overloaded';
        if (!COUNTED.has(record.kind)) return null;
        return left-- > 0 ? null : 'rate_limited';
      }
      function limitsOf({ refused }: Admitted): Limit[] {
        const limits: Limit[] = [];
        if (refused.some(({ code }) => code === 'rate_limited') && key.rateLimit)
          limits.push({
            kinds: [...COUNTED_KINDS],
            retryAfterSeconds: limiter.retryAfterSeconds(key.id, key.rateLimit, now),
            scope: 'key',
            reason: 'rate_limited',
          });
        const overloaded = new Set(
          refused.filter(({ code }) => code === 'overloaded').map(({ record }) => record.kind),
        );
        if (overloaded.size > 0)
          limits.push({
            kinds: [...overloaded],
            retryAfterSeconds: OVERLOADED_RETRY_SECONDS,
            scope: 'organization',
            reason: 'overloaded',
          });
        return limits;
      }
    },
  };
}

function countWanted(records: AcceptedRecord[], level: PressureLevel): number {
  return records.filter(
    (record) => record.type !== 'counts' && COUNTED.has(record.kind) && !isRefusedAt(level, record.kind),
  ).length;
}

/** When the event was refused, its attachments go too: they would belong to nothing. */
function withoutStrayAttachments(admitted: Admitted): void {
  const carrier = admitted.refused.find(({ record }) => CARRIES_ATTACHMENTS.has(record.kind));
  if (!carrier || admitted.kept.some((record) => CARRIES_ATTACHMENTS.has(record.kind))) return;
  for (const record of admitted.kept)
    if (record.kind === 'attachment') admitted.refused.push({ record, code: carrier.code });
  admitted.kept = admitted.kept.filter((record) => record.kind !== 'attachment');
}
