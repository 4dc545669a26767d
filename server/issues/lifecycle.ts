/**
 * The life of an issue, as pure rules: what a new event and a person do to it, and what its substate reads
 * as today. `process` applies them inside a batch (upsert.ts), people through issue-writes.ts; both write the
 * activity these rules name, so that the history of an issue always tells how it came to be as it is.
 */
import type { Insertable, Selectable } from 'kysely';
import type { IssueActivityTable, IssueTable } from '#server/store/metadata/schema.ts';

export type IssueRow = Selectable<IssueTable>;
export type IssueStatus = IssueRow['status'];
export type Priority = IssueRow['priority'];
export type ActivityKind = IssueActivityTable['kind'];
export type ActivityInsert = Insertable<IssueActivityTable>;

/** The columns that say where an issue stands. */
export const STATE_COLUMNS = [
  'status',
  'substate',
  'substate_at',
  'resolved_at',
  'resolved_by',
  'resolved_in',
  'resolved_release',
  'resolved_commit',
  'resolved_repository',
  'archived_until',
  'archived_limit',
  'archived_window_ms',
  'archived_from',
] as const satisfies readonly (keyof IssueRow)[];
export type IssueState = Pick<IssueRow, (typeof STATE_COLUMNS)[number]>;
/** What people change of issues in one go. */
export const CHANGED_COLUMNS = [...STATE_COLUMNS, 'priority', 'priority_set_at'] as const;

/** What decides whether a resolved issue comes back; see IssueTable. */
export type Resolution = Pick<
  IssueState,
  'resolved_in' | 'resolved_release' | 'resolved_commit' | 'resolved_repository'
>;
/** What brings an archived issue back; see IssueTable. */
export type Archival = Pick<
  IssueState,
  'archived_until' | 'archived_limit' | 'archived_window_ms' | 'archived_from'
>;

/** What a person reads: the stored substate after fading, or the status where that says it all. */
export type IssueSubstate = 'new' | 'ongoing' | 'regressed' | 'escalating' | 'archived' | 'resolved';

/** New, regressed and escalating are news for a week, in milliseconds; then the issue is simply ongoing. */
export const SUBSTATE_FADES_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/** Resolved, whatever the release: what happens later brings it back. */
export const RESOLVED_NOW: Resolution = {
  resolved_in: '',
  resolved_release: '',
  resolved_commit: '',
  resolved_repository: '',
};
const NOT_ARCHIVED: Archival = {
  archived_until: '',
  archived_limit: null,
  archived_window_ms: null,
  archived_from: null,
};

/** An issue that is open. */
export function openState(substate: 'new' | 'ongoing' | 'regressed' | 'escalating', now: number): IssueState {
  return {
    ...{ status: 'unresolved', substate, substate_at: now, resolved_at: null, resolved_by: null },
    ...RESOLVED_NOW,
    ...NOT_ARCHIVED,
  };
}

export function resolvedState(
  resolution: Resolution,
  by: { userId: string | null; now: number },
): IssueState {
  return {
    ...{ status: 'resolved', substate: 'ongoing', substate_at: by.now },
    ...{ resolved_at: by.now, resolved_by: by.userId },
    ...resolution,
    ...NOT_ARCHIVED,
  };
}

export function archivedState(archival: Archival, now: number): IssueState {
  return {
    ...{ status: 'archived', substate: 'archived', substate_at: now, resolved_at: null, resolved_by: null },
    ...RESOLVED_NOW,
    ...archival,
  };
}

/** An issue nobody has seen before. */
export const newIssueState = (now: number): IssueState => openState('new', now);

/** Events of an issue that name the same release, or none (empty): when the newest of them happened. */
export interface SeenRelease {
  release: string;
  lastAt: number;
}

/** What is known of releases while a batch is applied; see releases.ts. */
interface KnownReleases {
  isOlder(version: string, other: string): boolean;
  newest: { version: string; date: number } | null;
}

/**
 * The events that bring a resolved issue back, the newest of them; null: none does. Only what happened after it was
 * resolved can: what was merely delivered late says nothing about the fix. Resolved in a release, events of older ones
 * stay quiet; in the next release, those of the one that was current too; in a commit, all until a release has it.
 */
export function regression(
  issue: Pick<IssueState, 'status' | 'resolved_at' | 'resolved_in' | 'resolved_release'>,
  seen: readonly SeenRelease[],
  releases: KnownReleases | null,
): SeenRelease | null {
  if (issue.status !== 'resolved' || issue.resolved_in === 'commit') return null;
  return seen
    .filter(({ lastAt }) => lastAt > (issue.resolved_at ?? 0))
    .filter((event) => issue.resolved_in === '' || isAfterFix(issue, releaseOf(event, releases), releases))
    .reduce<SeenRelease | null>(
      (newest, event) => (event.lastAt > (newest?.lastAt ?? 0) ? event : newest),
      null,
    );
}

/** An event without a release counts as one of the newest release, once that was there. */
const releaseOf = ({ release, lastAt }: SeenRelease, releases: KnownReleases | null) =>
  release || (releases?.newest && lastAt >= releases.newest.date ? releases.newest.version : '');

function isAfterFix(
  { resolved_in, resolved_release }: Pick<IssueState, 'resolved_in' | 'resolved_release'>,
  release: string,
  releases: KnownReleases | null,
): boolean {
  if (release === '') return false;
  if (resolved_in === 'release')
    return release === resolved_release || !releases?.isOlder(release, resolved_release);
  // No release was known then: any is a later one.
  return resolved_release === '' || (releases?.isOlder(resolved_release, release) ?? false);
}

/** An archived issue whose count is full, without a window; windows are for issue-sweep.ts. */
export function archivedCountIsFull(
  issue: Pick<IssueRow, 'status' | 'event_count' | 'user_count' | keyof Archival>,
): boolean {
  if (issue.status !== 'archived' || issue.archived_window_ms !== null) return false;
  const since = (count: number) => count - (issue.archived_from ?? 0);
  const limit = issue.archived_limit ?? Number.POSITIVE_INFINITY;
  if (issue.archived_until === 'events') return since(issue.event_count) >= limit;
  return issue.archived_until === 'users' && since(issue.user_count) >= limit;
}

/** The substate as it reads at `now`. Fading is computed here and never written. */
export function readSubstate(
  issue: Pick<IssueState, 'status' | 'substate' | 'substate_at'>,
  now: number,
): IssueSubstate {
  if (issue.status !== 'unresolved') return issue.status;
  const isNews = issue.substate !== 'ongoing' && issue.substate !== 'archived';
  return isNews && now - issue.substate_at < SUBSTATE_FADES_AFTER_MS ? issue.substate : 'ongoing';
}

/** How much an issue matters until a person says: by its first events, as Sentry has it. */
export function firstPriority(level: string, unhandled: boolean): Priority {
  if (level === 'fatal' || (level === 'error' && unhandled)) return 'high';
  return level === 'info' || level === 'debug' ? 'low' : 'medium';
}
