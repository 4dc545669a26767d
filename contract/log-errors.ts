/** Errors found in log records: how an event and a log record lead to each other. */
import * as z from 'zod';

/** Of an event: the log record that told of it. */
export const EventLog = z.object({
  /** As GET /api/v1/logs/:id/surroundings takes it. */
  recordId: z.string(),
  /** `log`: the event was made of the record. `sdk`: an SDK sent it, and the record tells of the same error. `both`: it was made of the record, and an SDK sent the same afterwards, which is what is shown. */
  from: z.enum(['log', 'sdk', 'both']),
});
export type EventLog = z.infer<typeof EventLog>;

/** Of an issue: its events that are made of log records. */
export const IssueLogs = z.object({
  /** Since the beginning, as `events` of the issue. */
  events: z.number(),
  /** Patterns of the newest such records that are known. */
  patterns: z.array(z.string()),
  /** The newest of them; null: it is too long ago to be known. */
  recordId: z.string().nullable(),
});
export type IssueLogs = z.infer<typeof IssueLogs>;
