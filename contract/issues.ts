/** Issues: the list, one issue, what people do to them. */
import * as z from 'zod';
import { ExpectedKind } from './filters.ts';
import { Difference, ImpactScore } from './impact.ts';
import { IssueLogs } from './log-errors.ts';
import { AssigneeRequest, IssueMarks, IssueTeamwork, TEAMWORK_KINDS } from './teamwork.ts';
import { time } from './time.ts';
import { Archival, ArchiveUntil, IssuePriority, Resolution, ResolveIn } from './workflow.ts';

export const IssueStatus = z.enum(['unresolved', 'resolved', 'archived']);
export const IssueSubstate = z.enum(['new', 'ongoing', 'regressed', 'escalating', 'archived', 'resolved']);
export const Level = z.enum(['fatal', 'error', 'warning', 'info', 'debug']);
export const ISSUE_SORTS = ['lastSeen', 'firstSeen', 'events', 'users', 'impact'] as const;
export const PERIODS = ['1h', '24h', '7d', '14d', '30d', '90d'] as const;

export const Issue = z.object({
  id: z.string(),
  shortId: z.string(),
  project: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
  title: z.string(),
  culprit: z.string(),
  type: z.string(),
  level: Level,
  platform: z.string(),
  logger: z.string(),
  status: IssueStatus,
  substate: IssueSubstate,
  priority: IssuePriority,
  /** Null unless it is resolved. */
  resolution: Resolution.nullable(),
  /** Null unless it is archived. */
  archival: Archival.nullable(),
  unhandled: z.boolean(),
  /** What kind of expected error its newest event is. */
  expected: ExpectedKind.nullable(),
  firstSeen: time,
  lastSeen: time,
  /** Since the beginning. */
  events: z.number(),
  users: z.number(),
  /** False: more users than are counted one by one; `users` is a lower bound. */
  usersExact: z.boolean(),
  firstRelease: z.string(),
  lastRelease: z.string(),
  lastEventId: z.string(),
});
export type Issue = z.infer<typeof Issue>;

/** Counts of events in equal steps from `from`; the last step may be under way. */
export const Trend = z.object({ from: time, stepSeconds: z.number(), counts: z.array(z.number()) });
export type Trend = z.infer<typeof Trend>;

/** GET /api/v1/issues?project=&query=&sort=&period=&cursor=&limit= */
export const IssueListQuery = z.object({
  /** Slug; empty: all projects one may see. */
  project: z.string().max(100).default(''),
  /** The search bar, e.g. `is:unresolved level:error timed out`. */
  query: z.string().max(1000).default('is:unresolved'),
  sort: z.enum(ISSUE_SORTS).default('lastSeen'),
  /** Issues seen within it, and the span of the sparkline. */
  period: z.enum(PERIODS).default('14d'),
  cursor: z.string().max(200).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});
export type IssueListQuery = z.input<typeof IssueListQuery>;
export const IssueListItem = Issue.extend({
  ...IssueMarks.shape,
  trend: Trend,
  /** Events and users within the period. */
  periodEvents: z.number(),
  periodUsers: z.number(),
  /** As it is sorted by; the users of the issue are those since the beginning. */
  impact: ImpactScore,
});
export type IssueListItem = z.infer<typeof IssueListItem>;
export const IssueList = z.object({
  items: z.array(IssueListItem),
  total: z.number(),
  nextCursor: z.string().nullable(),
  previousCursor: z.string().nullable(),
  /** Sentences for the one who searches: what was cut short and so may be missing. Empty when all was looked at. */
  notices: z.array(z.string()),
});
export type IssueList = z.infer<typeof IssueList>;

/** PATCH /api/v1/issues/:id : what is left out stays as it is */
const update = {
  status: IssueStatus.optional(),
  /** With `resolved`. */
  resolve: ResolveIn.optional(),
  /** With `archived`. Absent: for ever. */
  archive: ArchiveUntil.optional(),
  priority: IssuePriority.optional(),
};
export const IssueUpdate = z.object(update);
export type IssueUpdate = z.infer<typeof IssueUpdate>;
/** Which issues: as the list finds them. */
export const IssueSelection = IssueListQuery.pick({ project: true, query: true, period: true });
export type IssueSelection = z.input<typeof IssueSelection>;
/** PATCH /api/v1/issues : those named, or all that a search finds */
export const IssueBulkUpdate = z.object({
  ids: z.array(z.string()).min(1).max(100).optional(),
  matching: IssueSelection.optional(),
  ...update,
});
export type IssueBulkUpdate = z.input<typeof IssueBulkUpdate>;
/** PUT /api/v1/issues/assignee : those named, or all that a search finds; those that do not exist are passed over. */
export const BulkAssigneeRequest = z.object({
  ids: z.array(z.string()).min(1).max(100).optional(),
  matching: IssueSelection.optional(),
  to: AssigneeRequest,
});
export type BulkAssigneeRequest = z.input<typeof BulkAssigneeRequest>;
/** `left`: found, and beyond the bound of one request. */
export const IssuesAssigned = z.object({ left: z.number() });
export type IssuesAssigned = z.infer<typeof IssuesAssigned>;
/** POST /api/v1/issues/delete */
export const IssueBulkDelete = z.object({ ids: z.array(z.string()).min(1).max(100) });
export type IssueBulkDelete = z.infer<typeof IssueBulkDelete>;

/** Where an issue came from, and what was counted there. */
export const ImportedFrom = z.object({
  /** `https://sentry.example.com/acme/shop` */
  source: z.string(),
  shortId: z.string(),
  /** Its page there; empty: not known. */
  url: z.string(),
  /** Over all its time there. Those of them that were brought are among the issue's own events too. */
  events: z.number(),
  users: z.number().nullable(),
  importedAt: time,
});
export type ImportedFrom = z.infer<typeof ImportedFrom>;

/** GET /api/v1/issues/:id */
export const IssueDetail = Issue.extend({
  ...IssueTeamwork.shape,
  /** Of the project, within the trend; the newest few. */
  releases: z.array(z.object({ version: z.string(), at: time })),
  trend: Trend,
  trend24h: Trend,
  /** Grouping hashes that point here. */
  hashes: z.array(z.string()),
  /** Empty: it was never anywhere else. */
  imported: z.array(ImportedFrom),
  /** Null: no event of it is made of a log record. */
  logs: IssueLogs.nullable(),
  activity: z.array(
    z.object({
      id: z.string(),
      kind: z.enum([
        'first_seen',
        'regressed',
        'resolved',
        'archived',
        'reopened',
        'assigned',
        'unassigned',
        'escalated',
        'returned',
        'prioritized',
        'imported',
        'undone',
        ...TEAMWORK_KINDS,
        'merged',
        'unmerged',
      ]),
      at: time,
      by: z.string().nullable(),
      /** Whose doing it is, when a person's. */
      userId: z.string().nullable(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  feedback: z.array(
    z.object({
      name: z.string(),
      email: z.string(),
      message: z.string(),
      at: time,
      eventId: z.string().nullable(),
      url: z.string(),
    }),
  ),
});
export type IssueDetail = z.infer<typeof IssueDetail>;

/** GET /api/v1/issues/:id, where id may be a short id such as SHOP-12. GET /api/v1/events/:eventId finds an event's issue. */
export const EventLocation = z.object({ eventId: z.string(), issueId: z.string(), projectId: z.string() });
export type EventLocation = z.infer<typeof EventLocation>;

/** GET /api/v1/issues/:id/tags?period= : distribution of every tag over the issue's events. */
export const TagDistribution = z.object({
  key: z.string(),
  /** Events that carry the tag. */
  events: z.number(),
  distinctValues: z.number(),
  top: z.array(
    z.object({
      value: z.string(),
      events: z.number(),
      /** Distinct ones among these events. */
      users: z.number(),
      /** Of the other events of the project, those that have it. */
      others: z.number(),
    }),
  ),
});
export type TagDistribution = z.infer<typeof TagDistribution>;
export const IssueTags = z.object({
  /** Events looked at. */
  events: z.number(),
  /** True: the issue has more events in the period than were looked at; these are the newest. */
  sampled: z.boolean(),
  tags: z.array(TagDistribution),
  /** Events of the project's other issues looked at, the newest ones of the period. */
  others: z.number(),
  /** What is more than chance, the most telling first. */
  differences: z.array(Difference),
});
export type IssueTags = z.infer<typeof IssueTags>;

/** GET /api/v1/issues/:id/users?cursor= : who was affected. */
export const AffectedUser = z.object({
  key: z.string(),
  id: z.string(),
  email: z.string(),
  username: z.string(),
  ip: z.string(),
  events: z.number(),
  lastSeen: time,
});
export const AffectedUsers = z.object({
  items: z.array(AffectedUser),
  total: z.number(),
  nextCursor: z.string().nullable(),
});
export type AffectedUsers = z.infer<typeof AffectedUsers>;
