/** Everything about one issue that its page shows first: the issue, how often it happens, what happened to it. */
import type { IssueDetail } from '#contract/issues.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { readImportedFrom } from './imported-from.ts';
import { readTrends } from './issue-trends.ts';
import { type FoundIssue, hashesOf, type IssueStores, iso, toIssue } from './issues.ts';
import { logsOfIssue } from './log-error-links.ts';
import { shortId } from './short-id.ts';
import { readTeamwork } from './teamwork/teamwork.ts';

/** Entries shown, the newest ones; an issue that flaps has more. */
const ACTIVITY_SHOWN_MAX = 100;
const FEEDBACK_SHOWN_MAX = 50;
/** Hashes listed; see events-of.ts for how many an issue may have. */
const HASHES_SHOWN_MAX = 1_000;

export async function readIssue(
  stores: IssueStores,
  viewer: Viewer,
  issue: FoundIssue,
): Promise<IssueDetail> {
  const { telemetry, clock } = stores;
  const now = clock.now();
  const id = issue.row.id;
  const hashes = await hashesOf(stores, [id]);
  const [trend, trend24h, activity, feedback, teamwork, releases, imported, logs] = await Promise.all([
    readTrends(telemetry, [issue], hashes, '30d', now),
    readTrends(telemetry, [issue], hashes, '24h', now),
    readActivity(stores, viewer, id),
    readFeedback(stores, id),
    readTeamwork(stores, viewer, id),
    readReleases(stores, issue.row.project_id, now),
    readImportedFrom(stores.metadata.db, id),
    logsOfIssue(stores.metadata.db, id),
  ]);
  return {
    ...toIssue(issue, now),
    trend: trend.get(id)!.trend,
    trend24h: trend24h.get(id)!.trend,
    hashes: hashes.get(id)!.slice(0, HASHES_SHOWN_MAX),
    // An event may arrive days after it happened, and earlier ones after it.
    activity: activity.map((entry) =>
      entry.kind === 'first_seen' && entry.data.mergedFrom === undefined
        ? { ...entry, at: iso(issue.row.first_seen) }
        : entry,
    ),
    feedback,
    ...teamwork,
    releases,
    imported,
    logs,
  };
}

/** To be seen among the events of thirty days; more would lie on top of each other. */
const RELEASES_SHOWN_MAX = 5;
const RELEASES_SINCE_MS = 30 * 24 * 60 * 60 * 1000;

async function readReleases(
  { metadata }: IssueStores,
  project: number,
  now: number,
): Promise<IssueDetail['releases']> {
  const rows = await metadata.db
    .selectFrom('release_project')
    .innerJoin('release', 'release.id', 'release_project.release_id')
    .select(['release.version', 'release_project.added_at', 'release.released_at'])
    .where('release_project.project_id', '=', project)
    .where('release_project.added_at', '>=', now - RELEASES_SINCE_MS)
    .orderBy('release_project.added_at', 'desc')
    .limit(RELEASES_SHOWN_MAX)
    .execute();
  return rows.map(({ version, added_at, released_at }) => ({ version, at: iso(released_at ?? added_at) }));
}

/** Newest first. */
export async function readActivity(
  stores: IssueStores,
  viewer: Viewer,
  id: number,
): Promise<IssueDetail['activity']> {
  const rows = await stores.metadata.db
    .selectFrom('issue_activity')
    .leftJoin('merged_issue', 'merged_issue.id', 'issue_activity.merged_from')
    .leftJoin('project', 'project.id', 'merged_issue.project_id')
    .selectAll('issue_activity')
    .select(['merged_issue.number as merged_number', 'project.slug'])
    .where('issue_activity.issue_id', '=', id)
    .orderBy('issue_activity.created_at', 'desc')
    .orderBy('issue_activity.id', 'desc')
    .limit(ACTIVITY_SHOWN_MAX)
    .execute();
  const names = await stores.peopleNames(viewer.organization.id);
  return rows.map((row) => {
    const data = JSON.parse(row.data) as Record<string, unknown>;
    // Written of an issue that has been merged into this one.
    if (row.slug !== null && row.merged_number !== null)
      data.mergedFrom = shortId(row.slug, row.merged_number);
    const token = typeof data.token === 'string' ? data.token : null;
    return {
      ...{ id: String(row.id), kind: row.kind, at: iso(row.created_at), userId: row.user_id },
      ...{ by: names.get(row.user_id ?? '') ?? token, data },
    };
  });
}

async function readFeedback(stores: IssueStores, id: number): Promise<IssueDetail['feedback']> {
  const rows = await stores.metadata.db
    .selectFrom('feedback')
    .select(['name', 'email', 'message', 'event_id', 'url', 'created_at'])
    .where('issue_id', '=', id)
    .orderBy('created_at', 'desc')
    .limit(FEEDBACK_SHOWN_MAX)
    .execute();
  return rows.map(({ created_at, event_id, ...said }) => ({
    ...said,
    at: iso(created_at),
    eventId: event_id,
  }));
}
