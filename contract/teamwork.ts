/** People around an issue: whose it is, who follows it and why, what they say, whose bookmark it is. */
import * as z from 'zod';
import { IssueShare } from './shares.ts';
import { time } from './time.ts';
import { IssueLink } from './trackers.ts';

/** Kinds of entries of the activity that tell of it. */
export const TEAMWORK_KINDS = [
  'comment',
  'comment_deleted',
  'shared',
  'unshared',
  'linked',
  'link_created',
  'unlinked',
] as const;

/** A person or a team. */
export const Assignee = z.object({
  type: z.enum(['person', 'team']),
  id: z.string(),
  name: z.string(),
  /** Of a team, what stands after its #; else empty. */
  slug: z.string(),
});
export type Assignee = z.infer<typeof Assignee>;

/** PUT /api/v1/issues/:id/assignee (204): a member, a team, or null for nobody. */
export const AssigneeRequest = z
  .object({
    userId: z.string().max(200).nullable().optional(),
    /** Id or slug. */
    teamId: z.string().max(100).nullable().optional(),
  })
  .refine(({ userId, teamId }) => userId !== undefined || teamId !== undefined, 'needs userId or teamId')
  .refine(({ userId, teamId }) => !userId || !teamId, 'takes userId or teamId, not both');
export type AssigneeRequest = z.infer<typeof AssigneeRequest>;
export const FOLLOW_REASONS = [
  'by_hand',
  'assigned',
  'team_assigned',
  'commented',
  'mentioned',
  'team_mentioned',
  'changed_status',
] as const;
export const Follower = z.object({
  id: z.string(),
  name: z.string(),
  reason: z.enum(FOLLOW_REASONS),
});
export type Follower = z.infer<typeof Follower>;

/** What a row of the list shows of it. */
export const IssueMarks = z.object({
  assignee: Assignee.nullable(),
  /** Of whoever asks. */
  bookmarked: z.boolean(),
  comments: z.number(),
});
export type IssueMarks = z.infer<typeof IssueMarks>;

/** What the page of an issue shows of it. */
export const IssueTeamwork = IssueMarks.extend({
  /** Whether whoever asks does. */
  following: z.boolean(),
  followers: z.array(Follower),
  /** The public link; null: there is none. */
  share: IssueShare.nullable(),
  links: z.array(IssueLink),
});
export type IssueTeamwork = z.infer<typeof IssueTeamwork>;

/** Characters of a comment: a long explanation with a stack trace. */
const COMMENT_CHARS_MAX = 10_000;
/** POST /api/v1/issues/:id/comments ; PATCH and DELETE /api/v1/issues/:id/comments/:commentId */
export const CommentRequest = z.object({ text: z.string().trim().min(1).max(COMMENT_CHARS_MAX) });
export type CommentRequest = z.infer<typeof CommentRequest>;
/** What an entry of the activity of kind `comment` has as its data. */
export const CommentData = z.object({
  text: z.string(),
  /** As they stand in the text: `@Ada Lovelace`, `#payments`. */
  mentions: z.array(z.string()),
  editedAt: time.nullable(),
});
export type CommentData = z.infer<typeof CommentData>;
export const Comment = CommentData.extend({
  id: z.string(),
  at: time,
  /** Null: one who has left. */
  by: z.string().nullable(),
  /** Null: written with a token that no person owns. */
  userId: z.string().nullable(),
});
export type Comment = z.infer<typeof Comment>;
/** GET /api/v1/issues/:id/comments: the newest first. */
export const Comments = z.array(Comment);
export type Comments = z.infer<typeof Comments>;
