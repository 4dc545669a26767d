/** What users wrote: in the widget, in the dialog after a crash, or through a program of one's own. */
import * as z from 'zod';
import { Attachment } from './events.ts';
import { time } from './time.ts';

export const FEEDBACK_STATUSES = ['unread', 'read', 'resolved', 'spam'] as const;
export const FeedbackStatus = z.enum(FEEDBACK_STATUSES);
export type FeedbackStatus = z.infer<typeof FeedbackStatus>;

export const Feedback = z.object({
  id: z.string(),
  project: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  status: FeedbackStatus,
  name: z.string(),
  email: z.string(),
  message: z.string(),
  /** The page it was written on; a stranger's words. */
  url: z.string(),
  /** `widget`, `crash_dialog`: where it was written; empty: not said. */
  source: z.string(),
  environment: z.string(),
  release: z.string(),
  at: time,
  /** The event it speaks of, and the issue of that. */
  eventId: z.string().nullable(),
  issue: z.object({ id: z.string(), shortId: z.string(), title: z.string() }).nullable(),
  traceId: z.string().nullable(),
  replayId: z.string().nullable(),
  /** Screenshots, mostly. */
  attachments: z.array(Attachment),
});
export type Feedback = z.infer<typeof Feedback>;

/** GET /api/v1/feedback?project=&issue=&status=&query=&cursor=&limit= : newest first */
export const FeedbackQuery = z.object({
  /** Slug or id; empty: all. */
  project: z.string().max(150).default(''),
  /** Id or short id of an issue; empty: of any, or of none. */
  issue: z.string().max(150).default(''),
  /** Empty: all but spam. */
  status: FeedbackStatus.or(z.literal('')).default(''),
  /** Part of the message, the name, the e-mail or the page. */
  query: z.string().max(200).default(''),
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type FeedbackQuery = z.input<typeof FeedbackQuery>;
export const FeedbackList = z.object({
  items: z.array(Feedback),
  /** Of the projects, or of the issue; whatever the status and the words asked for. */
  counts: z.record(FeedbackStatus, z.number()),
  nextCursor: z.string().nullable(),
});
export type FeedbackList = z.infer<typeof FeedbackList>;

/** PATCH /api/v1/feedback (204): those that do not exist are passed over */
export const FeedbackUpdate = z.object({
  ids: z.array(z.string().max(20)).min(1).max(100),
  status: FeedbackStatus,
});
export type FeedbackUpdate = z.infer<typeof FeedbackUpdate>;
