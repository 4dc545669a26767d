/** What the live stream says. */
import * as z from 'zod';

/** GET /api/v1/live: server-sent events; each `data:` line is one of these. */
export const LiveMessage = z.object({
  type: z.literal('batch'),
  projectId: z.string(),
  issueIds: z.array(z.string()),
  newIssueIds: z.array(z.string()),
  events: z.number(),
  /** Title of the newest event, for the Set-up page. */
  lastTitle: z.string(),
  lastIssueId: z.string(),
});
export type LiveMessage = z.infer<typeof LiveMessage>;

/** GET /api/v1/status: is the program well; shown as a banner when not. */
export const Status = z.object({
  version: z.string(),
  engine: z.enum(['ready', 'restarting']),
  backlogBytes: z.number(),
  /** Sentences for a person; empty when all is well. */
  problems: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;
