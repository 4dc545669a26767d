/**
 * What one batch of events says about issues, and how it changes what is known of an issue: pure folding, no
 * database. Folding is commutative where it must be: first and last seen, counts and users come out the same
 * in whatever order the events of an issue arrive; the texts follow the event with the newest timestamp.
 */
import { hash } from 'node:crypto';
import {
  firstPriority,
  type IssueRow,
  newIssueState,
  openState,
  regression,
  type SeenRelease,
} from './lifecycle.ts';

/** All events of a batch with the same project and deciding hash, added up by the caller. */
export interface BatchIssue {
  project: number;
  /** Grouping hashes, the deciding one first. Never empty. */
  hashes: string[];
  /** Timestamps of the oldest and the newest event, ms. */
  firstSeen: number;
  lastSeen: number;
  count: number;
  /** Distinct user keys as in the events table; events without a user contribute none. */
  userKeys: string[];
  /** The newest event's words. */
  title: string;
  culprit: string;
  type: string;
  exceptionType: string;
  exceptionValue: string;
  level: string;
  platform: string;
  logger: string;
  /** Release of the oldest and of the newest event that name one, and when those were; empty when none does. */
  firstRelease: string;
  firstReleaseAt: number;
  lastRelease: string;
  lastReleaseAt: number;
  /** Every release that events name, and empty when some name none. */
  releases: SeenRelease[];
  /** Id of the newest event that is kept; empty when none of them is. */
  lastEventId: string;
  /** True when any of the events was unhandled. */
  unhandled: boolean;
  /** What kind of expected error the newest event is; empty: none. */
  expected: string;
  /** Events that are made of log records. */
  fromLogs: number;
  /** What the newest event is told by when it comes by an SDK and by a log; empty: not known. */
  kind: string;
}

/** An issue row before the database has given it an id, a number and its impact. */
export type IssueDraft = Omit<IssueRow, 'id' | 'number' | 'impact'>;

/**
 * Longest text kept on an issue, in characters: a title is a line, not a document. The event keeps the whole.
 */
export const ISSUE_TEXT_MAX = 1000;

/** The row of an issue seen for the first time, before any event is folded into it. */
export function newDraft(batch: BatchIssue, now: number): IssueDraft {
  return {
    ...newIssueState(now),
    ...texts(batch),
    project_id: batch.project,
    first_seen: batch.firstSeen,
    last_seen: batch.lastSeen,
    event_count: 0,
    user_count: 0,
    first_release: bounded(batch.firstRelease),
    last_release: bounded(batch.lastRelease),
    unhandled: 0,
    priority: firstPriority(batch.level, batch.unhandled),
    priority_set_at: null,
    created_at: now,
  };
}

/** The issue after the batch's events; `regressed` by the events that brought it back. The input is left alone. */
export function fold<Draft extends IssueDraft>(
  issue: Draft,
  batch: BatchIssue,
  now: number,
  releases: Parameters<typeof regression>[2] = null,
): { issue: Draft; regressed: SeenRelease | null } {
  const regressed = regression(issue, batch.releases, releases);
  // A release is known to be the first or the last only when its own event is: others of the batch may name none.
  const isFirstRelease = batch.firstReleaseAt < issue.first_seen;
  const isLastRelease = batch.lastReleaseAt >= issue.last_seen;
  // One that was brought from another tracker may have been seen there later than in any event that comes with it.
  const isNewest = batch.lastSeen >= issue.last_seen || issue.event_count === 0;
  return {
    regressed,
    issue: {
      ...issue,
      ...(regressed ? openState('regressed', now) : {}),
      ...(isNewest ? { ...texts(batch), last_event_id: batch.lastEventId || issue.last_event_id } : {}),
      first_seen: Math.min(issue.first_seen, batch.firstSeen),
      last_seen: Math.max(issue.last_seen, batch.lastSeen),
      event_count: issue.event_count + batch.count,
      first_release:
        (isFirstRelease && bounded(batch.firstRelease)) || issue.first_release || bounded(batch.firstRelease),
      last_release:
        (isLastRelease && bounded(batch.lastRelease)) || issue.last_release || bounded(batch.lastRelease),
      unhandled: batch.unhandled ? 1 : issue.unhandled,
    },
  };
}

/** The name a user has in issue_user: short, and no personal data. */
export const userHash = (userKey: string) => hash('sha256', userKey).slice(0, 16);

function texts(batch: BatchIssue) {
  return {
    title: bounded(batch.title),
    culprit: bounded(batch.culprit),
    type: bounded(batch.type),
    exception_type: bounded(batch.exceptionType),
    exception_value: bounded(batch.exceptionValue),
    level: batch.level,
    platform: bounded(batch.platform),
    logger: bounded(batch.logger),
    expected: batch.expected,
    last_event_id: batch.lastEventId,
  };
}

const bounded = (text: string) => (text.length > ISSUE_TEXT_MAX ? text.slice(0, ISSUE_TEXT_MAX) : text);
