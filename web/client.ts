/**
 * The one place that talks to the server. Every call answers with a type of the contract or throws an ApiError
 * with the server's own sentence; pages show that sentence as it is. Also the live stream of what arrives.
 */

import type {
  AlertFiringList,
  AlertPreview,
  AlertPreviewRequest,
  AlertRule,
  AlertRuleDraft,
  AlertRuleList,
  AlertSilence,
  AlertSilenceDraft,
  AlertSilences,
} from '#contract/alerts.ts';
import type { AuditList } from '#contract/audit.ts';
import type {
  Channel,
  ChannelKinds,
  ChannelList,
  ChannelRequest,
  ChannelTest,
  ChannelUpdate,
  Delivery,
  DeliveryDetail,
  DeliveryList,
  PersonalNotifications,
  PersonalNotificationsAnswer,
} from '#contract/channels.ts';
import type {
  CodeMappingRequest,
  CodeMappings,
  EventCode,
  Ownership,
  OwnershipCheck,
  OwnershipRequest,
  Repositories,
  Repository,
  RepositoryRequest,
} from '#contract/code.ts';
import type { DifferencesQuery, IssueDifferences } from '#contract/differences.ts';
import type { ErrorAnswer } from '#contract/errors.ts';
import type { AttachmentText, EventDetail, EventList } from '#contract/events.ts';
import type { FeedbackList, FeedbackQuery, FeedbackUpdate } from '#contract/feedback.ts';
import type {
  ExpectedErrors,
  FilterPreview,
  FilterRules,
  ProjectFilters,
  SetupGuides,
} from '#contract/filters.ts';
import type {
  GroupingPreview,
  GroupingRules,
  GroupingRulesCheck,
  GroupingRulesRequest,
  IssueHashes,
  LookAlikes,
} from '#contract/grouping.ts';
import type { IssueImpact } from '#contract/impact.ts';
import type {
  AffectedUsers,
  BulkAssigneeRequest,
  EventLocation,
  Issue,
  IssueBulkUpdate,
  IssueDetail,
  IssueList,
  IssueListQuery,
  IssuesAssigned,
  IssueTags,
} from '#contract/issues.ts';
import type { LiveMessage, Status } from '#contract/live.ts';
import type {
  LogAgainst,
  LogAggregate,
  LogComparison,
  LogFacet,
  LogHistogram,
  LogList,
  LogMeasure,
  LogPatternSort,
  LogPatterns,
  LogSurroundings,
  LogTailMessage,
} from '#contract/logs.ts';
import type {
  CheckInList,
  Monitor,
  MonitorDetail,
  MonitorList,
  MonitorListQuery,
  MonitorUpdate,
} from '#contract/monitors.ts';
import type {
  NoiseCheck,
  NoiseQuery,
  NoiseReport,
  NoiseRule,
  NoiseRuleRequest,
  NoiseRuleSwitch,
  NoiseRules,
} from '#contract/noise.ts';
import type {
  InviteAcceptance,
  InviteAnswer,
  InviteRequest,
  InviteState,
  Members,
  MemberUpdate,
  PasswordChange,
  Person,
  ProjectSummary,
  Session,
  SetupRequest,
  SetupState,
  SignInRequest,
} from '#contract/people.ts';
import type {
  ArtifactBundles,
  IngestKey,
  IngestKeyRequest,
  IngestKeyUpdate,
  ProjectLimits,
  ProjectLimitsUpdate,
  ProjectRequest,
  ProjectStored,
  ProjectUpdate,
} from '#contract/projects.ts';
import type {
  ReleaseCommits,
  ReleaseDetail,
  ReleaseIssues,
  ReleaseList,
  ReleaseListQuery,
  ReleasePatterns,
} from '#contract/releases.ts';
import type {
  SavedQueries,
  SavedQuery,
  SavedQueryRequest,
  SavedQueryScreen,
  SavedQueryUpdate,
} from '#contract/saved-queries.ts';
import type { SearchSuggestions, SuggestionQuery } from '#contract/search.ts';
import type { IssueShare, Organization, OrganizationUpdate, SharedIssue } from '#contract/shares.ts';
import type { SqlAnswer, SqlRequest, SqlSchema } from '#contract/sql.ts';
import type { EventCause, LogLinks, Story } from '#contract/story.ts';
import type { Team, TeamRequest, Teams, TeamUpdate } from '#contract/teams.ts';
import type { Assignee, Comment } from '#contract/teamwork.ts';
import type { ApiToken, ApiTokenCreated, ApiTokenRequest } from '#contract/tokens.ts';
import type { Trace, TraceList } from '#contract/traces.ts';
import type {
  IssueLink,
  Tracker,
  TrackerIssueRequest,
  TrackerRequest,
  Trackers,
  TrackerUpdate,
} from '#contract/trackers.ts';
import type { DeadLetters, Usage, UsageQuery } from '#contract/usage.ts';
import type { IssuesChanged, ProjectWorkflow, ResolveChoices, Undone } from '#contract/workflow.ts';
import { PREFIX } from '#web/prefix.ts';

const ROOT = `${PREFIX}/api/v1`;

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

/** True for answers that another try may change: the server is away, restarting or behind. */
export const isPassing = (error: unknown) =>
  error instanceof ApiError && (error.status === 0 || error.status === 503 || error.status === 429);

type Query = Record<string, string | number | null | undefined | readonly string[]>;

export function address(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (typeof value === 'object' && value !== null) for (const each of value) parameters.append(key, each);
    else if (value !== undefined && value !== null && value !== '') parameters.set(key, String(value));
  const text = parameters.toString();
  return ROOT + path + (text ? `?${text}` : '');
}

async function send(
  method: string,
  path: string,
  options: { query?: Query; body?: unknown; signal?: AbortSignal } = {},
) {
  let answer: Response;
  try {
    answer = await fetch(address(path, options.query), {
      method,
      credentials: 'same-origin',
      headers:
        options.body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new ApiError(
      0,
      'unreachable',
      'The server cannot be reached. Check that it is running, then try again.',
    );
  }
  if (answer.ok) return answer;
  throw await refusal(answer);
}

async function refusal(answer: Response): Promise<ApiError> {
  try {
    const { error } = (await answer.json()) as ErrorAnswer;
    return new ApiError(answer.status, error.code, error.message);
  } catch {
    // A proxy between the page and the server answers with pages of its own.
    return new ApiError(
      answer.status,
      'unreadable',
      `The server answered ${answer.status} without saying why.`,
    );
  }
}

async function call<T>(
  method: string,
  path: string,
  options?: { query?: Query; body?: unknown; signal?: AbortSignal },
): Promise<T> {
  const answer = await send(method, path, options);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

const part = encodeURIComponent;

export type IssueListRequest = Omit<IssueListQuery, 'limit'> & { limit?: number };

/** Which log records are meant; times in milliseconds since 1970, `to` not included. */
export interface LogQuestion {
  project: string;
  query: string;
  from: number;
  to: number;
}

/** Which traces are meant; as LogQuestion. */
export interface TraceQuestion {
  project: string;
  from: number;
  to: number;
  service: string;
  name: string;
  minDurationMs: number;
  status: 'any' | 'error';
  sort: 'newest' | 'slowest';
  limit: number;
}

export const api = {
  session: (signal?: AbortSignal) => call<Session>('GET', '/session', { signal }),
  signIn: (body: SignInRequest) => call<void>('POST', '/session', { body }),
  signOut: () => call<void>('DELETE', '/session'),
  changePassword: (body: PasswordChange) => call<void>('POST', '/session/password', { body }),
  setupState: (token: string) => call<SetupState>('GET', '/setup', { query: { token } }),
  setUp: (body: SetupRequest) => call<void>('POST', '/setup', { body }),

  audit: (query: Query, signal?: AbortSignal) => call<AuditList>('GET', '/audit', { query, signal }),
  members: (signal?: AbortSignal) => call<Members>('GET', '/members', { signal }),
  invite: (body: InviteRequest) => call<InviteAnswer>('POST', '/members', { body }),
  updateMember: (id: string, body: MemberUpdate) => call<Person>('PATCH', `/members/${part(id)}`, { body }),
  removeMember: (id: string) => call<void>('DELETE', `/members/${part(id)}`),
  inviteState: (token: string) => call<InviteState>('GET', '/invites/accept', { query: { token } }),
  acceptInvite: (body: InviteAcceptance) => call<void>('POST', '/invites/accept', { body }),

  tokens: (signal?: AbortSignal) => call<ApiToken[]>('GET', '/tokens', { signal }),
  createToken: (body: ApiTokenRequest) => call<ApiTokenCreated>('POST', '/tokens', { body }),
  revokeToken: (id: string) => call<void>('DELETE', `/tokens/${part(id)}`),

  projects: (signal?: AbortSignal) => call<ProjectSummary[]>('GET', '/projects', { signal }),
  createProject: (body: ProjectRequest) => call<ProjectSummary>('POST', '/projects', { body }),
  updateProject: (slug: string, body: ProjectUpdate) =>
    call<ProjectSummary>('PATCH', `/projects/${part(slug)}`, { body }),
  deleteProject: (slug: string) => call<void>('DELETE', `/projects/${part(slug)}`),
  guides: (slug: string, signal?: AbortSignal) =>
    call<SetupGuides>('GET', `/projects/${part(slug)}/setup`, { signal }),
  limits: (slug: string, signal?: AbortSignal) =>
    call<ProjectLimits>('GET', `/projects/${part(slug)}/limits`, { signal }),
  updateLimits: (slug: string, body: ProjectLimitsUpdate) =>
    call<ProjectLimits>('PATCH', `/projects/${part(slug)}/limits`, { body }),
  stored: (slug: string, signal?: AbortSignal) =>
    call<ProjectStored>('GET', `/projects/${part(slug)}/stored`, { signal }),
  artifacts: (slug: string, signal?: AbortSignal) =>
    call<ArtifactBundles>('GET', `/projects/${part(slug)}/artifacts`, { signal }),
  deleteArtifacts: (slug: string, id: string) =>
    call<void>('DELETE', `/projects/${part(slug)}/artifacts/${part(id)}`),
  filters: (slug: string, signal?: AbortSignal) =>
    call<ProjectFilters>('GET', `/projects/${part(slug)}/filters`, { signal }),
  updateFilters: (slug: string, body: Partial<FilterRules>) =>
    call<ProjectFilters>('PATCH', `/projects/${part(slug)}/filters`, { body }),
  previewFilters: (slug: string, body: Partial<FilterRules>) =>
    call<FilterPreview>('POST', `/projects/${part(slug)}/filters/preview`, { body }),
  groupingRules: (slug: string, signal?: AbortSignal) =>
    call<GroupingRules>('GET', `/projects/${part(slug)}/grouping`, { signal }),
  saveGroupingRules: (slug: string, body: GroupingRulesRequest) =>
    call<GroupingRules>('PUT', `/projects/${part(slug)}/grouping`, { body }),
  checkGroupingRules: (slug: string, body: GroupingRulesRequest, signal?: AbortSignal) =>
    call<GroupingRulesCheck>('POST', `/projects/${part(slug)}/grouping/check`, { body, signal }),
  previewGroupingRules: (slug: string, body: GroupingRulesRequest) =>
    call<GroupingPreview>('POST', `/projects/${part(slug)}/grouping/preview`, { body }),
  expected: (slug: string, signal?: AbortSignal) =>
    call<ExpectedErrors>('GET', `/projects/${part(slug)}/expected`, { signal }),
  keys: (slug: string, signal?: AbortSignal) =>
    call<IngestKey[]>('GET', `/projects/${part(slug)}/keys`, { signal }),
  createKey: (slug: string, body: IngestKeyRequest) =>
    call<IngestKey>('POST', `/projects/${part(slug)}/keys`, { body }),
  updateKey: (slug: string, id: string, body: IngestKeyUpdate) =>
    call<IngestKey>('PATCH', `/projects/${part(slug)}/keys/${part(id)}`, { body }),
  deleteKey: (slug: string, id: string) => call<void>('DELETE', `/projects/${part(slug)}/keys/${part(id)}`),

  issues: (query: IssueListRequest, signal?: AbortSignal) =>
    call<IssueList>('GET', '/issues', { query, signal }),
  issue: (id: string, signal?: AbortSignal) => call<IssueDetail>('GET', `/issues/${part(id)}`, { signal }),
  updateIssues: (body: IssueBulkUpdate) => call<IssuesChanged>('PATCH', '/issues', { body }),
  undoIssues: (id: string) => call<Undone>('POST', '/issues/undo', { body: { id } }),
  resolveChoices: (id: string, signal?: AbortSignal) =>
    call<ResolveChoices>('GET', `/issues/${part(id)}/releases`, { signal }),
  workflow: (slug: string, signal?: AbortSignal) =>
    call<ProjectWorkflow>('GET', `/projects/${part(slug)}/workflow`, { signal }),
  updateWorkflow: (slug: string, body: Partial<ProjectWorkflow>) =>
    call<ProjectWorkflow>('PATCH', `/projects/${part(slug)}/workflow`, { body }),
  deleteIssues: (ids: string[]) => call<void>('POST', '/issues/delete', { body: { ids } }),
  issueHashes: (id: string, signal?: AbortSignal) =>
    call<IssueHashes>('GET', `/issues/${part(id)}/hashes`, { signal }),
  lookAlikes: (id: string, signal?: AbortSignal) =>
    call<LookAlikes>('GET', `/issues/${part(id)}/alike`, { signal }),
  mergeIssues: (ids: string[], into: string) => call<Issue>('POST', '/issues/merge', { body: { ids, into } }),
  unmergeIssue: (id: string, hashes: string[]) =>
    call<Issue>('POST', `/issues/${part(id)}/unmerge`, { body: { hashes } }),
  issueImpact: (id: string, period: string, signal?: AbortSignal) =>
    call<IssueImpact>('GET', `/issues/${part(id)}/impact`, { query: { period }, signal }),
  issueDifferences: (id: string, query: DifferencesQuery, signal?: AbortSignal) =>
    call<IssueDifferences>('GET', `/issues/${part(id)}/differences`, { query, signal }),
  suggestions: (query: SuggestionQuery, signal?: AbortSignal) =>
    call<SearchSuggestions>('GET', '/search/suggestions', { query, signal }),
  issueTags: (id: string, period: string, signal?: AbortSignal) =>
    call<IssueTags>('GET', `/issues/${part(id)}/tags`, { query: { period }, signal }),
  issueUsers: (id: string, cursor: string, signal?: AbortSignal) =>
    call<AffectedUsers>('GET', `/issues/${part(id)}/users`, { query: { cursor }, signal }),
  issueEvents: (
    id: string,
    query: { cursor?: string; limit?: number; query?: string },
    signal?: AbortSignal,
  ) => call<EventList>('GET', `/issues/${part(id)}/events`, { query, signal }),
  eventCause: (issueId: string, eventId: string, signal?: AbortSignal) =>
    call<EventCause>('GET', `/issues/${part(issueId)}/events/${part(eventId)}/cause`, { signal }),
  story: (issueId: string, eventId: string, around: number, signal?: AbortSignal) =>
    call<Story>('GET', `/issues/${part(issueId)}/events/${part(eventId)}/story`, {
      query: { around },
      signal,
    }),
  userStory: (issueId: string, user: string, around: number, signal?: AbortSignal) =>
    call<Story>('GET', `/issues/${part(issueId)}/users/story`, { query: { user, around }, signal }),
  event: (issueId: string, eventId: string, signal?: AbortSignal) =>
    call<EventDetail>('GET', `/issues/${part(issueId)}/events/${part(eventId)}`, { signal }),

  eventLocation: (eventId: string, signal?: AbortSignal) =>
    call<EventLocation>('GET', `/events/${part(eventId)}`, { signal }),

  logs: (query: LogQuestion & { cursor?: string; limit?: number }, signal?: AbortSignal) =>
    call<LogList>('GET', '/logs', { query: { ...query }, signal }),
  logHistogram: (query: LogQuestion, signal?: AbortSignal) =>
    call<LogHistogram>('GET', '/logs/histogram', { query: { ...query }, signal }),
  logFacet: (query: LogQuestion & { key: string; limit?: number }, signal?: AbortSignal) =>
    call<LogFacet>('GET', '/logs/facets', { query: { ...query }, signal }),
  logPatterns: (query: LogQuestion & { sort: LogPatternSort; limit: number }, signal?: AbortSignal) =>
    call<LogPatterns>('GET', '/logs/patterns', { query: { ...query }, signal }),
  logAggregate: (
    query: LogQuestion & {
      measure: LogMeasure;
      field: string;
      by: readonly string[];
      limit: number;
      steps: 'yes' | 'no';
    },
    signal?: AbortSignal,
  ) => call<LogAggregate>('GET', '/logs/aggregate', { query: { ...query }, signal }),
  logComparison: (
    query: LogQuestion & { against: LogAgainst; key: readonly string[] },
    signal?: AbortSignal,
  ) => call<LogComparison>('GET', '/logs/comparison', { query: { ...query }, signal }),
  logLinks: (id: string, signal?: AbortSignal) =>
    call<LogLinks>('GET', `/logs/${part(id)}/links`, { signal }),
  logSurroundings: (id: string, lines: number, signal?: AbortSignal) =>
    call<LogSurroundings>('GET', `/logs/${part(id)}/surroundings`, { query: { lines }, signal }),

  sql: (body: SqlRequest, signal?: AbortSignal) => call<SqlAnswer>('POST', '/query/sql', { body, signal }),
  sqlSchema: (signal?: AbortSignal) => call<SqlSchema>('GET', '/query/sql/schema', { signal }),
  traces: (query: TraceQuestion, signal?: AbortSignal) =>
    call<TraceList>('GET', '/traces', { query: { ...query }, signal }),
  trace: (id: string, signal?: AbortSignal) => call<Trace>('GET', `/traces/${part(id)}`, { signal }),
  savedQueries: (screen: SavedQueryScreen, signal?: AbortSignal) =>
    call<SavedQueries>('GET', '/saved-queries', { query: { screen }, signal }),
  saveQuery: (body: SavedQueryRequest) => call<SavedQuery>('POST', '/saved-queries', { body }),
  changeSavedQuery: (id: string, body: SavedQueryUpdate) =>
    call<SavedQuery>('PATCH', `/saved-queries/${part(id)}`, { body }),
  deleteSavedQuery: (id: string) => call<void>('DELETE', `/saved-queries/${part(id)}`),

  releases: (query: Omit<ReleaseListQuery, 'limit'>, signal?: AbortSignal) =>
    call<ReleaseList>('GET', '/releases', { query, signal }),
  release: (version: string, query: { project: string; period: string }, signal?: AbortSignal) =>
    call<ReleaseDetail>('GET', `/releases/${part(version)}`, { query, signal }),
  releaseIssues: (version: string, project: string, signal?: AbortSignal) =>
    call<ReleaseIssues>('GET', `/releases/${part(version)}/issues`, { query: { project }, signal }),
  releaseCommits: (version: string, signal?: AbortSignal) =>
    call<ReleaseCommits>('GET', `/releases/${part(version)}/commits`, { signal }),
  releasePatterns: (version: string, project: string, signal?: AbortSignal) =>
    call<ReleasePatterns>('GET', `/releases/${part(version)}/patterns`, { query: { project }, signal }),

  eventCode: (issueId: string, eventId: string, signal?: AbortSignal) =>
    call<EventCode>('GET', `/issues/${part(issueId)}/events/${part(eventId)}/code`, { signal }),
  assignIssues: (which: Pick<BulkAssigneeRequest, 'ids' | 'matching'>, to: Assignee | null) =>
    call<IssuesAssigned>('PUT', '/issues/assignee', {
      body: { ...which, to: to?.type === 'team' ? { teamId: to.id } : { userId: to?.id ?? null } },
    }),
  comment: (issueId: string, text: string) =>
    call<Comment>('POST', `/issues/${part(issueId)}/comments`, { body: { text } }),
  changeComment: (issueId: string, id: string, text: string) =>
    call<Comment>('PATCH', `/issues/${part(issueId)}/comments/${part(id)}`, { body: { text } }),
  deleteComment: (issueId: string, id: string) =>
    call<void>('DELETE', `/issues/${part(issueId)}/comments/${part(id)}`),
  setBookmark: (issueId: string, on: boolean) =>
    call<void>(on ? 'PUT' : 'DELETE', `/issues/${part(issueId)}/bookmark`),
  setFollowing: (issueId: string, on: boolean) =>
    call<void>(on ? 'PUT' : 'DELETE', `/issues/${part(issueId)}/following`),
  share: (issueId: string) => call<IssueShare>('PUT', `/issues/${part(issueId)}/share`),
  unshare: (issueId: string) => call<void>('DELETE', `/issues/${part(issueId)}/share`),
  sharedIssue: (token: string, signal?: AbortSignal) =>
    call<SharedIssue>('GET', `/shared-issues/${part(token)}`, { signal }),
  organization: (signal?: AbortSignal) => call<Organization>('GET', '/organization', { signal }),
  updateOrganization: (body: OrganizationUpdate) => call<Organization>('PATCH', '/organization', { body }),
  channelKinds: (signal?: AbortSignal) => call<ChannelKinds>('GET', '/channel-kinds', { signal }),
  channels: (signal?: AbortSignal) => call<ChannelList>('GET', '/channels', { signal }),
  channel: (id: string, signal?: AbortSignal) => call<Channel>('GET', `/channels/${part(id)}`, { signal }),
  addChannel: (body: ChannelRequest) => call<Channel>('POST', '/channels', { body }),
  updateChannel: (id: string, body: ChannelUpdate) =>
    call<Channel>('PATCH', `/channels/${part(id)}`, { body }),
  deleteChannel: (id: string) => call<void>('DELETE', `/channels/${part(id)}`),
  testChannel: (id: string) => call<ChannelTest>('POST', `/channels/${part(id)}/test`),
  personalNotifications: (signal?: AbortSignal) =>
    call<PersonalNotificationsAnswer>('GET', '/personal-notifications', { signal }),
  updatePersonalNotifications: (body: PersonalNotifications) =>
    call<PersonalNotificationsAnswer>('PUT', '/personal-notifications', { body }),
  deliveries: (id: string, query: { cursor?: string }, signal?: AbortSignal) =>
    call<DeliveryList>('GET', `/channels/${part(id)}/deliveries`, { query, signal }),
  delivery: (id: string, deliveryId: string, signal?: AbortSignal) =>
    call<DeliveryDetail>('GET', `/channels/${part(id)}/deliveries/${part(deliveryId)}`, { signal }),
  retryDelivery: (id: string, deliveryId: string) =>
    call<Delivery>('POST', `/channels/${part(id)}/deliveries/${part(deliveryId)}/retry`),
  trackers: (signal?: AbortSignal) => call<Trackers>('GET', '/trackers', { signal }),
  addTracker: (body: TrackerRequest) => call<Tracker>('POST', '/trackers', { body }),
  updateTracker: (id: string, body: TrackerUpdate) =>
    call<Tracker>('PATCH', `/trackers/${part(id)}`, { body }),
  deleteTracker: (id: string) => call<void>('DELETE', `/trackers/${part(id)}`),
  link: (issueId: string, url: string) =>
    call<IssueLink>('POST', `/issues/${part(issueId)}/links`, { body: { url } }),
  unlink: (issueId: string, id: string) => call<void>('DELETE', `/issues/${part(issueId)}/links/${part(id)}`),
  createTrackerIssue: (issueId: string, body: TrackerIssueRequest) =>
    call<IssueLink>('POST', `/issues/${part(issueId)}/tracker-issues`, { body }),
  teams: (signal?: AbortSignal) => call<Teams>('GET', '/teams', { signal }),
  makeTeam: (body: TeamRequest) => call<Team>('POST', '/teams', { body }),
  updateTeam: (id: string, body: TeamUpdate) => call<Team>('PATCH', `/teams/${part(id)}`, { body }),
  deleteTeam: (id: string) => call<void>('DELETE', `/teams/${part(id)}`),
  setTeamMembers: (id: string, members: string[]) =>
    call<Team>('PUT', `/teams/${part(id)}/members`, { body: { members } }),
  setTeamProjects: (id: string, projects: string[]) =>
    call<Team>('PUT', `/teams/${part(id)}/projects`, { body: { projects } }),
  repositories: (signal?: AbortSignal) => call<Repositories>('GET', '/repositories', { signal }),
  addRepository: (body: RepositoryRequest) => call<Repository>('POST', '/repositories', { body }),
  updateRepository: (id: string, body: RepositoryRequest) =>
    call<Repository>('PATCH', `/repositories/${part(id)}`, { body }),
  deleteRepository: (id: string) => call<void>('DELETE', `/repositories/${part(id)}`),
  codeMappings: (slug: string, signal?: AbortSignal) =>
    call<CodeMappings>('GET', `/projects/${part(slug)}/code-mappings`, { signal }),
  putCodeMapping: (slug: string, body: CodeMappingRequest) =>
    call<CodeMappings>('POST', `/projects/${part(slug)}/code-mappings`, { body }),
  deleteCodeMapping: (slug: string, id: string) =>
    call<void>('DELETE', `/projects/${part(slug)}/code-mappings/${part(id)}`),
  ownership: (slug: string, signal?: AbortSignal) =>
    call<Ownership>('GET', `/projects/${part(slug)}/ownership`, { signal }),
  saveOwnership: (slug: string, body: OwnershipRequest) =>
    call<Ownership>('PUT', `/projects/${part(slug)}/ownership`, { body }),
  checkOwnership: (slug: string, body: OwnershipRequest, signal?: AbortSignal) =>
    call<OwnershipCheck>('POST', `/projects/${part(slug)}/ownership/check`, { body, signal }),

  attachmentText: (id: string, signal?: AbortSignal) =>
    call<AttachmentText>('GET', `/attachments/${part(id)}/text`, { signal }),
  deleteAttachment: (id: string) => call<void>('DELETE', `/attachments/${part(id)}`),
  feedback: (query: Omit<FeedbackQuery, 'limit'>, signal?: AbortSignal) =>
    call<FeedbackList>('GET', '/feedback', { query, signal }),
  markFeedback: (body: FeedbackUpdate) => call<void>('PATCH', '/feedback', { body }),
  deleteFeedback: (id: string) => call<void>('DELETE', `/feedback/${part(id)}`),

  monitors: (query: Omit<MonitorListQuery, 'limit'>, signal?: AbortSignal) =>
    call<MonitorList>('GET', '/monitors', { query, signal }),
  monitor: (id: string, period: string, signal?: AbortSignal) =>
    call<MonitorDetail>('GET', `/monitors/${part(id)}`, { query: { period }, signal }),
  checkIns: (
    id: string,
    query: { environment: string; cursor: string; limit: number },
    signal?: AbortSignal,
  ) => call<CheckInList>('GET', `/monitors/${part(id)}/check-ins`, { query, signal }),
  updateMonitor: (id: string, body: MonitorUpdate) =>
    call<Monitor>('PATCH', `/monitors/${part(id)}`, { body }),
  deleteMonitor: (id: string) => call<void>('DELETE', `/monitors/${part(id)}`),
  deleteMonitorEnvironment: (id: string, environment: string) =>
    call<void>('DELETE', `/monitors/${part(id)}/environments/${part(environment)}`),

  alertRules: (query: { project: string; query: string; state: string }, signal?: AbortSignal) =>
    call<AlertRuleList>('GET', '/alerts/rules', { query, signal }),
  alertRule: (id: string, signal?: AbortSignal) =>
    call<AlertRule>('GET', `/alerts/rules/${part(id)}`, { signal }),
  createAlertRule: (body: AlertRuleDraft) => call<AlertRule>('POST', '/alerts/rules', { body }),
  changeAlertRule: (id: string, body: AlertRuleDraft) =>
    call<AlertRule>('PUT', `/alerts/rules/${part(id)}`, { body }),
  deleteAlertRule: (id: string) => call<void>('DELETE', `/alerts/rules/${part(id)}`),
  previewAlert: (body: AlertPreviewRequest, signal?: AbortSignal) =>
    call<AlertPreview>('POST', '/alerts/preview', { body, signal }),
  alertFirings: (
    query: { rule?: string; issue?: string; project?: string; cursor: string },
    signal?: AbortSignal,
  ) => call<AlertFiringList>('GET', '/alerts/firings', { query, signal }),
  alertSilences: (signal?: AbortSignal) => call<AlertSilences>('GET', '/alerts/silences', { signal }),
  createAlertSilence: (body: AlertSilenceDraft) => call<AlertSilence>('POST', '/alerts/silences', { body }),
  endAlertSilence: (id: string) => call<void>('DELETE', `/alerts/silences/${part(id)}`),

  usage: (query: UsageQuery, signal?: AbortSignal) => call<Usage>('GET', '/usage', { query, signal }),
  noise: (query: NoiseQuery, signal?: AbortSignal) => call<NoiseReport>('GET', '/noise', { query, signal }),
  noiseRules: (slug: string, signal?: AbortSignal) =>
    call<NoiseRules>('GET', `/projects/${part(slug)}/noise/rules`, { signal }),
  noiseCheck: (slug: string, pattern: string, contains: string, signal?: AbortSignal) =>
    call<NoiseCheck>('GET', `/projects/${part(slug)}/noise/patterns/${part(pattern)}/issues`, {
      query: { contains },
      signal,
    }),
  saveNoiseRule: (slug: string, body: NoiseRuleRequest) =>
    call<NoiseRule>('POST', `/projects/${part(slug)}/noise/rules`, { body }),
  switchNoiseRule: (slug: string, id: string, body: NoiseRuleSwitch) =>
    call<NoiseRule>('PATCH', `/projects/${part(slug)}/noise/rules/${part(id)}`, { body }),
  deleteNoiseRule: (slug: string, id: string) =>
    call<void>('DELETE', `/projects/${part(slug)}/noise/rules/${part(id)}`),
  deadLetters: (query: { project?: string; cursor?: string }, signal?: AbortSignal) =>
    call<DeadLetters>('GET', '/dead-letters', { query, signal }),
  deadLetterRaw: async (id: string, signal?: AbortSignal) =>
    new Uint8Array(await (await send('GET', `/dead-letters/${part(id)}/raw`, { signal })).arrayBuffer()),
  redrive: (id: string) => call<void>('POST', `/dead-letters/${part(id)}/redrive`),
  deleteDeadLetter: (id: string) => call<void>('DELETE', `/dead-letters/${part(id)}`),

  status: (signal?: AbortSignal) => call<Status>('GET', '/status', { signal }),
};

export interface LiveListener {
  onMessage: (message: LiveMessage) => void;
  /** What was stored since the page was read and before this is told to nobody. */
  onOpen?: () => void;
}

/**
 * Calls the listener for every batch that arrives, until the returned function is called. One stream for the
 * whole page; it rests while the tab is hidden, because a browser grants a server six connections in all.
 */
export function onLive(listener: LiveListener): () => void {
  liveListeners.add(listener);
  if (liveListeners.size === 1) {
    document.addEventListener('visibilitychange', followVisibility);
    followVisibility();
  }
  return () => {
    liveListeners.delete(listener);
    if (liveListeners.size > 0) return;
    document.removeEventListener('visibilitychange', followVisibility);
    closeStream();
  };
}

/** A browser gives up on a stream that was refused (the server is full or starting), so the page asks again. */
const REOPEN_MS = 10_000;

const liveListeners = new Set<LiveListener>();
let stream: EventSource | null = null;
let reopening: ReturnType<typeof setTimeout> | undefined;

function followVisibility() {
  if (document.hidden) closeStream();
  else if (!stream) openStream();
}

function closeStream() {
  clearTimeout(reopening);
  stream?.close();
  stream = null;
}

function openStream() {
  const source = new EventSource(address('/live'));
  stream = source;
  source.onmessage = (event: MessageEvent<string>) => {
    const message = JSON.parse(event.data) as LiveMessage;
    for (const { onMessage } of liveListeners) onMessage(message);
  };
  source.onopen = () => {
    for (const { onOpen } of liveListeners) onOpen?.();
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED || stream !== source) return;
    closeStream();
    reopening = setTimeout(followVisibility, REOPEN_MS);
  };
}

export interface TailListener {
  onMessage: (message: LogTailMessage) => void;
  /** The stream is away; another try follows. */
  onAway: () => void;
}

/**
 * The new lines of a search, until the returned function is called. A stream that broke goes on where it was. It rests
 * while the tab is hidden; what came meanwhile is then not told, as the first message says.
 */
export function tailLogs(
  question: Pick<LogQuestion, 'project' | 'query'>,
  listener: TailListener,
): () => void {
  let source: EventSource | null = null;
  let after = '';
  let again: ReturnType<typeof setTimeout> | undefined;

  function close() {
    clearTimeout(again);
    source?.close();
    source = null;
  }

  function open() {
    close();
    const opened = new EventSource(address('/logs/tail', { ...question, after }));
    source = opened;
    opened.onmessage = (event: MessageEvent<string>) => {
      after = event.lastEventId;
      listener.onMessage(JSON.parse(event.data) as LogTailMessage);
    };
    opened.onerror = () => {
      if (source !== opened) return;
      listener.onAway();
      // The browser itself comes back after a break, but not after a refusal.
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, REOPEN_MS);
    };
  }

  const followVisibility = () => (document.hidden ? close() : open());
  document.addEventListener('visibilitychange', followVisibility);
  followVisibility();
  return () => {
    document.removeEventListener('visibilitychange', followVisibility);
    close();
  };
}

/** Where the lines of a search are had as a file. */
export const exportAddress = (question: LogQuestion, format: 'csv' | 'jsonl' | 'parquet') =>
  address('/logs/export', { ...question, format });

/** The audit trail as a file, as far as it is narrowed down. */
export const auditExportAddress = (query: Query) => address('/audit/export', query);
