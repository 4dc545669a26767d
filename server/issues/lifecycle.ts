/**
 * The life of an issue, as pure rules: what a new event and what a person do to it, and what its substate reads
 * as today. `process` applies them inside a batch (upsert.ts), people through issue-writes.ts; both write the
 * activity these rules name, so that the history of an issue always tells how it came to be as it is.
 */
import type { Insertable, Selectable } from 'kysely';
import type { IssueActivityTable, IssueTable } from '#server/store/metadata/schema.ts';

export type IssueRow = Selectable<IssueTable>;
export type IssueStatus = IssueRow['status'];
export type ActivityKind = IssueActivityTable['kind'];
export type ActivityInsert = Insertable<IssueActivityTable>;

/** The columns that say where an issue stands. */
export type IssueState = Pick<
  IssueRow,
  'status' | 'substate' | 'substate_at' | 'resolved_at' | 'resolved_by'
>;

/** What a person reads: the stored substate after fading, or the status where that says it all. */
export type IssueSubstate = 'new' | 'ongoing' | 'regressed' | 'archived' | 'resolved';

/** New and regressed are news for a week, in milliseconds; then the issue is simply ongoing. */
export const SUBSTATE_FADES_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/** An issue nobody has seen before. */
export function newIssueState(now: number): IssueState {
  return { status: 'unresolved', substate: 'new', substate_at: now, resolved_at: null, resolved_by: null };
}

/**
 * Does an event with this timestamp bring the issue back? Only a resolved issue can come back, and only by an
 * event that happened after it was resolved: one that was merely delivered late says nothing about the fix.
 * Archived stays archived, unresolved stays as it is.
 */
export function regresses(
  issue: Pick<IssueState, 'status' | 'resolved_at'>,
  eventTimestamp: number,
): boolean {
  return issue.status === 'resolved' && eventTimestamp > (issue.resolved_at ?? 0);
}

/** The state of an issue that has come back. */
export function regressedState(now: number): IssueState {
  return {
    status: 'unresolved',
    substate: 'regressed',
    substate_at: now,
    resolved_at: null,
    resolved_by: null,
  };
}

/** What a person wants, applied: the new state and the activity to write; null when there is nothing to change. */
export function changeStatus(
  issue: IssueState,
  wanted: IssueStatus,
  by: { userId: string | null; now: number },
): { state: IssueState; activity: ActivityKind } | null {
  if (issue.status === wanted) return null;
  const substate_at = by.now;
  switch (wanted) {
    case 'resolved':
      return {
        state: {
          status: 'resolved',
          substate: 'ongoing',
          substate_at,
          resolved_at: by.now,
          resolved_by: by.userId,
        },
        activity: 'resolved',
      };
    case 'archived':
      return {
        state: {
          status: 'archived',
          substate: 'archived',
          substate_at,
          resolved_at: null,
          resolved_by: null,
        },
        activity: 'archived',
      };
    case 'unresolved':
      return {
        state: {
          status: 'unresolved',
          substate: 'ongoing',
          substate_at,
          resolved_at: null,
          resolved_by: null,
        },
        activity: 'reopened',
      };
  }
}

/** The substate as it reads at `now`. Fading is computed here and never written. */
export function readSubstate(
  issue: Pick<IssueState, 'status' | 'substate' | 'substate_at'>,
  now: number,
): IssueSubstate {
  if (issue.status !== 'unresolved') return issue.status;
  const isNews = issue.substate === 'new' || issue.substate === 'regressed';
  return isNews && now - issue.substate_at < SUBSTATE_FADES_AFTER_MS ? issue.substate : 'ongoing';
}
