/** Trackers that issues are linked to, and the links. */
import * as z from 'zod';
import { time } from './time.ts';

export const TRACKER_KINDS = ['github', 'gitlab', 'jira'] as const;

/** GET and POST /api/v1/trackers ; PATCH and DELETE /api/v1/trackers/:id. The secret is never told again. */
export const Tracker = z.object({
  id: z.string(),
  kind: z.enum(TRACKER_KINDS),
  name: z.string(),
  /** Where people look at it. */
  url: z.string(),
  account: z.string(),
  /** Its last four characters. */
  secretHint: z.string(),
});
export type Tracker = z.infer<typeof Tracker>;
export const Trackers = z.array(Tracker);
export type Trackers = z.infer<typeof Trackers>;
export const TrackerRequest = z.object({
  kind: z.enum(TRACKER_KINDS),
  name: z.string().trim().min(1).max(100),
  url: z.string().trim().min(1).max(500),
  /** E-mail of the token's account, for Jira's cloud. */
  account: z.string().trim().max(320).default(''),
  secret: z.string().trim().min(1).max(2_000),
});
export type TrackerRequest = z.input<typeof TrackerRequest>;
export const TrackerUpdate = TrackerRequest.pick({ name: true, secret: true })
  .extend({ account: z.string().trim().max(320) })
  .partial();
export type TrackerUpdate = z.infer<typeof TrackerUpdate>;

export const IssueLink = z.object({
  id: z.string(),
  kind: z.enum([...TRACKER_KINDS, 'url']),
  url: z.string(),
  /** `acme/shop#12`, `SHOP-12`, or the address. */
  name: z.string(),
  title: z.string(),
  /** As of the link; empty: not known. */
  state: z.string(),
  at: time,
});
export type IssueLink = z.infer<typeof IssueLink>;

/** POST /api/v1/issues/:id/links : by its address; one of a tracker here is looked up there. DELETE …/links/:linkId */
export const IssueLinkRequest = z.object({ url: z.string().trim().min(1).max(1_000) });
export type IssueLinkRequest = z.infer<typeof IssueLinkRequest>;
/** POST /api/v1/issues/:id/tracker-issues : makes one there and links it. */
export const TrackerIssueRequest = z.object({
  trackerId: z.string().max(20),
  /** `acme/shop`, or the key of a project of Jira. */
  target: z.string().trim().min(1).max(250),
  title: z.string().trim().min(1).max(250),
  body: z.string().max(20_000),
  /** Of Jira. */
  issueType: z.string().trim().min(1).max(100).default('Bug'),
});
export type TrackerIssueRequest = z.input<typeof TrackerIssueRequest>;
