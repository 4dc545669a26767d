/** Grouping under control: rules of a project and what they would do, the hashes of an issue, look-alikes, merging. */
import * as z from 'zod';
import { Issue } from './issues.ts';
import { time } from './time.ts';

/** Characters, as the parser takes them; a little more, so that it is the parser that says what is too long. */
const RuleText = z.string().max(100_000);

/** PUT /api/v1/projects/:slug/grouping, and POST …/grouping/check and …/preview */
export const GroupingRulesRequest = z.strictObject({ fingerprint: RuleText, stackTrace: RuleText });
export type GroupingRulesRequest = z.infer<typeof GroupingRulesRequest>;

export const RULE_SOURCES = ['fingerprint', 'stackTrace'] as const;
export const GroupingRuleProblem = z.object({
  in: z.enum(RULE_SOURCES),
  /** Counted from 1. */
  line: z.number(),
  column: z.number(),
  message: z.string(),
  /** A warning keeps nobody from saving. */
  isWarning: z.boolean(),
});
export type GroupingRuleProblem = z.infer<typeof GroupingRuleProblem>;

/** GET and PUT /api/v1/projects/:slug/grouping */
export const GroupingRules = GroupingRulesRequest.extend({
  problems: z.array(GroupingRuleProblem),
  /** Null: never. */
  updatedAt: time.nullable(),
  updatedBy: z.string().nullable(),
});
export type GroupingRules = z.infer<typeof GroupingRules>;

/** POST /api/v1/projects/:slug/grouping/check */
export const GroupingRulesCheck = z.object({ problems: z.array(GroupingRuleProblem) });
export type GroupingRulesCheck = z.infer<typeof GroupingRulesCheck>;

const PreviewIssue = z.object({
  /** Null: it would be a new one. */
  id: z.string().nullable(),
  shortId: z.string(),
  title: z.string(),
  /** Of the events looked at. */
  events: z.number(),
  exampleEventId: z.string(),
});
/** POST /api/v1/projects/:slug/grouping/preview: what other rules would have done to the events stored last. */
export const GroupingPreview = z.object({
  problems: z.array(GroupingRuleProblem),
  /** Looked at: the newest. */
  events: z.number(),
  /** Timestamps of the oldest and newest of them; null: there are none. */
  from: time.nullable(),
  to: time.nullable(),
  /** Why not all were looked at that are there; empty: they were. */
  cutShort: z.string(),
  /** Events that would have gone to another issue than with the present rules. */
  moved: z.number(),
  /** Events of several issues that would have been one. */
  merges: z.array(z.object({ into: PreviewIssue, from: z.array(PreviewIssue) })),
  mergesTotal: z.number(),
  /** Events of one issue that would have been several, the part that stays included. */
  splits: z.array(z.object({ from: PreviewIssue, into: z.array(PreviewIssue) })),
  splitsTotal: z.number(),
  /** Issues all of whose events would have gone to one other issue. */
  replaced: z.array(z.object({ from: PreviewIssue, into: PreviewIssue })),
  replacedTotal: z.number(),
  /** Rules of the draft, and how many of the events each decided or changed. */
  rules: z.array(
    z.object({ in: z.enum(RULE_SOURCES), line: z.number(), text: z.string(), events: z.number() }),
  ),
  /** Titles that a rule gives. */
  titles: z.array(z.object({ title: z.string(), events: z.number() })),
});
export type GroupingPreview = z.infer<typeof GroupingPreview>;
export type GroupingPreviewIssue = z.infer<typeof PreviewIssue>;

/** GET /api/v1/issues/:id/hashes */
export const IssueHash = z.object({
  hash: z.string(),
  events: z.number(),
  firstSeen: time.nullable(),
  lastSeen: time.nullable(),
  /** Of the newest event that is kept; null: none is. */
  example: z
    .object({ eventId: z.string(), title: z.string(), culprit: z.string(), release: z.string(), at: time })
    .nullable(),
  /** Short id of the merged issue that it came with. */
  mergedFrom: z.string().nullable(),
});
export type IssueHash = z.infer<typeof IssueHash>;
export const IssueHashes = z.object({
  /** Those with the most events first. */
  hashes: z.array(IssueHash),
  total: z.number(),
  /** Issues merged into this one that can be had back. */
  merged: z.array(
    z.object({ shortId: z.string(), title: z.string(), mergedAt: time, hashes: z.array(z.string()) }),
  ),
  /** Rules that would take the events apart by what differs in them. */
  splits: z.array(z.object({ by: z.string(), values: z.number(), rule: z.string() })),
});
export type IssueHashes = z.infer<typeof IssueHashes>;

/** POST /api/v1/issues/:id/unmerge: the answer is the issue that has the hashes now. */
export const UnmergeRequest = z.strictObject({
  hashes: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .max(10_000),
});
export type UnmergeRequest = z.infer<typeof UnmergeRequest>;

/** POST /api/v1/issues/merge: the answer is the issue that stays. */
export const MergeRequest = z.strictObject({
  /** Ids or short ids. */
  ids: z.array(z.string().max(150)).min(1).max(100),
  /** One of them, or another; absent: the one with the most events. */
  into: z.string().max(150).optional(),
});
export type MergeRequest = z.infer<typeof MergeRequest>;

const AlikePart = z.object({
  what: z.enum(['title', 'type', 'frames']),
  /** 0 to 1; null: one of the two has none. */
  alike: z.number().nullable(),
  /** Side by side, in the order of this issue and then of the other: what both have, and what one has. */
  parts: z.array(z.object({ text: z.string(), in: z.enum(['both', 'this', 'other']) })),
});
/** GET /api/v1/issues/:id/alike */
export const LookAlikes = z.object({
  /** What logs and an SDK tell of one error, then the most alike. */
  items: z.array(
    z.object({
      issue: Issue,
      alike: z.number(),
      why: z.array(AlikePart),
      /** The same type at the same line of the same file, which one of the two knows from logs: who tells of it there. */
      twin: z.enum(['logs', 'sdk']).nullable(),
    }),
  ),
  /** Issues compared: those of the project seen last. */
  compared: z.number(),
  /** There are more than were compared. */
  isPartial: z.boolean(),
});
export type LookAlikes = z.infer<typeof LookAlikes>;
