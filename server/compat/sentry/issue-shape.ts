/** An issue as Sentry's API shows it, in lists and by itself. */
import type { IssueDetail, Trend } from '#contract/issues.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Tag } from '#server/issues/issue-tags.ts';
import { type FoundIssue, iso } from '#server/issues/issues.ts';
import { type IssueRow, readSubstate } from '#server/issues/lifecycle.ts';
import { shortId } from '#server/issues/short-id.ts';
import { userShape } from './account-shapes.ts';
import { actorShape, marksOf, type SentryMarks } from './teamwork-shapes.ts';

export interface ShapeContext {
  publicUrl: string;
  now: number;
}

/** Sentry calls an archived issue ignored. */
const STATUS = { unresolved: 'unresolved', resolved: 'resolved', archived: 'ignored' } as const;
const SUBSTATUS = {
  new: 'new',
  ongoing: 'ongoing',
  regressed: 'regressed',
  escalating: 'escalating',
  resolved: null,
} as const;

function substatusOf(row: IssueRow, now: number) {
  const substate = readSubstate(row, now);
  if (substate !== 'archived') return SUBSTATUS[substate];
  if (row.archived_until === 'escalating') return 'archived_until_escalating';
  return ['', 'forever'].includes(row.archived_until) ? 'archived_forever' : 'archived_until_condition_met';
}

/** What it is resolved in, or archived until. */
function statusDetailsOf(row: IssueRow): Record<string, unknown> {
  if (row.status === 'resolved')
    switch (row.resolved_in) {
      case '':
        return {};
      case 'release':
        return { inRelease: row.resolved_release };
      case 'next_release':
        return { inNextRelease: true };
      case 'commit':
        return { inCommit: { id: row.resolved_commit, repository: { name: row.resolved_repository } } };
    }
  const minutes = row.archived_window_ms === null ? null : row.archived_window_ms / 60_000;
  switch (row.archived_until) {
    case 'time':
      return { ignoreUntil: iso(row.archived_limit!) };
    case 'events':
      return { ignoreCount: row.archived_limit, ignoreWindow: minutes };
    case 'users':
      return { ignoreUserCount: row.archived_limit, ignoreUserWindow: minutes };
    default:
      return {};
  }
}

/** An issue nobody has touched. */
const UNTOUCHED: SentryMarks = { assignee: null, bookmarked: false, comments: 0, subscription: null };

export function issueShape(
  issue: FoundIssue,
  { publicUrl, now }: ShapeContext,
  { assignee, bookmarked, comments, subscription }: SentryMarks = UNTOUCHED,
) {
  const { row, project } = issue;
  return {
    id: String(row.id),
    shareId: null,
    shortId: shortId(project.slug, row.number),
    title: row.title,
    culprit: row.culprit,
    permalink: `${publicUrl}/issues/${row.id}`,
    logger: row.logger || null,
    level: row.level,
    status: STATUS[row.status],
    statusDetails: statusDetailsOf(row),
    substatus: substatusOf(row, now),
    isPublic: false,
    platform: row.platform,
    project: { id: project.id, name: project.name, slug: project.slug, platform: project.platform },
    type: row.type,
    metadata: metadataOf(row),
    numComments: comments,
    assignedTo: assignee && actorShape(assignee),
    isBookmarked: bookmarked,
    isSubscribed: subscription !== null,
    subscriptionDetails: subscription,
    hasSeen: true,
    annotations: [],
    issueType: 'error',
    issueCategory: 'error',
    priority: row.priority,
    priorityLockedAt: row.priority_set_at === null ? null : iso(row.priority_set_at),
    isUnhandled: row.unhandled === 1,
    // A string, for counts may exceed what JavaScript counts exactly.
    count: String(row.event_count),
    userCount: row.user_count,
    firstSeen: iso(row.first_seen),
    lastSeen: iso(row.last_seen),
  };
}

/** What the title is made of: type and value of an exception, else the title itself. */
export function metadataOf(from: { title: string; exception_type: string; exception_value: string }) {
  return from.exception_type || from.exception_value
    ? { type: from.exception_type, value: from.exception_value }
    : { title: from.title };
}

/** `[[seconds since 1970, count], ...]` */
export function statsShape({ from, stepSeconds, counts }: Trend): [number, number][] {
  const start = Date.parse(from) / 1000;
  return counts.map((count, step) => [start + step * stepSeconds, count]);
}

/** What only the page of one issue has. */
export function issueDetailShape(
  issue: FoundIssue,
  { activity, trend, trend24h, feedback, ...teamwork }: IssueDetail,
  tags: readonly Tag[],
  viewer: Viewer,
  context: ShapeContext,
) {
  const { row } = issue;
  const release = (version: string, at: number) =>
    version ? { version, shortVersion: version, dateCreated: iso(at) } : null;
  return {
    ...issueShape(issue, context, marksOf(teamwork, viewer)),
    stats: { '24h': statsShape(trend24h), '30d': statsShape(trend) },
    firstRelease: release(row.first_release, row.first_seen),
    lastRelease: release(row.last_release, row.last_seen),
    tags: tags.map(({ key, events }) => ({ key, name: key, totalValues: events })),
    activity: activity.map(({ id, kind, at, by, data }) => ({
      id,
      type: activityType(kind, data),
      dateCreated: at,
      user: by === null ? null : by === viewer.name ? userShape(viewer) : { name: by },
      data,
    })),
    isPublic: teamwork.share !== null,
    shareId: teamwork.share?.token ?? null,
    userReportCount: feedback.length,
    seenBy: [],
    participants: teamwork.followers.map(({ id, name }) => ({ type: 'user', id, name })),
    pluginActions: [],
    pluginContexts: [],
    pluginIssues: [],
    integrationIssues: [],
    sentryAppIssues: [],
  };
}

const ACTIVITY = {
  first_seen: 'first_seen',
  regressed: 'set_regression',
  resolved: 'set_resolved',
  archived: 'set_ignored',
  reopened: 'set_unresolved',
  assigned: 'assigned',
  unassigned: 'unassigned',
  escalated: 'set_escalating',
  returned: 'set_unresolved',
  prioritized: 'set_priority',
  imported: 'imported',
  undone: 'set_unresolved',
  comment: 'note',
  comment_deleted: 'note_deleted',
  shared: 'set_public',
  unshared: 'set_private',
  linked: 'create_issue',
  link_created: 'create_issue',
  unlinked: 'delete_issue_link',
  merged: 'merge',
  unmerged: 'unmerge_source',
} as const;

function activityType(kind: keyof typeof ACTIVITY, data: Record<string, unknown>): string {
  if (kind !== 'resolved') return ACTIVITY[kind];
  if (data.quietDays !== undefined) return 'set_resolved_by_age';
  if (data.release !== undefined || data.nextRelease !== undefined) return 'set_resolved_in_release';
  return data.commit === undefined ? 'set_resolved' : 'set_resolved_in_commit';
}
