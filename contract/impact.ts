/** Whom an issue hits, how much it matters, and what is different about its events. */
import * as z from 'zod';

/** One reason for the impact of an issue. Points of all parts add up to the score; they may be negative. */
export const ImpactPart = z.object({
  /**
   * `users` and `pace` (events a day) by how many; `project` by how many users are active in it (null: not known), for one
   * of few weighs more; `quiet` by the days since the last event.
   */
  name: z.enum(['users', 'project', 'pace', 'unhandled', 'priority', 'quiet']),
  points: z.number(),
  value: z.number().nullable(),
});
export type ImpactPart = z.infer<typeof ImpactPart>;
export const ImpactScore = z.object({ score: z.number(), parts: z.array(ImpactPart) });
export type ImpactScore = z.infer<typeof ImpactScore>;

/** Users who did anything in the period, and what that is known from. */
export const ActiveUsers = z.object({
  users: z.number(),
  /** `sessions`: of release health. `records`: users that events or log records name. `events`: that events name. */
  from: z.enum(['sessions', 'records', 'events']),
  /** Sessions that began; 0: none are sent. */
  sessions: z.number(),
});
export type ActiveUsers = z.infer<typeof ActiveUsers>;

/** How much of something there was, in the period and in the one of the same length before it. */
const Compared = z.object({ now: z.number(), before: z.number() });

/** GET /api/v1/issues/:id/impact?period= */
export const IssueImpact = z.object({
  score: ImpactScore,
  events: Compared,
  /** Different users. */
  users: Compared.extend({
    /** False: `now` is estimated, within about one percent. */
    exact: z.boolean(),
  }),
  /** Since the beginning, estimated, where the issue has more than are counted one by one. Null: the issue's own number is true. */
  usersEstimated: z.number().nullable(),
  /** Null: no user is named by anything. */
  active: ActiveUsers.nullable(),
  /** Different sessions that events name. Null: none is named. */
  sessions: z.number().nullable(),
  /** The releases that most of the events are of. */
  releases: z.array(
    z.object({
      version: z.string(),
      events: z.number(),
      users: z.number(),
      /** 0 to 1; null: no sessions. */
      crashFreeSessions: z.number().nullable(),
      crashFreeUsers: z.number().nullable(),
      adoption: z.number().nullable(),
    }),
  ),
});
export type IssueImpact = z.infer<typeof IssueImpact>;

/** A value that the events of an issue have more, or less, often than the other events of its project. */
export const Difference = z.object({
  key: z.string(),
  value: z.string(),
  /** Of the events of the issue and of the others, 0 to 1. */
  share: z.number(),
  othersShare: z.number(),
});
export type Difference = z.infer<typeof Difference>;
