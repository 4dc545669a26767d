/**
 * The metadata tables as Kysely sees them: one schema for SQLite and Postgres. Times are integer milliseconds
 * since 1970, booleans 0 or 1, JSON is text. The migrations in `migrations/` create exactly this.
 * better-auth owns `user`, `session`, `account` and `verification` and migrates them itself.
 */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { QuotaCategory } from '#server/record/quota.ts';

type Flag = 0 | 1;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export interface SettingTable {
  name: string;
  value: string;
}

export interface OrganizationTable {
  id: Generated<number>;
  slug: string;
  name: string;
  created_at: number;
  /** 0: no issue may be shared by a public link. */
  sharing: Defaulted<Flag>;
}

export interface MemberTable {
  organization_id: number;
  /** better-auth user id. */
  user_id: string;
  role: 'owner' | 'admin' | 'member' | 'viewer';
  created_at: number;
}

/** One-time links: an invitation, or a new password for a member. One for each e-mail. */
export interface InviteTable {
  id: Generated<number>;
  organization_id: number;
  /** Lower case. */
  email: string;
  /** What the person becomes, or is. */
  role: 'owner' | 'admin' | 'member' | 'viewer';
  purpose: Generated<'join' | 'password'>;
  /** SHA-256 of the token in the link, hex. */
  token_hash: string;
  /** Who invited; null: whoever runs the program, from the command line. */
  user_id: string | null;
  created_at: number;
  expires_at: number;
}

export interface ProjectTable {
  id: Generated<number>;
  organization_id: number;
  slug: string;
  name: string;
  /** `node`, `python`, ...; empty when not said. */
  platform: string;
  created_at: number;
  /** When the first event was stored; null until then. */
  first_event_at: number | null;
  /** Last number given out for a short id such as SHOP-12. */
  last_issue_number: Defaulted<number>;
  /** JSON: ProjectSettings. */
  settings: Defaulted<string>;
}

export interface IngestKeyTable {
  id: Generated<number>;
  project_id: number;
  /** 32 lower-case hex; public by nature, it stands in the DSN. */
  public_key: string;
  label: string;
  enabled: Defaulted<Flag>;
  /** Records per window; null: no limit. */
  rate_limit_count: number | null;
  rate_limit_window_seconds: number | null;
  created_at: number;
  /** The project's number in the DSN that it came with from another tracker; empty: it was made here. */
  dsn_project: Defaulted<string>;
}

export interface ApiTokenTable {
  id: Generated<number>;
  organization_id: number;
  /** Who made it; null for the bootstrap token. */
  user_id: string | null;
  name: string;
  /** SHA-256 of the token, hex. The token itself is shown once and never kept. */
  token_hash: string;
  /** Last four characters, to tell tokens apart. */
  token_hint: string;
  /** JSON array of scopes. */
  scopes: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
  revoked_at: number | null;
}

export interface IssueTable {
  id: Generated<number>;
  project_id: number;
  /** 12 of SHOP-12. */
  number: number;
  title: string;
  culprit: string;
  /** Event type: error, default, csp, ... */
  type: string;
  exception_type: string;
  exception_value: string;
  level: string;
  platform: string;
  logger: string;
  status: Defaulted<'unresolved' | 'resolved' | 'archived'>;
  /** `new`, `regressed` and `escalating` fade to ongoing by time; see issues/lifecycle.ts. */
  substate: Defaulted<'new' | 'ongoing' | 'regressed' | 'escalating' | 'archived'>;
  /** When the substate was entered. */
  substate_at: number;
  first_seen: number;
  last_seen: number;
  event_count: Defaulted<number>;
  user_count: Defaulted<number>;
  first_release: string;
  last_release: string;
  last_event_id: string;
  /** 1 when an event of it was unhandled. */
  unhandled: Defaulted<Flag>;
  /** Kind of expected error its newest event is (record/expected.ts); empty: none. */
  expected: Defaulted<string>;
  resolved_at: number | null;
  resolved_by: string | null;
  /** What decides whether it comes back; empty: the time it was resolved at. */
  resolved_in: Defaulted<'' | 'release' | 'next_release' | 'commit'>;
  /** The release it is resolved in; of `next_release` the one that was current, empty when there was none. */
  resolved_release: Defaulted<string>;
  /** Set for `commit`, and kept when a release brings the commit. */
  resolved_commit: Defaulted<string>;
  /** Name of the repository of the commit. */
  resolved_repository: Defaulted<string>;
  /** What brings it back; empty: it is not archived. */
  archived_until: Defaulted<'' | 'forever' | 'time' | 'events' | 'users' | 'escalating'>;
  /** Of `time` the time, ms; of `events` and `users` how many more. */
  archived_limit: number | null;
  /** Of `events` and `users`: within how much time; null: ever. */
  archived_window_ms: number | null;
  /** Events or users it had when it was archived. */
  archived_from: number | null;
  priority: Defaulted<'low' | 'medium' | 'high'>;
  /** When a person chose the priority; null: it is as it was computed. */
  priority_set_at: number | null;
  created_at: number;
  /** Its place in the order of impact, made of the columns above: issues/impact-score.ts. */
  impact: GeneratedAlways<number>;
}

export interface IssueHashTable {
  project_id: number;
  /** 32 hex, see record/grouping.ts. */
  hash: string;
  issue_id: number;
  created_at: number;
  /** Events that this hash decided, of all time, and when: what `issue` sums up, by hash, so that it can be taken apart. */
  event_count: Defaulted<number>;
  /** Null: none yet. */
  first_seen: number | null;
  last_seen: number | null;
  /** Of its events, those that are made of log records. */
  log_count: Defaulted<number>;
  /** Type and place in the code of its newest event, which a text and an SDK say alike; empty: not known. */
  kind: Defaulted<string>;
}

/** Why events of a hash are grouped: of the first of them, or the first after the hash was deleted. */
export interface HashGroupingTable {
  project_id: number;
  hash: string;
  /** JSON: GroupingResult. */
  grouping: string;
}

/** Where the code of a kind of event was, to be searched: of the first of them. No row: it had no stack. */
export interface HashStackTable {
  project_id: number;
  hash: string;
  /** Lower case; a line for each part of a frame (record/stack-text.ts). */
  stack: string;
}

/** Distinct users of an issue; makes user_count exact and replay-safe. */
export interface IssueUserTable {
  issue_id: number;
  /** First 16 hex of the SHA-256 of user_key. */
  user_hash: string;
}

/** What people do around an issue. */
export type TeamworkKind =
  | 'comment'
  | 'comment_deleted'
  | 'shared'
  | 'unshared'
  | 'linked'
  | 'link_created'
  | 'unlinked';

export interface IssueActivityTable {
  id: Generated<number>;
  issue_id: number;
  project_id: number;
  kind:
    | 'first_seen'
    | 'regressed'
    | 'resolved'
    | 'archived'
    | 'reopened'
    | 'assigned'
    | 'unassigned'
    | 'escalated'
    | 'returned'
    | 'prioritized'
    | 'undone'
    | 'merged'
    | 'unmerged'
    | 'imported'
    | TeamworkKind;
  /** Who did it; null for the program. */
  user_id: string | null;
  /** JSON. */
  data: Defaulted<string>;
  created_at: number;
  /** The issue it was written of, when that has been merged into this one. */
  merged_from: number | null;
}

/** An issue of another tracker that came here; several of them may be one here. */
export interface IssueImportTable {
  project_id: number;
  /** Where it was: `https://sentry.example.com/acme/shop`. */
  source: string;
  /** Its id there. */
  source_issue: string;
  issue_id: number;
  short_id: string;
  /** Its page there; empty: not known. */
  url: string;
  /** As counted there, over all its time; users null: not counted there. */
  event_count: number;
  user_count: number | null;
  /** What the source said of it when all of it was brought; empty until then. */
  mark: string;
  imported_at: number;
}

export interface AttachmentTable {
  id: Generated<number>;
  project_id: number;
  event_id: string;
  name: string;
  content_type: string;
  attachment_type: string;
  bytes: number;
  /** Name in the blob store. */
  blob: string;
  created_at: number;
}

export interface FeedbackTable {
  id: Generated<number>;
  project_id: number;
  /** The feedback's own id when sent as an event. */
  feedback_id: string | null;
  /** The event it speaks of; may arrive before it. */
  event_id: string | null;
  /** Filled when the event is known. */
  issue_id: number | null;
  name: string;
  email: string;
  message: string;
  url: string;
  status: Defaulted<'unread' | 'read' | 'resolved' | 'spam'>;
  trace_id: Defaulted<string>;
  replay_id: Defaulted<string>;
  /** `widget`, `crash-dialog` ...: where it was written; empty: not said. */
  source: Defaulted<string>;
  environment: Defaulted<string>;
  release: Defaulted<string>;
  created_at: number;
}

export interface MonitorTable {
  id: Generated<number>;
  project_id: number;
  slug: string;
  /** JSON: monitor_config as last sent by the program and as set by people, key by key (record/monitor-config.ts). */
  config: Defaulted<string>;
  /** Of its last check-in. */
  status: Defaulted<string>;
  last_check_in_at: number | null;
  /** 1: nothing is expected of it. */
  paused: Defaulted<Flag>;
  /** 1: it makes no issue. */
  muted: Defaulted<Flag>;
  created_at: number;
}

/** What an environment of a monitor expects, and how it stands (monitors/judge.ts). */
export interface MonitorEnvironmentTable {
  id: Generated<number>;
  monitor_id: number;
  environment: string;
  status: 'waiting' | 'ok' | 'error' | 'missed' | 'timeout';
  /** Check-ins in a row that failed, and that were well. */
  failures: Defaulted<number>;
  successes: Defaulted<number>;
  /** Start of the newest. */
  last_check_in_at: number;
  /** JSON of the schedule that next_expected_at is by. */
  schedule: Defaulted<string>;
  next_expected_at: number | null;
  /** When that is missed: with the margin. */
  due_at: number | null;
  /** The incident that is open. */
  incident_id: number | null;
}

/** From the check-in that made an issue to the one after which all was well. */
export interface MonitorIncidentTable {
  id: Generated<number>;
  monitor_id: number;
  environment: string;
  started_at: number;
  ended_at: number | null;
  /** The first event that tells of it; empty: the monitor was muted. */
  event_id: Defaulted<string>;
  issue_id: number | null;
  /** `link`: its issue is not found yet. `resolve`: the issue is to be resolved. */
  to_do: Defaulted<'' | 'link' | 'resolve'>;
}

/** When the program could not take check-ins. */
export interface WatchGapTable {
  from_at: number;
  to_at: number;
}

export interface CheckInTable {
  id: Generated<number>;
  project_id: number;
  monitor_id: number;
  /** 32 hex from the SDK. */
  check_in_id: string;
  environment: string;
  release: string;
  /** `missed`, `timeout` and `unknown` are found by the watch; unknown: how it ended was said while nobody listened. */
  status: 'in_progress' | 'ok' | 'error' | 'missed' | 'timeout' | 'unknown';
  duration_ms: number | null;
  trace_id: string;
  started_at: number;
  updated_at: number;
  /** 0: its monitor has not taken notice of its status. */
  judged: Defaulted<Flag>;
  /** When the run it tells of was expected; null: at no time. */
  expected_at: number | null;
  /** While it is in progress: when it takes too long. */
  timeout_at: number | null;
  /** The event that tells of its failure; empty: none. */
  event_id: Defaulted<string>;
  /** 0: that event is not in the journal yet. */
  reported: Defaulted<Flag>;
}

export interface DeadLetterTable {
  id: Generated<number>;
  /** Null when not even the project can be read. */
  project_id: number | null;
  key_id: number | null;
  kind: string;
  reason: string;
  /** What went wrong, for a person. */
  message: string;
  bytes: number;
  /** Name in the blob store of the raw frame or damaged bytes. */
  blob: string;
  /** Where it stood in the journal: `segment:offset`. */
  position: string;
  created_at: number;
  redriven_at: number | null;
}

/** A search with everything one chose on the page, kept under a name. */
export interface SavedQueryTable {
  id: Generated<number>;
  organization_id: number;
  /** Of which page. */
  screen: Defaulted<'logs' | 'issues'>;
  /** Whose alone it is; empty: for all members. Not null, for two nulls would be two names. */
  owner_id: Defaulted<string>;
  /** When it was made a tab over the list, which is their order; null: it is none. */
  pinned_at: Defaulted<number | null>;
  /** Null: of all projects. */
  project_id: number | null;
  name: string;
  /** JSON: SavedQueryView of the contract. */
  view: string;
  /** Who saved it; null for a token that no person owns. */
  user_id: string | null;
  created_at: number;
  updated_at: number;
}

/** How far process got; one row per journal. Committed in the same transaction as a batch's effects. */
export interface CheckpointTable {
  name: string;
  segment: number;
  offset: number;
  /** Number of the last decided batch; batch tokens derive from it. */
  batch: number;
}

/** Batches whose metadata is committed and whose telemetry rows wait in spool files for their insert. */
export interface PendingBatchTable {
  journal: string;
  batch: number;
  /** File in the spool directory. */
  spool: string;
  created_at: number;
}

/** Requests that were processed lately, to be told when their sender, who did not hear our answer, sends them again. */
export interface KnownRequestTable {
  id: Generated<number>;
  project_id: number;
  /** 32 hex digits. */
  identity: string;
  received_at: number;
}

/** What of a project's quotas is used up today; written every second, so that a restart goes on from it. */
export interface QuotaUseTable {
  project_id: number;
  category: QuotaCategory;
  /** Midnight UTC, ms. */
  day: number;
  records: number;
  bytes: number;
}

/** What retention removed, by the day on which it did. */
export interface RemovalTable {
  /** `2026-11-23`. */
  removed_on: string;
  /** Tells runs of one day apart; one that was cut off and repeated is one. */
  run: string;
  kind: 'event' | 'log' | 'span';
  /** Group of levels; empty for what is no log record. */
  levels: string;
  project_id: number;
  /** First day of the partition that the rows lay in. */
  partition_day: string;
  rows: number;
}

/** A piece of a bundle that is being uploaded; kept until its bundle is whole, or a day. */
export interface UploadChunkTable {
  organization_id: number;
  /** SHA-1 of the piece, as its uploader names it, hex. */
  sha1: string;
  bytes: number;
  /** Name in the blob store. */
  blob: string;
  created_at: number;
}

/** What one build uploaded for one project: source maps and the files they are of. */
export interface ArtifactBundleTable {
  id: Generated<number>;
  project_id: number;
  /** SHA-1 of the bundle as uploaded, hex. */
  checksum: string;
  /** Empty: of any release, found by debug ids alone. */
  release: string;
  dist: string;
  files: number;
  /** Of its files as kept, compressed. */
  bytes: number;
  created_at: number;
  /** When one of its files was last needed; to the day. */
  used_at: number;
}

export interface ArtifactFileTable {
  id: Generated<number>;
  bundle_id: number;
  project_id: number;
  kind: 'minified_source' | 'source_map' | 'source';
  /** As the manifest says: `~/assets/index.js`. */
  url: string;
  /** 32 hex; empty when the file has none. */
  debug_id: string;
  /** Of a minified file: where it says its source map is. Empty when it does not. */
  source_map: string;
  /** Of the bundle, again: files without a debug id are found by them. */
  release: string;
  dist: string;
  /** Before compression. */
  bytes: number;
  /** Name in the blob store: the file as zstd. */
  blob: string;
}

/** Of an organization: projects that name the same version share it. */
export interface ReleaseTable {
  id: Generated<number>;
  organization_id: number;
  version: string;
  url: Defaulted<string>;
  /** When it was created, or first named by an event. */
  created_at: number;
  started_at: number | null;
  /** When it was finalized. */
  released_at: number | null;
}

export interface ReleaseProjectTable {
  release_id: number;
  project_id: number;
  /** When the project got it: its date there, until it is finalized. */
  added_at: number;
  /** Null: no event has named it. The last may be a minute behind. */
  first_event_at: number | null;
  last_event_at: number | null;
}

export interface RepositoryTable {
  id: Generated<number>;
  organization_id: number;
  /** `acme/shop`, as sentry-cli has it from the address of the remote. */
  name: string;
  host: Defaulted<'github' | 'gitlab' | 'bitbucket' | 'gitea' | 'template' | ''>;
  /** Where people look at it, http or https; empty: not known. */
  url: Defaulted<string>;
  /** Address of a line, for `template`: with {commit}, {path} and {line}. */
  template: Defaulted<string>;
  created_at: number;
}

export interface ReleaseCommitTable {
  release_id: number;
  /** 0 is the newest. */
  position: number;
  repository_id: number;
  sha: string;
  author_name: string;
  author_email: string;
  message: string;
  committed_at: number | null;
  /** JSON: [path, `A`, `M` or `D`] of each changed file. */
  files: Defaulted<string>;
}

export interface DeployTable {
  id: Generated<number>;
  release_id: number;
  environment: string;
  name: string;
  url: string;
  started_at: number | null;
  finished_at: number;
}

/** Where the paths of a project's stack traces lie in a repository. */
export interface CodeMappingTable {
  id: Generated<number>;
  project_id: number;
  repository_id: number;
  /** How such a path begins; empty: any. */
  stack_root: string;
  /** What stands there instead. */
  source_root: string;
  default_branch: string;
  created_at: number;
}

/** Who owns which code of a project. */
export interface OwnershipTable {
  project_id: number;
  /** In the syntax of Sentry's ownership rules. */
  rules: string;
  /** The file CODEOWNERS as it is. */
  codeowners: string;
  /** 1: new issues are assigned to the owner. */
  assigns: Flag;
  updated_at: number;
}

/** A person or a team: one of the two is null. */
export interface IssueAssigneeTable {
  issue_id: number;
  user_id: string | null;
  team_id: number | null;
  assigned_at: number;
}

/** Owners that the deciding rule named when the issue was new; each a person or a team. */
export interface IssueSuggestionTable {
  id: Generated<number>;
  issue_id: number;
  user_id: string | null;
  team_id: number | null;
}

export interface TeamTable {
  id: Generated<number>;
  organization_id: number;
  /** What stands after the # */
  slug: string;
  name: string;
  created_at: number;
}

export interface TeamMemberTable {
  team_id: number;
  user_id: string;
}

/** What a team works on; it may see everything all the same. */
export interface TeamProjectTable {
  team_id: number;
  project_id: number;
}

/** Who is to hear of an issue. A row that does not follow remembers who does not want to, whatever happens. */
export interface IssueFollowerTable {
  issue_id: number;
  user_id: string;
  following: Flag;
  reason:
    | 'by_hand'
    | 'assigned'
    | 'team_assigned'
    | 'commented'
    | 'mentioned'
    | 'team_mentioned'
    | 'changed_status';
  since: number;
}

export interface IssueBookmarkTable {
  issue_id: number;
  user_id: string;
  created_at: number;
}

/** The one public link to an issue. */
export interface IssueShareTable {
  issue_id: number;
  /** 256 random bits, base64url. */
  token: string;
  user_id: string | null;
  /** Of the API token that made it, when no person owns that one. */
  token_name: string;
  created_at: number;
}

/** A tracker of the organization's, with the credential to write to it. */
export interface TrackerTable {
  id: Generated<number>;
  organization_id: number;
  kind: 'github' | 'gitlab' | 'jira';
  name: string;
  /** Of its API, without a slash at the end. */
  url: string;
  /** E-mail of the account of a token, for Jira's cloud; else empty. */
  account: string;
  /** Sealed; see platform/secret-box.ts. */
  secret: string;
  /** Last four characters, to tell credentials apart. */
  secret_hint: string;
  created_at: number;
}

/** What an issue is linked to, with the state as of the link. */
export interface IssueLinkTable {
  id: Generated<number>;
  issue_id: number;
  /** Null: an address that somebody gave, or the tracker is gone. */
  tracker_id: number | null;
  kind: 'github' | 'gitlab' | 'jira' | 'url';
  url: string;
  /** `acme/shop#12`, `SHOP-12`. */
  name: string;
  title: string;
  state: string;
  created_at: number;
}

/** What a project does not want to keep. No row: it keeps everything. */
export interface ProjectFilterTable {
  project_id: number;
  /** JSON: FilterRules (filters/filter-rules.ts). */
  rules: string;
  updated_at: number;
}

/** Who did what: never changed, and forgotten after a while. */
export interface AuditEntryTable {
  id: Generated<number>;
  /** Null: somebody unknown, of whom not even that is known. */
  organization_id: number | null;
  at: number;
  user_id: string;
  who: string;
  email: string;
  /** contract/audit.ts, AUDIT_VIA. */
  via: string;
  address: string;
  agent: string;
  route: string;
  action: string;
  noun: string;
  project: string;
  /** JSON. */
  target: string;
  changes: string;
  /** 0: begun, and not ended yet or never. */
  status: number;
  request: string;
  /** JSON: what audit/differences.ts makes. */
  differences: Defaulted<string>;
}

/** What a project does with the log records of one pattern (record/noise.ts). */
export interface NoiseRuleTable {
  id: Generated<number>;
  project_id: number;
  /** Decimal digits: the id of a pattern, a safe integer. */
  pattern_id: string;
  action: string;
  keep_one_in: Defaulted<number>;
  demote_to: Defaulted<number>;
  severity_max: number;
  with_stack_traces: Defaulted<Flag>;
  /** Only records whose body has this text; empty: all of them. */
  contains: Defaulted<string>;
  enabled: Defaulted<Flag>;
  /** What its records have in common, and one of them, as of the moment it was made: there may be none any more. */
  template: string;
  sample: string;
  /** Issues it went before when it was made, which somebody saw and accepted. */
  goes_before: Defaulted<number>;
  created_at: number;
  /** better-auth user id; null: an API token. */
  created_by: string | null;
  updated_at: number;
}

/** Counts the changes of a project's noise rules. No row: it never had any. */
export interface NoiseRevisionTable {
  project_id: number;
  revision: number;
}

/** How a project wants its events grouped. No row: as everybody's. */
export interface GroupingRulesTable {
  project_id: number;
  fingerprint_rules: Defaulted<string>;
  stack_trace_rules: Defaulted<string>;
  /** Counts the changes: what is read again when it differs. */
  revision: Defaulted<number>;
  updated_at: number;
  updated_by: string | null;
}

/** An issue that was merged into another: its addresses lead there, and it can be had back. */
export interface MergedIssueTable {
  /** As it was; no issue has it now. */
  id: number;
  project_id: number;
  number: number;
  /** Where its events went. */
  issue_id: number;
  /** JSON: the hashes it had. */
  hashes: string;
  /** JSON: status, dates and people's choices, for who takes it out again. */
  state: string;
  merged_at: number;
}

/** What a project wants done with its issues by itself. No row: nothing. */
export interface ProjectWorkflowTable {
  project_id: number;
  /** Days without an event after which an issue is resolved; null: never. */
  auto_resolve_days: number | null;
  updated_at: number;
}

/** What was before a change of issues, until it is taken back or too old for that. A large change has several parts. */
export interface IssueUndoTable {
  /** Random: known to who made the change. */
  id: string;
  part: number;
  organization_id: number;
  /** User id, or the name of a token that no person owns. */
  actor: string;
  /** Kind of the activity that it takes back. */
  what: string;
  /** JSON: UndoPart (issues/issue-undo.ts). */
  changes: string;
  expires_at: number;
}

/** A way out for notifications: an address and how it is used. */
export interface ChannelTable {
  id: Generated<number>;
  organization_id: number;
  /** Whose own it is; null: everybody's. */
  user_id: string | null;
  kind: string;
  name: string;
  /** JSON by name of the field, without secrets. */
  settings: string;
  /** JSON by name of the field, sealed; empty: there are none. */
  secrets: Defaulted<string>;
  /** JSON: ChannelTiming (contract/channels.ts). */
  timing: string;
  paused: Defaulted<Flag>;
  /** Before this there is nothing to do for it: it has to wait, or to gather. */
  look_at: Defaulted<number>;
  /** Tries that failed since the last that did not. */
  failures: Defaulted<number>;
  failing_since: number | null;
  last_problem: Defaulted<string>;
  last_delivered_at: number | null;
  /** Which program delivers now; others leave it alone until the time. */
  created_at: number;
}

/** What a channel is sent in one piece: decided once, tried until it is delivered or given up. */
export interface ChannelMessageTable {
  id: Generated<number>;
  channel_id: number;
  what: 'notification' | 'summary' | 'digest' | 'test';
  title: string;
  /** How many are in it. */
  notifications: number;
  status: 'sending' | 'delivered' | 'failed';
  attempts: Defaulted<number>;
  answer_status: number | null;
  answer: Defaulted<string>;
  created_at: number;
  next_try_at: number;
  give_up_at: number;
  finished_at: number | null;
}

/** A notification for a channel, written in the transaction of what it tells. */
export interface OutboxTable {
  id: Generated<number>;
  channel_id: number;
  notification_id: string;
  firing_key: string;
  state: 'firing' | 'resolved';
  priority: 'critical' | 'warning' | 'info';
  /** Name of the alert rule. */
  rule: string;
  /** JSON: Notification (record/notification.ts). */
  body: string;
  created_at: number;
  /** The message that it went into; null: it waits. */
  message_id: number | null;
}

/** An exception found in a log record: until it is told to the lane of errors, and then as a link. */
export interface LogErrorTable {
  id: Generated<number>;
  project_id: number;
  /** Of the event it becomes. */
  event_id: string;
  /** Of the log record, as in its address. */
  log_id: string;
  /** Of the lane that found it. */
  journal: string;
  /** The event, JSON; empty once it is told. */
  payload: string;
  told: number;
  /** ms; not told before. */
  ready_at: number;
  /** Of the event that stands for it; empty: none does. */
  hash: string;
  /** The event of an SDK that is the same error; empty: none. */
  sdk_event_id: string;
  /** Of the log record: by which others like it are found. */
  pattern: Defaulted<string>;
  created_at: number;
}

/** What people want to be told of, as they wrote it; and how its evaluation stands. */
export interface AlertRuleTable {
  id: Generated<number>;
  organization_id: number;
  name: string;
  kind: 'issue' | 'log' | 'monitor' | 'health';
  /** JSON: AlertRuleInput of the contract, whose projects are in alert_rule_project. */
  definition: string;
  enabled: Defaulted<Flag>;
  created_by: string | null;
  created_at: number;
  /** Also of the time before which nothing that happened counts. */
  updated_at: number;
  /** When it was last written down that it was evaluated; up to a minute late. */
  evaluated_at: number | null;
  /** Why it cannot be evaluated; empty: it can. */
  problem: Defaulted<string>;
  problem_since: number | null;
  last_fired_at: number | null;
}

/** No row: a rule is of all projects of its organization. */
export interface AlertRuleProjectTable {
  rule_id: number;
  project_id: number;
}

/** A group of a rule that is not well. */
export interface AlertStateTable {
  rule_id: number;
  /** Of an issue its id; else a hash of the labels. */
  state_key: string;
  /** JSON object. */
  labels: string;
  state: 'pending' | 'firing';
  since: number;
  /** Firing, and since then below what resolves it. */
  clear_since: number | null;
  value: number | null;
  firing_id: Defaulted<string>;
  updated_at: number;
}

export interface AlertFiringTable {
  /** The same for the same cause, whoever decides it: two evaluators cannot write it twice. */
  id: string;
  rule_id: number;
  organization_id: number;
  /** Null: a rule over several. */
  project_id: number | null;
  state_key: string;
  labels: string;
  value: number | null;
  threshold: number | null;
  started_at: number;
  ended_at: number | null;
  issue_id: number | null;
  /** JSON: the Notification as it fired. */
  notification: string;
  /** `told`, or why nobody was. */
  told: 'told' | 'nobody' | 'silenced' | 'hours' | 'too_many';
  told_at: number | null;
  times_told: Defaulted<number>;
  /** When it is told, or told again; null: never. */
  tell_at: number | null;
}

/** The value that was farthest of a rule's groups, by the minute. */
export interface AlertSampleTable {
  rule_id: number;
  at: number;
  value: number | null;
}

export interface AlertSilenceTable {
  id: Generated<number>;
  organization_id: number;
  /** Null: of all rules. */
  rule_id: number | null;
  /** JSON: AlertMatcher[]. */
  matchers: string;
  comment: Defaulted<string>;
  starts_at: number;
  ends_at: number;
  created_by: string | null;
  created_at: number;
}

/** The one row that says who evaluates. */
/** What one program at a time does; see lease.ts. */
export interface LeaseTable {
  name: string;
  holder: string;
  /** Counts the holders: a write of an earlier one is refused. */
  fence: number;
  expires_at: number;
}

export interface AlertEvaluatorTable {
  name: string;
  /** Counts the changes of rules and silences. */
  revision: Defaulted<number>;
  /** Activity of issues up to here has been looked at. */
  activity_id: Defaulted<number>;
}

/** Issues with events that a program stored which does not evaluate. */
export interface AlertTouchedTable {
  issue_id: number;
  project_id: number;
  at: number;
}

/** How far each program got: before that, everything that arrived there can be queried. */
export interface AlertProgramTable {
  program: string;
  arrived_until: number;
  seen_at: number;
}

export interface Database {
  channel: ChannelTable;
  channel_message: ChannelMessageTable;
  outbox: OutboxTable;
  log_error: LogErrorTable;
  alert_rule: AlertRuleTable;
  alert_rule_project: AlertRuleProjectTable;
  alert_state: AlertStateTable;
  alert_firing: AlertFiringTable;
  alert_sample: AlertSampleTable;
  alert_silence: AlertSilenceTable;
  alert_evaluator: AlertEvaluatorTable;
  lease: LeaseTable;
  alert_touched: AlertTouchedTable;
  alert_program: AlertProgramTable;
  grouping_rules: GroupingRulesTable;
  audit_entry: AuditEntryTable;
  noise_rule: NoiseRuleTable;
  noise_revision: NoiseRevisionTable;
  merged_issue: MergedIssueTable;
  project_workflow: ProjectWorkflowTable;
  issue_undo: IssueUndoTable;
  upload_chunk: UploadChunkTable;
  artifact_bundle: ArtifactBundleTable;
  artifact_file: ArtifactFileTable;
  release: ReleaseTable;
  release_project: ReleaseProjectTable;
  release_commit: ReleaseCommitTable;
  deploy: DeployTable;
  repository: RepositoryTable;
  code_mapping: CodeMappingTable;
  ownership: OwnershipTable;
  issue_assignee: IssueAssigneeTable;
  issue_suggestion: IssueSuggestionTable;
  team: TeamTable;
  team_member: TeamMemberTable;
  team_project: TeamProjectTable;
  issue_follower: IssueFollowerTable;
  issue_bookmark: IssueBookmarkTable;
  issue_share: IssueShareTable;
  tracker: TrackerTable;
  issue_link: IssueLinkTable;
  project_filter: ProjectFilterTable;
  quota_use: QuotaUseTable;
  removal: RemovalTable;
  setting: SettingTable;
  organization: OrganizationTable;
  member: MemberTable;
  invite: InviteTable;
  project: ProjectTable;
  ingest_key: IngestKeyTable;
  api_token: ApiTokenTable;
  issue: IssueTable;
  issue_hash: IssueHashTable;
  hash_grouping: HashGroupingTable;
  hash_stack: HashStackTable;
  issue_user: IssueUserTable;
  issue_activity: IssueActivityTable;
  issue_import: IssueImportTable;
  attachment: AttachmentTable;
  feedback: FeedbackTable;
  monitor: MonitorTable;
  check_in: CheckInTable;
  monitor_environment: MonitorEnvironmentTable;
  monitor_incident: MonitorIncidentTable;
  watch_gap: WatchGapTable;
  dead_letter: DeadLetterTable;
  saved_query: SavedQueryTable;
  checkpoint: CheckpointTable;
  pending_batch: PendingBatchTable;
  known_request: KnownRequestTable;
}
