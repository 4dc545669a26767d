/** Releases, their health, what changed with them. */
import * as z from 'zod';
import { Issue, PERIODS, Trend } from './issues.ts';
import { time } from './time.ts';

/** Of the sessions that began in a period. Null where nothing was counted, so that nothing is claimed. */
export const ReleaseHealth = z.object({
  sessions: z.number(),
  crashedSessions: z.number(),
  /** Ended with an error that was caught, or abnormally. */
  erroredSessions: z.number(),
  /** Distinct, of sessions that name one. */
  users: z.number(),
  crashedUsers: z.number(),
  /** Shares of 1. */
  crashFreeSessions: z.number().nullable(),
  crashFreeUsers: z.number().nullable(),
  /** Its share of all sessions and users of the period. Without sessions: of the events. */
  adoption: z.number().nullable(),
  adoptionOf: z.enum(['sessions', 'events']),
  /** Error events, and the distinct users of them. */
  events: z.number(),
  eventUsers: z.number(),
});
export type ReleaseHealth = z.infer<typeof ReleaseHealth>;

export const ReleaseCommit = z.object({
  sha: z.string(),
  /** Of the code host; null: it is not known where the repository is looked at. */
  url: z.string().nullable(),
  repository: z.string(),
  authorName: z.string(),
  authorEmail: z.string(),
  message: z.string(),
  committedAt: time.nullable(),
  /** Path and `A`, `M` or `D`. */
  files: z.array(z.tuple([z.string(), z.string()])),
});
export type ReleaseCommit = z.infer<typeof ReleaseCommit>;

export const Deploy = z.object({
  id: z.string(),
  environment: z.string(),
  name: z.string(),
  url: z.string(),
  startedAt: time.nullable(),
  finishedAt: time,
});
export type Deploy = z.infer<typeof Deploy>;

export const Release = z.object({
  version: z.string(),
  url: z.string(),
  /** When it was made, or first named by an event. */
  createdAt: time,
  /** When it was finalized. */
  releasedAt: time.nullable(),
  projects: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
  firstEventAt: time.nullable(),
  /** May be a minute behind. */
  lastEventAt: time.nullable(),
  newIssues: z.number(),
  commits: z.number(),
  authors: z.array(z.object({ name: z.string(), email: z.string() })),
  deploys: z.number(),
  lastDeploy: Deploy.nullable(),
});
export type Release = z.infer<typeof Release>;

/** GET /api/v1/releases?project=&query=&period=&cursor=&limit= : the newest first */
export const ReleaseListQuery = z.object({
  /** Slug or id; empty: all projects. */
  project: z.string().max(150).default(''),
  /** Part of the version. */
  query: z.string().max(250).default(''),
  /** Of the health. */
  period: z.enum(PERIODS).default('24h'),
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type ReleaseListQuery = z.input<typeof ReleaseListQuery>;
export const ReleaseList = z.object({
  items: z.array(Release.extend({ health: ReleaseHealth })),
  nextCursor: z.string().nullable(),
});
export type ReleaseList = z.infer<typeof ReleaseList>;

/** GET /api/v1/releases/:version?project=&period= ; DELETE /api/v1/releases/:version (204) */
export const ReleaseDetail = Release.extend({
  health: ReleaseHealth,
  /** Sessions over time, and those of them that crashed. */
  sessionTrend: Trend,
  crashTrend: Trend,
  /** Error events over time. */
  eventTrend: Trend,
  /** The one before it, by version or else by date. */
  previous: Release.extend({ health: ReleaseHealth }).nullable(),
  /** The one after it. */
  next: z.string().nullable(),
  /** Newest first, a hundred at most. */
  deployList: z.array(Deploy),
});
export type ReleaseDetail = z.infer<typeof ReleaseDetail>;

/** GET /api/v1/releases/:version/commits */
export const ReleaseCommits = z.array(ReleaseCommit);
export type ReleaseCommits = z.infer<typeof ReleaseCommits>;

/** GET /api/v1/releases/:version/issues?project= : those that began in it, came back in it, were resolved while it was the newest. */
export const ReleaseIssues = z.object({
  new: z.array(Issue),
  regressed: z.array(Issue),
  resolved: z.array(Issue),
  /** Of each there may be more than are told. */
  cutShort: z.boolean(),
});
export type ReleaseIssues = z.infer<typeof ReleaseIssues>;

/** GET /api/v1/releases/:version/patterns?project= : patterns of logs that no log record of the release before it has. */
export const ReleasePatterns = z.object({
  /** Null: there are no logs of another release to compare with. */
  items: z.array(z.object({ id: z.string(), template: z.string(), records: z.number() })).nullable(),
});
export type ReleasePatterns = z.infer<typeof ReleasePatterns>;
