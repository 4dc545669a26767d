/** What `tandem export` takes away: a project in parts, each a stream of JSON lines, and the plan of them. */
import * as z from 'zod';
import { time } from './time.ts';

/** Parts that are one stream each. */
export const WHOLE_PARTS = [
  'settings',
  'issues',
  'releases',
  'feedback',
  'attachments',
  'monitors',
  'check-ins',
  'artifacts',
] as const;
export type WholePart = (typeof WHOLE_PARTS)[number];

/** Parts that are streams of a period each. Those of logs are had from GET /api/v1/logs/export, in the format one likes. */
export const TIMED_PARTS = ['events', 'sessions', 'spans'] as const;
export type TimedPart = (typeof TIMED_PARTS)[number];

export const ExportPart = z.object({
  kind: z.enum([...WHOLE_PARTS, ...TIMED_PARTS, 'logs']),
  /** The period, from its first millisecond to before `to`; null: of all time. */
  from: time.nullable(),
  to: time.nullable(),
  /** Records there were when the plan was made. */
  records: z.number(),
});
export type ExportPart = z.infer<typeof ExportPart>;

/** GET /api/v1/exports/:slug */
export const ExportPlan = z.object({
  project: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  version: z.string(),
  /** What came later is in no part. */
  until: time,
  parts: z.array(ExportPart),
  /** What is in no part, and why. */
  left: z.array(z.object({ what: z.string(), why: z.string() })),
});
export type ExportPlan = z.infer<typeof ExportPlan>;

/** GET /api/v1/exports/:slug/:part?from=&to=&until= : JSON lines, in an order that stays. */
export const ExportQuery = z.object({
  from: time.optional(),
  to: time.optional(),
  until: time.optional(),
});
