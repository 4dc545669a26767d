/** Events of an issue, one by one. */
import * as z from 'zod';
import { Level, PERIODS } from './issues.ts';
import { EventLog } from './log-errors.ts';
import { time } from './time.ts';

/** One row of GET /api/v1/issues/:id/events?cursor=&limit=&query= (newest first). */
export const EventSummary = z.object({
  id: z.string(),
  timestamp: time,
  title: z.string(),
  level: Level,
  release: z.string(),
  environment: z.string(),
  user: z.string(),
  url: z.string(),
  traceId: z.string(),
});
export type EventSummary = z.infer<typeof EventSummary>;
/** Sentences for the one who searches: why nothing was found. */
const notices = z.array(z.string());
export const EventList = z.object({
  items: z.array(EventSummary),
  nextCursor: z.string().nullable(),
  notices,
});
export type EventList = z.infer<typeof EventList>;

export const ATTACHMENT_PREVIEWS = ['image', 'text', 'json', 'view_hierarchy'] as const;
/** GET /api/v1/events?project=&query=&period=&cursor=&limit= (newest first) */
export const EventSearch = z.object({
  /** Slug; empty: all projects one may see. */
  project: z.string().max(100).default(''),
  query: z.string().max(1000).default(''),
  period: z.enum(PERIODS).default('14d'),
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export const FoundEvents = z.object({
  items: z.array(
    EventSummary.extend({
      project: z.string(),
      /** Id of its issue; null: it was deleted. */
      issueId: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
  notices,
});
export type FoundEvents = z.infer<typeof FoundEvents>;

export const Attachment = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  attachmentType: z.string(),
  bytes: z.number(),
  createdAt: time,
  /** Download address; served as attachment, never inline HTML. */
  url: z.string(),
  /** How it can be looked at here, as its name and type say; null: as a download only. */
  preview: z.enum(ATTACHMENT_PREVIEWS).nullable(),
});
export type Attachment = z.infer<typeof Attachment>;

/** GET /api/v1/attachments/:id/text : its beginning. GET …/image : a picture, where its bytes are one. DELETE of the file (204) */
export const AttachmentText = z.object({
  text: z.string(),
  /** There is more in the file. */
  cutShort: z.boolean(),
});
export type AttachmentText = z.infer<typeof AttachmentText>;

/** GET /api/v1/issues/:id/events/:eventId, where eventId may be `latest` or `oldest`. */
export const EventDetail = z.object({
  id: z.string(),
  projectId: z.string(),
  issueId: z.string(),
  timestamp: time,
  receivedAt: time,
  title: z.string(),
  culprit: z.string(),
  groupingHash: z.string(),
  /** Normalised event: server/record/event.ts, EventPayload. */
  payload: z.record(z.string(), z.unknown()),
  /** Why frames of generated code do not show what a person wrote, as it is now. */
  frameProblems: z.array(
    z.object({
      /** Position among the exceptions; null: the stack of the event itself. */
      exception: z.number().nullable(),
      frame: z.number(),
      code: z.enum([
        'artifacts_missing',
        'file_unnamed',
        'file_missing',
        'source_map_missing',
        'source_map_invalid',
        'source_map_too_large',
        'source_map_slow',
        'files_too_many',
        'position_unmapped',
        'source_missing',
      ]),
      detail: z.string(),
    }),
  ),
  /** server/record/grouping.ts, GroupingResult: of the first event with this hash. */
  grouping: z.record(z.string(), z.unknown()).nullable(),
  attachments: z.array(Attachment),
  feedback: z.array(z.object({ name: z.string(), email: z.string(), message: z.string(), at: time })),
  /** The log record that told of the same error; null: none that is known. */
  log: EventLog.nullable(),
  /** Neighbours in the issue by time; null at the ends. */
  olderId: z.string().nullable(),
  newerId: z.string().nullable(),
  /** 1-based from the newest, and how many there are. */
  index: z.number(),
  total: z.number(),
});
export type EventDetail = z.infer<typeof EventDetail>;
