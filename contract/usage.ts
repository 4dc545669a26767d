/** The ledger of outcomes, dead letters and the disk. */
import * as z from 'zod';
import { PERIODS, Trend } from './issues.ts';
import { QuotaUsed } from './projects.ts';
import { time } from './time.ts';

export const UsageQuery = z.object({
  project: z.string().max(100).default(''),
  period: z.enum(PERIODS).default('24h'),
});
export type UsageQuery = z.input<typeof UsageQuery>;
export const UsageLine = z.object({
  projectId: z.string(),
  keyId: z.string(),
  kind: z.string(),
  outcome: z.enum(['stored', 'dropped', 'rejected', 'dead_lettered', 'discarded']),
  reason: z.string(),
  /** The sentence for the reason. */
  explanation: z.string(),
  quantity: z.number(),
  bytes: z.number(),
});
export const Usage = z.object({
  from: time,
  to: time,
  lines: z.array(UsageLine),
  series: z.array(z.object({ outcome: z.string(), trend: Trend })),
  /** Accepted but not yet processed: why the newest numbers may still move. */
  backlogBytes: z.number(),
  disk: z.array(z.object({ what: z.string(), rows: z.number().nullable(), bytes: z.number() })),
  /** What of the quotas of the projects is used today (UTC), of those that have any. */
  quotas: z.array(QuotaUsed.extend({ projectId: z.string() })),
});
export type Usage = z.infer<typeof Usage>;

export const DeadLetter = z.object({
  id: z.string(),
  projectId: z.string().nullable(),
  kind: z.string(),
  reason: z.string(),
  message: z.string(),
  bytes: z.number(),
  position: z.string(),
  createdAt: time,
  redrivenAt: time.nullable(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
/** GET /api/v1/dead-letters?project=&cursor=&limit= ; GET /:id/raw (bytes) ; POST /:id/redrive (204) ; DELETE /:id (204) */
export const DeadLetters = z.object({
  items: z.array(DeadLetter),
  total: z.number(),
  nextCursor: z.string().nullable(),
});
export type DeadLetters = z.infer<typeof DeadLetters>;
