/** How issues are worked on: what a person wants done with one or many, and the way back. */
import * as z from 'zod';
import { time } from './time.ts';

export const IssuePriority = z.enum(['low', 'medium', 'high']);
export type IssuePriority = z.infer<typeof IssuePriority>;

const version = z.string().trim().min(1).max(250);
const WINDOW_MINUTES_MAX = 7 * 24 * 60;
const MINUTES_MAX = 366 * 24 * 60;

/** What decides whether a resolved issue comes back. Absent or `now`: any event that happens after it. */
export const ResolveIn = z.discriminatedUnion('in', [
  z.strictObject({ in: z.literal('now') }),
  /** The newest release of the issue's program: the same or a newer one brings it back. */
  z.strictObject({ in: z.literal('currentRelease') }),
  z.strictObject({ in: z.literal('release'), release: version }),
  /** Only a release that is newer than the current one brings it back. */
  z.strictObject({ in: z.literal('nextRelease') }),
  /** Nothing brings it back until a release has the commit; then as `release`. */
  z.strictObject({
    in: z.literal('commit'),
    commit: z.string().trim().min(7).max(64),
    repository: z.string().trim().min(1).max(1_000),
  }),
]);
export type ResolveIn = z.infer<typeof ResolveIn>;

const more = {
  count: z.number().int().min(1).max(1_000_000_000),
  /** Within so much time, again and again; absent: ever. */
  windowMinutes: z.number().int().min(1).max(WINDOW_MINUTES_MAX).optional(),
};
/** What brings an archived issue back. */
export const ArchiveUntil = z.discriminatedUnion('until', [
  z.strictObject({ until: z.literal('forever') }),
  z.strictObject({ until: z.literal('time'), minutes: z.number().int().min(1).max(MINUTES_MAX) }),
  z.strictObject({ until: z.literal('events'), ...more }),
  z.strictObject({ until: z.literal('users'), ...more }),
  /** Far more events in an hour than the issue usually has. */
  z.strictObject({ until: z.literal('escalating') }),
]);
export type ArchiveUntil = z.infer<typeof ArchiveUntil>;

/** How an issue is resolved, for who reads it. */
export const Resolution = z.object({
  in: z.enum(['now', 'release', 'nextRelease', 'commit']),
  /** Of `nextRelease` the one that was current; empty when there was none. */
  release: z.string(),
  commit: z.string(),
  repository: z.string(),
  at: time,
});
export type Resolution = z.infer<typeof Resolution>;
export const Archival = z.object({
  until: z.enum(['forever', 'time', 'events', 'users', 'escalating']),
  at: time.nullable(),
  count: z.number().nullable(),
  windowMinutes: z.number().nullable(),
  /** Of a count without a window: how many of it there were since. */
  seen: z.number().nullable(),
});
export type Archival = z.infer<typeof Archival>;

/** Good once, for who made the change. */
const Undo = z.object({ id: z.string(), expiresAt: time });
export const IssuesChanged = z.object({
  changed: z.number(),
  /** They were like that already. */
  unchanged: z.number(),
  /** It cannot be done with them: their project has no release. */
  skipped: z.number(),
  /** Beyond the bound of one request. */
  left: z.number(),
  undo: Undo.nullable(),
});
export type IssuesChanged = z.infer<typeof IssuesChanged>;

/** POST /api/v1/issues/undo */
export const UndoRequest = z.object({ id: z.string().min(1).max(100) });
export const Undone = z.object({
  restored: z.number(),
  /** Something happened to them since; they stay as they are. */
  left: z.number(),
});
export type Undone = z.infer<typeof Undone>;

/** GET /api/v1/issues/:id/releases : what it can be resolved in */
export const ResolveChoices = z.object({
  /** The newest release of the issue's program; null: none is known. */
  current: z.string().nullable(),
  /** The newest first. */
  releases: z.array(z.string()),
  repositories: z.array(z.string()),
});
export type ResolveChoices = z.infer<typeof ResolveChoices>;

/** GET and PATCH /api/v1/projects/:slug/workflow */
export const ProjectWorkflow = z.object({
  /** Days without an event after which an issue is resolved; null: never. */
  autoResolveDays: z.number().int().min(1).max(3_650).nullable(),
});
export type ProjectWorkflow = z.infer<typeof ProjectWorkflow>;
