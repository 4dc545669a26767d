/**
 * The shapes of Tandem's own API (`/api/v1`), as zod schemas for the server (validation, OpenAPI) and as types
 * for the web, which imports types only. Times are ISO 8601 strings in UTC; ids are strings; counts are numbers.
 */
import * as z from 'zod';

const time = z.iso.datetime();

// ---- errors ----
export const ErrorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;

// ---- session, people ----
export const Role = z.enum(['owner', 'admin', 'member', 'viewer']);
export type Role = z.infer<typeof Role>;
export const Person = z.object({ id: z.string(), name: z.string(), email: z.string(), role: Role });
export type Person = z.infer<typeof Person>;

/** What a role or a token may allow. */
export const TOKEN_SCOPES = [
  'org:read',
  'org:admin',
  'project:read',
  'project:write',
  'project:admin',
  'project:releases',
  'event:read',
  'event:write',
  'event:admin',
  'member:read',
] as const;
export type Scope = (typeof TOKEN_SCOPES)[number];

export const ProjectSummary = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  platform: z.string(),
  createdAt: time,
  firstEventAt: time.nullable(),
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;

/** GET /api/v1/session: who is signed in and what they can see. 401 when nobody is. */
export const Session = z.object({
  user: Person,
  /** What they may do; everything else is refused. */
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  organization: z.object({ slug: z.string(), name: z.string() }),
  projects: z.array(ProjectSummary),
  version: z.string(),
  /** Address that senders use, for DSNs and snippets. */
  publicUrl: z.string(),
});
export type Session = z.infer<typeof Session>;

/** GET /api/v1/setup?token=… says whether the link is good; POST creates the first administrator and signs in (204). */
export const SetupState = z.object({ needed: z.boolean(), tokenValid: z.boolean() });
export type SetupState = z.infer<typeof SetupState>;
export const SetupRequest = z.object({
  token: z.string().max(200),
  name: z.string().min(1).max(200),
  email: z.email().max(320),
  password: z.string().min(10).max(200),
});
export type SetupRequest = z.infer<typeof SetupRequest>;

/**
 * POST /api/v1/session signs in: 204 and a cookie, or 401 sign_in_failed. DELETE /api/v1/session signs out: 204.
 * A request that writes with the session cookie must come from this server's own pages (Origin).
 */
export const SignInRequest = z.object({ email: z.email().max(320), password: z.string().min(1).max(200) });
export type SignInRequest = z.infer<typeof SignInRequest>;
/** POST /api/v1/session/password: 204. Every other session of the person ends. */
export const PasswordChange = z.object({
  currentPassword: z.string().max(200),
  newPassword: z.string().min(10).max(200),
});
export type PasswordChange = z.infer<typeof PasswordChange>;

/** GET /api/v1/members ; PATCH and DELETE /api/v1/members/:id */
export const Members = z.array(Person);
export type Members = z.infer<typeof Members>;
export const MemberUpdate = z.object({ role: Role });
export type MemberUpdate = z.infer<typeof MemberUpdate>;

/** POST /api/v1/members answers a one-time link to send to the person (no mail is needed). */
export const InviteRequest = z.object({ email: z.email().max(320), role: Role.exclude(['owner']) });
export type InviteRequest = z.infer<typeof InviteRequest>;
export const InviteAnswer = z.object({ url: z.string() });
export type InviteAnswer = z.infer<typeof InviteAnswer>;
/**
 * GET /api/v1/invites/accept?token=… for the page behind the link; POST makes the account, or gives a member the new
 * password, and signs in (204).
 */
export const InviteState = z.object({
  tokenValid: z.boolean(),
  /** `password`: for a member, who keeps name and role. */
  purpose: z.enum(['join', 'password']),
  /** The member's; empty for one who is to join. */
  name: z.string(),
  email: z.string(),
  role: Role,
  organization: z.string(),
});
export type InviteState = z.infer<typeof InviteState>;
export const InviteAcceptance = SetupRequest.omit({ email: true });
export type InviteAcceptance = z.infer<typeof InviteAcceptance>;

// ---- API tokens ----
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  createdAt: time,
  lastUsedAt: time.nullable(),
  expiresAt: time.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
/** GET /api/v1/tokens ; DELETE /api/v1/tokens/:id */
export const ApiTokens = z.array(ApiToken);
export type ApiTokens = z.infer<typeof ApiTokens>;
/** POST /api/v1/tokens */
export const ApiTokenRequest = z.object({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(null),
});
export type ApiTokenRequest = z.input<typeof ApiTokenRequest>;
/** The token itself, this once. */
export const ApiTokenCreated = ApiToken.extend({ token: z.string() });
export type ApiTokenCreated = z.infer<typeof ApiTokenCreated>;

// ---- projects and ingest keys ----
/** GET and POST /api/v1/projects ; GET, PATCH and DELETE /api/v1/projects/:slug */
export const Projects = z.array(ProjectSummary);
export type Projects = z.infer<typeof Projects>;
export const ProjectRequest = z.object({
  name: z.string().min(1).max(100),
  slug: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,49}$/, 'lower-case letters, digits and dashes, at most 50')
    .regex(/[a-z]/, 'at least one letter')
    .optional(),
  platform: z.string().max(50).default(''),
});
export type ProjectRequest = z.input<typeof ProjectRequest>;
/** What is left out stays as it is; so the default of a new project must not apply. */
export const ProjectUpdate = ProjectRequest.extend({ platform: z.string().max(50) }).partial();
export type ProjectUpdate = z.input<typeof ProjectUpdate>;

export const RateLimit = z.object({
  count: z.number().int().min(1),
  windowSeconds: z.number().int().min(1).max(86_400),
});
export const IngestKey = z.object({
  id: z.string(),
  projectId: z.string(),
  label: z.string(),
  publicKey: z.string(),
  dsn: z.string(),
  enabled: z.boolean(),
  rateLimit: RateLimit.nullable(),
  createdAt: time,
});
export type IngestKey = z.infer<typeof IngestKey>;
/** GET /api/v1/projects/:slug/artifacts?release= ; DELETE /api/v1/projects/:slug/artifacts/:id */
export const ArtifactBundles = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      /** Empty: found by debug ids alone. */
      release: z.string(),
      dist: z.string(),
      fileCount: z.number(),
      /** The first of them. */
      files: z.array(
        z.object({
          kind: z.enum(['minified_source', 'source_map', 'source']),
          url: z.string(),
          /** 32 hex; empty when it has none. */
          debugId: z.string(),
          bytes: z.number(),
        }),
      ),
      /** On the disk. */
      bytes: z.number(),
      createdAt: time,
      /** When an event last needed it, to the day. */
      usedAt: time,
    }),
  ),
  /** What the artifacts of all projects take on the disk, and may take. */
  bytes: z.number(),
  bytesMax: z.number(),
});
export type ArtifactBundles = z.infer<typeof ArtifactBundles>;

/** GET and POST /api/v1/projects/:slug/keys ; PATCH and DELETE /api/v1/projects/:slug/keys/:id */
export const IngestKeys = z.array(IngestKey);
export type IngestKeys = z.infer<typeof IngestKeys>;
export const IngestKeyRequest = z.object({
  label: z.string().min(1).max(100),
  rateLimit: RateLimit.nullable().default(null),
});
export type IngestKeyRequest = z.input<typeof IngestKeyRequest>;
export const IngestKeyUpdate = z
  .object({ label: z.string().min(1).max(100), enabled: z.boolean(), rateLimit: RateLimit.nullable() })
  .partial();
export type IngestKeyUpdate = z.infer<typeof IngestKeyUpdate>;

const QUOTA_CATEGORIES = ['events', 'logs', 'spans'] as const;
const days = z.number().int().min(1).max(3650).nullable();
const quotaCount = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable();
/** Days. Null: as long as the program keeps things; for levels of logs, as long as other logs. */
export const Retention = z.object({
  eventDays: days,
  spanDays: days,
  logDays: days,
  /** Trace and debug. */
  debugLogDays: days,
  /** Error and fatal. */
  errorLogDays: days,
});
export type Retention = z.infer<typeof Retention>;
/** Null: no limit. Days are of UTC; bytes are those of records as accepted. */
export const Quota = z.object({
  recordsPerDay: quotaCount,
  bytesPerDay: quotaCount,
  recordsPerMinute: quotaCount,
});
export type Quota = z.infer<typeof Quota>;
export const Quotas = z.object({ events: Quota, logs: Quota, spans: Quota });
export type Quotas = z.infer<typeof Quotas>;
export const QuotaUsed = z.object({
  category: z.enum(QUOTA_CATEGORIES),
  unit: z.enum(['records', 'bytes']),
  used: z.number(),
  limit: z.number(),
});
export type QuotaUsed = z.infer<typeof QuotaUsed>;
/** GET and PATCH /api/v1/projects/:slug/limits */
export const ProjectLimits = z.object({
  /** What the program keeps things for: no setting may be longer. */
  retentionDays: z.number(),
  retention: Retention,
  quotas: Quotas,
  /** Limits of a day that are set, and what of them is used today. */
  used: z.array(QuotaUsed),
  /** When the day of the quotas begins anew. */
  resetsAt: time,
});
export type ProjectLimits = z.infer<typeof ProjectLimits>;
/** What is left out stays as it is. */
export const ProjectLimitsUpdate = z
  .object({ retention: Retention.partial(), quotas: Quotas.partial() })
  .partial();
export type ProjectLimitsUpdate = z.infer<typeof ProjectLimitsUpdate>;
/** GET /api/v1/projects/:slug/stored */
export const ProjectStored = z.object({
  /** Per kind, for logs per group of levels. */
  kinds: z.array(
    z.object({
      kind: z.enum(['event', 'log', 'span']),
      /** `debug`, `info` or `error`; empty for what is no log record. */
      levels: z.string(),
      rows: z.number(),
      /** Its share of the table's bytes by its share of the rows: an estimate. */
      bytes: z.number(),
    }),
  ),
  /** What retention removed, the newest first: one for each day, kind and group of levels. */
  removals: z.array(
    z.object({
      removedOn: z.string(),
      kind: z.enum(['event', 'log', 'span']),
      levels: z.string(),
      rows: z.number(),
      /** First day of the oldest and of the newest partition that rows went from. */
      from: z.string(),
      to: z.string(),
    }),
  ),
});
export type ProjectStored = z.infer<typeof ProjectStored>;

// ---- filters ----
/** Errors that are part of the day, by what they are. */
export const ExpectedKind = z.enum([
  'not_found',
  'not_allowed',
  'invalid_input',
  'rate_limited',
  'client_error',
  'cancelled',
  'disconnected',
  'chunk_load',
  'browser_noise',
]);
export type ExpectedKind = z.infer<typeof ExpectedKind>;
const BROWSERS = ['ie', 'edge', 'chrome', 'firefox', 'safari', 'opera', 'opera_mini', 'android'] as const;
/** One pattern or address a line: every event is held against each. The longest lists known have some dozens. */
const filterLines = z.array(z.string().min(1).max(500)).max(200);
/** What a project does not want to keep. */
export const FilterRules = z.strictObject({
  browserExtensions: z.boolean(),
  localhost: z.boolean(),
  webCrawlers: z.boolean(),
  /** Transactions, not errors. */
  healthChecks: z.boolean(),
  hydrationErrors: z.boolean(),
  /** Lowest major version that is kept, per browser. */
  legacyBrowsers: z.partialRecord(z.enum(BROWSERS), z.number().int().min(1).max(10_000)),
  messages: filterLines,
  errorTypes: filterLines,
  releases: filterLines,
  addresses: filterLines,
  expected: z.array(ExpectedKind).max(ExpectedKind.options.length),
  spikeProtection: z.boolean(),
  issueEventsPerMinute: z.number().int().min(1).max(1_000_000).nullable(),
});
export type FilterRules = z.infer<typeof FilterRules>;
export const FilterCount = z.object({
  /** As in the ledger. */
  reason: z.string(),
  /** Dropped in the last 24 hours, and in the last seven days. */
  day: z.number(),
  week: z.number(),
});
export type FilterCount = z.infer<typeof FilterCount>;
/** GET and PATCH /api/v1/projects/:slug/filters */
export const ProjectFilters = z.object({
  rules: FilterRules,
  counts: z.array(FilterCount),
  /** Errors kept in this hour, and how many spike protection keeps at most; null: not known yet what is usual. */
  spike: z.object({ kept: z.number(), limit: z.number().nullable() }),
});
export type ProjectFilters = z.infer<typeof ProjectFilters>;
/** POST /api/v1/projects/:slug/filters/preview */
export const FilterPreview = z.object({
  /** Looked at: the newest that are stored. */
  events: z.number(),
  filtered: z.number(),
  reasons: z.array(z.object({ reason: z.string(), events: z.number() })),
  /** Of what would be filtered, the most frequent. */
  titles: z.array(z.object({ title: z.string(), events: z.number() })),
  /** Each line of each list by itself. `isWide`: it matches more than half of all events. */
  lines: z.array(z.object({ list: z.string(), line: z.string(), events: z.number(), isWide: z.boolean() })),
});
export type FilterPreview = z.infer<typeof FilterPreview>;
export const ExpectedCost = z.object({
  kind: ExpectedKind,
  meaning: z.string(),
  /** Stored in the time, and what was sent for them. */
  events: z.number(),
  bytes: z.number(),
  filtered: z.number(),
  filteredBytes: z.number(),
  isFiltered: z.boolean(),
  /** The largest of its kind. */
  issues: z.array(z.object({ id: z.string(), title: z.string(), events: z.number() })).optional(),
});
export type ExpectedCost = z.infer<typeof ExpectedCost>;
/** GET /api/v1/projects/:slug/expected?days=7 */
export const ExpectedErrors = z.object({
  days: z.number(),
  /** All errors stored in the time: what to take a share of. */
  total: z.object({ events: z.number(), bytes: z.number() }),
  kinds: z.array(ExpectedCost),
});
export type ExpectedErrors = z.infer<typeof ExpectedErrors>;

/** GET /api/v1/projects/:slug/setup: one guide per platform, the project's DSN already filled in. */
export const SetupGuide = z.object({
  id: z.string(),
  name: z.string(),
  /** What comes of following it. */
  sends: z.enum(['events', 'logs']),
  /** Shown in order: a sentence above, the code below. */
  steps: z.array(z.object({ text: z.string(), language: z.string(), code: z.string() })),
});
export type SetupGuide = z.infer<typeof SetupGuide>;
export const SetupGuides = z.object({ dsn: z.string(), guides: z.array(SetupGuide) });
export type SetupGuides = z.infer<typeof SetupGuides>;

// ---- issues ----
export const IssueStatus = z.enum(['unresolved', 'resolved', 'archived']);
export const IssueSubstate = z.enum(['new', 'ongoing', 'regressed', 'archived', 'resolved']);
export const Level = z.enum(['fatal', 'error', 'warning', 'info', 'debug']);
export const ISSUE_SORTS = ['lastSeen', 'firstSeen', 'events', 'users'] as const;
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
  trend: Trend,
  /** Events and users within the period. */
  periodEvents: z.number(),
  periodUsers: z.number(),
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

/** PATCH /api/v1/issues/:id */
export const IssueUpdate = z.object({ status: IssueStatus });
export type IssueUpdate = z.infer<typeof IssueUpdate>;
/** PATCH /api/v1/issues (bulk), and POST /api/v1/issues/delete with ids alone. */
export const IssueBulkUpdate = IssueUpdate.extend({ ids: z.array(z.string()).min(1).max(100) });
export type IssueBulkUpdate = z.infer<typeof IssueBulkUpdate>;
export const IssueBulkDelete = z.object({ ids: z.array(z.string()).min(1).max(100) });
export type IssueBulkDelete = z.infer<typeof IssueBulkDelete>;

/** GET /api/v1/issues/:id */
export const IssueDetail = Issue.extend({
  assignee: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Of the project, within the trend; the newest few. */
  releases: z.array(z.object({ version: z.string(), at: time })),
  trend: Trend,
  trend24h: Trend,
  /** Grouping hashes that point here. */
  hashes: z.array(z.string()),
  activity: z.array(
    z.object({
      kind: z.enum(['first_seen', 'regressed', 'resolved', 'archived', 'reopened', 'assigned', 'unassigned']),
      at: time,
      by: z.string().nullable(),
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
  top: z.array(z.object({ value: z.string(), events: z.number() })),
});
export type TagDistribution = z.infer<typeof TagDistribution>;
export const IssueTags = z.object({
  /** Events looked at. */
  events: z.number(),
  /** True: the issue has more events in the period than were looked at; these are the newest. */
  sampled: z.boolean(),
  tags: z.array(TagDistribution),
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

// ---- events ----
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
export const EventList = z.object({ items: z.array(EventSummary), nextCursor: z.string().nullable() });
export type EventList = z.infer<typeof EventList>;

export const Attachment = z.object({
  id: z.string(),
  name: z.string(),
  contentType: z.string(),
  attachmentType: z.string(),
  bytes: z.number(),
  createdAt: time,
  /** Download address; served as attachment, never inline HTML. */
  url: z.string(),
});
export type Attachment = z.infer<typeof Attachment>;

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
  /** Neighbours in the issue by time; null at the ends. */
  olderId: z.string().nullable(),
  newerId: z.string().nullable(),
  /** 1-based from the newest, and how many there are. */
  index: z.number(),
  total: z.number(),
});
export type EventDetail = z.infer<typeof EventDetail>;

// ---- releases ----
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

// ---- code: repositories, code mappings, ownership ----
export const CODE_HOSTS = ['github', 'gitlab', 'bitbucket', 'gitea', 'template', ''] as const;
/** GET and POST /api/v1/repositories ; PATCH and DELETE /api/v1/repositories/:id */
export const RepositoryRequest = z.object({
  name: z.string().trim().min(1).max(250),
  /** Whose way of writing addresses it has; empty: as the address tells. */
  host: z.enum(CODE_HOSTS).default(''),
  /** Where people look at it. */
  url: z.string().trim().max(1000).default(''),
  /** For `template`: the address of a line, with {commit}, {path} and {line}. */
  template: z.string().trim().max(1000).default(''),
});
export type RepositoryRequest = z.input<typeof RepositoryRequest>;
export const Repository = z.object({
  id: z.string(),
  name: z.string(),
  host: z.enum(CODE_HOSTS),
  url: z.string(),
  template: z.string(),
});
export type Repository = z.infer<typeof Repository>;
export const Repositories = z.array(Repository);
export type Repositories = z.infer<typeof Repositories>;

/** GET and POST /api/v1/projects/:slug/code-mappings ; DELETE /api/v1/projects/:slug/code-mappings/:id */
export const CodeMappingRequest = z.object({
  repository: z.string().trim().min(1).max(250),
  stackRoot: z.string().max(1000),
  sourceRoot: z.string().max(1000),
  defaultBranch: z.string().trim().min(1).max(250).default('main'),
});
export type CodeMappingRequest = z.input<typeof CodeMappingRequest>;
export const CodeMapping = z.object({
  id: z.string(),
  repository: Repository,
  stackRoot: z.string(),
  sourceRoot: z.string(),
  defaultBranch: z.string(),
});
export type CodeMapping = z.infer<typeof CodeMapping>;
/** In the order in which they are tried: the longest stack root first. */
export const CodeMappings = z.array(CodeMapping);
export type CodeMappings = z.infer<typeof CodeMappings>;

/** GET and PUT /api/v1/projects/:slug/ownership */
export const OwnershipRequest = z.object({
  rules: z.string().max(100_000),
  codeowners: z.string().max(500_000),
  /** New issues are assigned to the owner. */
  assigns: z.boolean(),
});
export type OwnershipRequest = z.infer<typeof OwnershipRequest>;
const OwnershipProblem = z.object({
  in: z.enum(['rules', 'codeowners']),
  line: z.number(),
  message: z.string(),
});
export const Ownership = OwnershipRequest.extend({
  /** Owners that are no person here, with the lines they stand in. */
  unknownOwners: z.array(
    z.object({ owner: z.string(), in: z.enum(['rules', 'codeowners']), line: z.number() }),
  ),
  updatedAt: time.nullable(),
});
export type Ownership = z.infer<typeof Ownership>;
/** POST /api/v1/projects/:slug/ownership/check : what is wrong with a text, line by line, before it is saved. */
export const OwnershipCheck = z.object({ problems: z.array(OwnershipProblem) });
export type OwnershipCheck = z.infer<typeof OwnershipCheck>;

const CodeOwner = z.object({
  /** As the rule names it. */
  name: z.string(),
  /** Null: no person here. */
  person: z.object({ id: z.string(), name: z.string() }).nullable(),
});
/** GET /api/v1/issues/:id/events/:eventId/code : what the frames of an event lead to. */
export const EventCode = z.object({
  /** One for each in-app frame that can be linked. */
  links: z.array(z.object({ path: z.string(), line: z.number(), url: z.string(), repository: z.string() })),
  /** Commits of the release the issue began in that changed files of the stack, the most suspect first. */
  suspectCommits: z.array(
    ReleaseCommit.omit({ files: true }).extend({
      /** Those of the stack. */
      files: z.array(z.string()),
    }),
  ),
  /** The release the issue began in; empty: not known. */
  suspectRelease: z.string(),
  /** The rule that decides, and so the owners; null: no rule matches. */
  ownership: z
    .object({
      rule: z.string(),
      in: z.enum(['rules', 'codeowners']),
      line: z.number(),
      owners: z.array(CodeOwner),
    })
    .nullable(),
});
export type EventCode = z.infer<typeof EventCode>;

/** PUT /api/v1/issues/:id/assignee (204) */
export const AssigneeRequest = z.object({
  /** A member; null: nobody. */
  userId: z.string().max(200).nullable(),
});
export type AssigneeRequest = z.infer<typeof AssigneeRequest>;

// ---- logs ----
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;

export const LogRecord = z.object({
  /** Project, nanosecond and a hash of service, host and body: records that differ in none of them share it. */
  id: z.string(),
  projectId: z.string(),
  /** Nanoseconds since 1970, decimal digits: more than a number can hold. */
  timestamp: z.string(),
  level: LogLevel,
  /** 1-24 as in OpenTelemetry, 0: not known. */
  severityNumber: z.number(),
  severityText: z.string(),
  service: z.string(),
  host: z.string(),
  environment: z.string(),
  release: z.string(),
  /** Instrumentation scope or logger. */
  scope: z.string(),
  eventName: z.string(),
  body: z.string(),
  patternId: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  requestId: z.string(),
  /** The protocol it came by. */
  source: z.string(),
  labels: z.record(z.string(), z.string()),
  resource: z.record(z.string(), z.string()),
  attributes: z.record(z.string(), z.unknown()),
});
export type LogRecord = z.infer<typeof LogRecord>;

/** GET /api/v1/logs */
export const LogList = z.object({
  items: z.array(LogRecord),
  nextCursor: z.string().nullable(),
});
export type LogList = z.infer<typeof LogList>;

/** GET /api/v1/logs/histogram: records per step and level, oldest first. */
export const LogHistogram = z.object({
  /** Milliseconds since 1970. */
  from: z.number(),
  stepMs: z.number(),
  levels: z.array(z.object({ level: LogLevel, counts: z.array(z.number()) })),
  total: z.number(),
});
export type LogHistogram = z.infer<typeof LogHistogram>;

/** GET /api/v1/logs/facets?key= : the most frequent values of a key among the records of a search, counted exactly. */
export const LogFacet = z.object({
  key: z.string(),
  /** The most frequent first. A value is cut after 500 characters. */
  values: z.array(z.object({ value: z.string(), records: z.number() })),
  distinctValues: z.number(),
  /** Records that have the key. */
  records: z.number(),
});
export type LogFacet = z.infer<typeof LogFacet>;

/** GET /api/v1/logs/:id/surroundings?lines= : a record, and what its service and host said before and after it. */
export const LogSurroundings = z.object({
  record: LogRecord,
  /** Nearest first, both; within a day of the record. */
  older: z.array(LogRecord),
  newer: z.array(LogRecord),
});
export type LogSurroundings = z.infer<typeof LogSurroundings>;

/** Lines of one GET /api/v1/logs/export: more is a backup, and a spreadsheet takes 1,048,576. */
export const EXPORT_LINES_MAX = 1_000_000;

export const LOG_PATTERN_SORTS = ['records', 'newest', 'errors'] as const;
export type LogPatternSort = (typeof LOG_PATTERN_SORTS)[number];

export const LogPattern = z.object({
  id: z.string(),
  /** What its lines have in common, with placeholders such as `<num>` for what differs. */
  template: z.string(),
  records: z.number(),
  /** Of level error and fatal. */
  errors: z.number(),
  levels: z.array(z.object({ level: LogLevel, records: z.number() })),
  /** Those with the most records. */
  services: z.array(z.string()),
  servicesInAll: z.number(),
  /** Records per step. */
  counts: z.array(z.number()),
  /** Nanoseconds since 1970, in the period. */
  lastSeen: z.string(),
  /** Of all that is kept, whatever the search and the period. Null: it would have taken too long to find out. */
  firstSeen: z.string().nullable(),
  /** That the first record of all named; empty for none. */
  firstRelease: z.string(),
  /** First seen in this period, though records from before it are kept. */
  isNew: z.boolean(),
  /** One of its lines; the body is cut after 2,000 characters. */
  sample: z.object({ id: z.string(), body: z.string() }).nullable(),
});
export type LogPattern = z.infer<typeof LogPattern>;

/** GET /api/v1/logs/patterns?sort=&limit= : what the records of a search have in common, counted exactly. */
export const LogPatterns = z.object({
  items: z.array(LogPattern),
  /** In all, told or not. */
  patterns: z.number(),
  records: z.number(),
  /** Milliseconds since 1970. */
  from: z.number(),
  stepMs: z.number(),
  /** Nanoseconds since 1970 of the oldest record that is kept. Null: there is none, or it is not known. */
  keptSince: z.string().nullable(),
});
export type LogPatterns = z.infer<typeof LogPatterns>;

/** Records of one message of a tail, and messages are about a second apart: what a person can still read. */
export const TAIL_LINES_MAX = 200;

/**
 * GET /api/v1/logs/tail?project=&query=&after= : server-sent events; each `data:` line is one of these. `after`, or the
 * header Last-Event-ID, is the id of the last one that was seen.
 */
export const LogTailMessage = z.discriminatedUnion('type', [
  z.object({
    /** What was stored before is not told. */
    type: z.literal('start'),
    /** Milliseconds since 1970, the server's clock. */
    at: z.number(),
    /** Everything since `after` follows. False: what came meanwhile is not told; ask for the list. */
    resumed: z.boolean(),
  }),
  z.object({
    type: z.literal('lines'),
    /** The time between two looks, milliseconds since 1970, in which they were found. */
    since: z.number(),
    at: z.number(),
    /** In the order they came; the newest last. */
    items: z.array(LogRecord),
    /** How many came. */
    arrived: z.number(),
    /** Those of them that are not among the items. */
    leftOut: z.number(),
  }),
  /** They could not be looked for; the next message makes up for it. */
  z.object({ type: z.literal('trouble'), message: z.string() }),
]);
export type LogTailMessage = z.infer<typeof LogTailMessage>;

/** `count` and `rate` (per second) are of records; the others of a field: of its values, or of those that are numbers. */
export const LOG_MEASURES = [
  'count',
  'rate',
  'distinct',
  'sum',
  'avg',
  'min',
  'max',
  'p50',
  'p90',
  'p95',
  'p99',
] as const;
export type LogMeasure = (typeof LOG_MEASURES)[number];

/** Fields that records are grouped by at once. */
export const LOG_GROUP_FIELDS_MAX = 2;

const Measured = z.object({
  /** Null: no record has a number. */
  value: z.number().nullable(),
  records: z.number(),
  /** Those of them that were measured: which have the field, and for all but `distinct` as a number. */
  measured: z.number(),
  /** One for each step; null where no record has a number. Empty when no steps were asked for. */
  points: z.array(z.number().nullable()),
});
export const LogGroup = Measured.extend({
  /** Values of the fields, cut after 200 characters; `unknown` for no level, empty where a record has none. */
  keys: z.array(z.string()),
});
export type LogGroup = z.infer<typeof LogGroup>;

/**
 * GET /api/v1/logs/aggregate?measure=&field=&by=&by=&limit=&steps= : the records of a search measured, in groups.
 * Everything is exact but quantiles, of which the engine keeps a sketch.
 */
export const LogAggregate = z.object({
  isApproximate: z.boolean(),
  /** Of all records of the search. */
  all: Measured,
  /** Those with the largest values; without `by` there is none. */
  groups: z.array(LogGroup),
  /** Measured together: the records of the groups that are not told. Null: all are. */
  others: Measured.nullable(),
  /** Told or not. */
  allGroups: z.number(),
  /** Milliseconds since 1970; the first and the last step may lie in the period only in part. */
  from: z.number(),
  stepMs: z.number(),
});
export type LogAggregate = z.infer<typeof LogAggregate>;

/** What a period is compared with: as much time right before it, or the same time a day or a week earlier. */
export const LOG_AGAINST = ['previous', 'day', 'week'] as const;
export type LogAgainst = (typeof LOG_AGAINST)[number];

/** Keys whose values are compared, besides level, service and pattern. */
export const LOG_COMPARED_KEYS_MAX = 5;

export const LogChange = z.object({
  value: z.string(),
  /** Of a pattern: its text. */
  template: z.string(),
  records: z.number(),
  recordsBefore: z.number(),
  /** By how many standard errors the shares differ; negative: there is less of it. */
  score: z.number(),
});
export type LogChange = z.infer<typeof LogChange>;
export const LogKeyChanges = z.object({
  key: z.string(),
  /** Whose share changed by more than chance and habit explain, the least explained first. */
  changes: z.array(LogChange),
  /** Changed, told or not. */
  allChanges: z.number(),
  /** Values that were looked at. */
  compared: z.number(),
  /** Of the period with more of them. */
  distinctValues: z.number(),
});
export type LogKeyChanges = z.infer<typeof LogKeyChanges>;

const ComparedPeriod = z.object({
  /** Milliseconds since 1970, `to` not included. */
  from: z.number(),
  to: z.number(),
  records: z.number(),
  errors: z.number(),
  counts: z.array(z.number()),
});

/** GET /api/v1/logs/comparison?against=&key= : a search in its period and in an earlier one. */
export const LogComparison = z.object({
  now: ComparedPeriod,
  before: ComparedPeriod,
  /** Where the first step of `now` begins; those of `before` lie as much earlier as that period does. */
  from: z.number(),
  stepMs: z.number(),
  keys: z.array(LogKeyChanges),
});
export type LogComparison = z.infer<typeof LogComparison>;
// ---- traces ----
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export const SPAN_STATUSES = ['unset', 'ok', 'error'] as const;

export const Span = z.object({
  projectId: z.string(),
  /** 32 hex digits. */
  traceId: z.string(),
  /** 16 hex digits. */
  spanId: z.string(),
  /** Empty: the first of the trace. It may name a span that is not stored. */
  parentSpanId: z.string(),
  /** Its start. Nanoseconds since 1970, decimal digits: more than a number can hold. */
  timestamp: z.string(),
  /** Nanoseconds; exact up to a hundred days. */
  durationNs: z.number(),
  name: z.string(),
  kind: z.enum(SPAN_KINDS),
  /** What kind of work it is: `http.server`, `db` … Empty: not known. */
  op: z.string(),
  status: z.enum(SPAN_STATUSES),
  statusMessage: z.string(),
  /** The first of its trace in one service: what Sentry calls a transaction. */
  isSegment: z.boolean(),
  /** Name of the segment it belongs to, where that is known. */
  transaction: z.string(),
  service: z.string(),
  host: z.string(),
  environment: z.string(),
  release: z.string(),
  /** Instrumentation scope. */
  scope: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  requestId: z.string(),
  traceState: z.string(),
  /** The protocol it came by. */
  source: z.string(),
  resource: z.record(z.string(), z.string()),
  attributes: z.record(z.string(), z.unknown()),
  /** What happened at one moment of it, such as an exception; in the sender's order. */
  events: z.array(
    z.object({
      name: z.string(),
      /** Nanoseconds since 1970; empty: not said. */
      timestamp: z.string(),
      attributes: z.record(z.string(), z.unknown()),
    }),
  ),
  links: z.array(
    z.object({
      traceId: z.string(),
      spanId: z.string(),
      traceState: z.string(),
      attributes: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type Span = z.infer<typeof Span>;

/** An error event of a trace. */
export const TraceError = z.object({
  eventId: z.string(),
  projectId: z.string(),
  /** Null when its issue was deleted or is being made. */
  issue: z.object({ id: z.string(), shortId: z.string(), status: IssueStatus }).nullable(),
  timestamp: time,
  title: z.string(),
  culprit: z.string(),
  level: Level,
  service: z.string(),
  host: z.string(),
  release: z.string(),
  environment: z.string(),
  /** The span it happened in; empty: not said. */
  spanId: z.string(),
  userId: z.string(),
});
export type TraceError = z.infer<typeof TraceError>;

/** GET /api/v1/traces/:traceId: all of a trace, each list in the order of time. 404 when nothing of it is stored. */
export const Trace = z.object({
  traceId: z.string(),
  /** Each span once, however often it was sent. */
  spans: z.array(Span),
  logs: z.array(LogRecord),
  errors: z.array(TraceError),
  /** The trace has more of these than one answer holds; these are the first. */
  cutShort: z.object({ spans: z.boolean(), logs: z.boolean(), errors: z.boolean() }),
});
export type Trace = z.infer<typeof Trace>;

export const TRACE_SORTS = ['newest', 'slowest'] as const;

/** A trace by the span it came in with: its first one, or the first that is stored and matches. */
export const TraceSummary = z.object({
  traceId: z.string(),
  projectId: z.string(),
  spanId: z.string(),
  /** Nothing is before it. False: it continues a trace whose beginning is not stored, or does not match. */
  isRoot: z.boolean(),
  /** Nanoseconds since 1970. */
  timestamp: z.string(),
  durationNs: z.number(),
  name: z.string(),
  op: z.string(),
  status: z.enum(SPAN_STATUSES),
  service: z.string(),
  environment: z.string(),
  /** Of the whole trace, within an hour of the period. */
  spans: z.number(),
  errorSpans: z.number(),
  /** In the order of the alphabet; the first ten. */
  services: z.array(z.string()),
});
export type TraceSummary = z.infer<typeof TraceSummary>;

/** GET /api/v1/traces: each trace of a period once. There may be more; one narrows down and does not page. */
export const TraceList = z.object({ items: z.array(TraceSummary), isCut: z.boolean() });
export type TraceList = z.infer<typeof TraceList>;

// ---- SQL ----
/** Milliseconds since 1970. */
const instant = z.number().int().min(0).max(253_402_300_799_999);
/** POST /api/v1/query/sql */
export const SqlRequest = z.object({
  /** Slug or id; empty: all. */
  project: z.string().max(150).default(''),
  query: z.string().max(20_000),
  /** Read unless the query has a condition on timestamp; `to` is not included. The last hour unless they are said. */
  from: instant.optional(),
  to: instant.optional(),
});
export type SqlRequest = z.input<typeof SqlRequest>;

export const SqlType = z.enum(['text', 'integer', 'number', 'time', 'boolean', 'map', 'list', 'null']);
export type SqlType = z.infer<typeof SqlType>;
/** Integers beyond 2^53 are texts; times are ISO 8601 with up to nine digits. */
export const SqlCell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.record(z.string(), z.string()),
  z.array(z.union([z.string(), z.number()])),
]);
export type SqlCell = z.infer<typeof SqlCell>;
export const SqlAnswer = z.object({
  columns: z.array(z.object({ name: z.string(), type: SqlType })),
  rows: z.array(z.array(SqlCell)),
  /** There are more rows than an answer has when the query names no LIMIT. */
  truncated: z.boolean(),
  /** The time that was read, milliseconds since 1970; null: no bound. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Whether the query itself named the time, by a condition on timestamp. */
  timeOfQuery: z.boolean(),
  elapsedMs: z.number(),
});
export type SqlAnswer = z.infer<typeof SqlAnswer>;

/** GET /api/v1/query/sql/schema: what a query may name. */
export const SqlSchema = z.object({
  tables: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      columns: z.array(
        z.object({ name: z.string(), type: SqlType, description: z.string(), aliases: z.array(z.string()) }),
      ),
    }),
  ),
  functions: z.array(
    z.object({
      name: z.string(),
      /** Of its arguments, e.g. `text, number?`. */
      arguments: z.string(),
      gives: z.string(),
      description: z.string(),
      isAggregate: z.boolean(),
    }),
  ),
  rowsDefault: z.number(),
  rowsMax: z.number(),
});
export type SqlSchema = z.infer<typeof SqlSchema>;
/** What one chose on the page of logs, as its address has it. */
export const SavedQueryView = z.strictObject({
  query: z.string().max(1000).optional(),
  period: z.string().max(20).optional(),
  /** ISO 8601; both or none. */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  /** Keys, separated by commas. */
  columns: z.string().max(5000).optional(),
  facets: z.string().max(5000).optional(),
  view: z.string().max(20).optional(),
  sort: z.string().max(20).optional(),
  measure: z.string().max(20).optional(),
  field: z.string().max(200).optional(),
  by: z.string().max(1500).optional(),
  draw: z.string().max(20).optional(),
  against: z.string().max(20).optional(),
});
export type SavedQueryView = z.infer<typeof SavedQueryView>;

/** No control characters: a name is shown on one line. */
const savedQueryName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'a name of one line');

/** POST /api/v1/saved-queries (201) ; PATCH /:id with a part of it ; DELETE /:id (204) */
export const SavedQueryRequest = z.object({
  name: savedQueryName,
  /** Slug or id; null: of all projects. */
  project: z.string().max(150).nullable().default(null),
  view: SavedQueryView,
});
export type SavedQueryRequest = z.input<typeof SavedQueryRequest>;
export const SavedQueryUpdate = z.object({
  name: savedQueryName.optional(),
  view: SavedQueryView.optional(),
});
export type SavedQueryUpdate = z.infer<typeof SavedQueryUpdate>;

export const SavedQuery = z.object({
  id: z.string(),
  name: z.string(),
  /** Slug; null: of all projects. */
  project: z.string().nullable(),
  view: SavedQueryView,
  createdAt: time,
  updatedAt: time,
});
export type SavedQuery = z.infer<typeof SavedQuery>;
/** GET /api/v1/saved-queries : all of the organization, by name. */
export const SavedQueries = z.array(SavedQuery);
export type SavedQueries = z.infer<typeof SavedQueries>;

// ---- usage: the ledger ----
export const UsageQuery = z.object({
  project: z.string().max(100).default(''),
  period: z.enum(PERIODS).default('24h'),
});
export type UsageQuery = z.input<typeof UsageQuery>;
export const UsageLine = z.object({
  projectId: z.string(),
  keyId: z.string(),
  kind: z.string(),
  outcome: z.enum(['stored', 'dropped', 'rejected', 'dead_lettered', 'discarded']),
  reason: z.string(),
  /** The sentence for the reason. */
  explanation: z.string(),
  quantity: z.number(),
  bytes: z.number(),
});
export const Usage = z.object({
  from: time,
  to: time,
  lines: z.array(UsageLine),
  series: z.array(z.object({ outcome: z.string(), trend: Trend })),
  /** Accepted but not yet processed: why the newest numbers may still move. */
  backlogBytes: z.number(),
  disk: z.array(z.object({ what: z.string(), rows: z.number().nullable(), bytes: z.number() })),
  /** What of the quotas of the projects is used today (UTC), of those that have any. */
  quotas: z.array(QuotaUsed.extend({ projectId: z.string() })),
});
export type Usage = z.infer<typeof Usage>;

export const DeadLetter = z.object({
  id: z.string(),
  projectId: z.string().nullable(),
  kind: z.string(),
  reason: z.string(),
  message: z.string(),
  bytes: z.number(),
  position: z.string(),
  createdAt: time,
  redrivenAt: time.nullable(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
/** GET /api/v1/dead-letters?project=&cursor=&limit= ; GET /:id/raw (bytes) ; POST /:id/redrive (204) ; DELETE /:id (204) */
export const DeadLetters = z.object({
  items: z.array(DeadLetter),
  total: z.number(),
  nextCursor: z.string().nullable(),
});
export type DeadLetters = z.infer<typeof DeadLetters>;

// ---- live updates ----
/** GET /api/v1/live: server-sent events; each `data:` line is one of these. */
export const LiveMessage = z.object({
  type: z.literal('batch'),
  projectId: z.string(),
  issueIds: z.array(z.string()),
  newIssueIds: z.array(z.string()),
  events: z.number(),
  /** Title of the newest event, for the Set-up page. */
  lastTitle: z.string(),
  lastIssueId: z.string(),
});
export type LiveMessage = z.infer<typeof LiveMessage>;

/** GET /api/v1/status: is the program well; shown as a banner when not. */
export const Status = z.object({
  version: z.string(),
  engine: z.enum(['ready', 'restarting']),
  backlogBytes: z.number(),
  /** Sentences for a person; empty when all is well. */
  problems: z.array(z.string()),
});
export type Status = z.infer<typeof Status>;
