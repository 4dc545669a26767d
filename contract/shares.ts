/** The public link to one issue, and what stands behind it. */
import * as z from 'zod';
import { time } from './time.ts';

/** PUT /api/v1/issues/:id/share makes the link, or tells the one there is; DELETE takes it back (204). */
export const IssueShare = z.object({
  /** The address is /share/TOKEN. */
  token: z.string(),
  /** Null: one who has left. */
  by: z.string().nullable(),
  at: time,
});
export type IssueShare = z.infer<typeof IssueShare>;

/** GET and PATCH /api/v1/organization */
export const Organization = z.object({
  slug: z.string(),
  name: z.string(),
  /** Whether issues may have public links; off, those there are lead nowhere. */
  sharing: z.boolean(),
});
export type Organization = z.infer<typeof Organization>;
export const OrganizationUpdate = z.object({ sharing: z.boolean() });
export type OrganizationUpdate = z.infer<typeof OrganizationUpdate>;

/** GET /api/v1/shared-issues/:token, for everybody who has the link. */
export const SharedIssue = z.object({
  shortId: z.string(),
  title: z.string(),
  culprit: z.string(),
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug']),
  status: z.enum(['unresolved', 'resolved', 'archived']),
  firstSeen: time,
  lastSeen: time,
  events: z.number(),
  /** Of its latest event; null: it has none any more. */
  event: z
    .object({
      at: time,
      /** Of the event's payload (see there): platform, exceptions and stacks, without variables. */
      payload: z.record(z.string(), z.unknown()),
      /** Those that say nothing about a person. */
      tags: z.array(z.tuple([z.string(), z.string()])),
    })
    .nullable(),
});
export type SharedIssue = z.infer<typeof SharedIssue>;
