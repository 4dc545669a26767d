/**
 * What a person wants of an issue, applied to it: the state it has then and what its history tells. Pure, but for what
 * is asked of releases.
 */
import type { IssueUpdate } from '#contract/issues.ts';
import type { ArchiveUntil, ResolveIn } from '#contract/workflow.ts';
import { reject } from '#server/record/rejections.ts';
import {
  type ActivityKind,
  type Archival,
  archivedState,
  type IssueRow,
  openState,
  RESOLVED_NOW,
  type Resolution,
  resolvedState,
} from './lifecycle.ts';

const MINUTE_MS = 60_000;

/** What an issue becomes, and what is told of it. */
export interface Decided {
  issue: IssueRow;
  told: { kind: ActivityKind; data: Record<string, unknown> }[];
}

/** Null: the project has no release to resolve it in. */
export type FindResolution = (issue: IssueRow, wanted: ResolveIn) => Promise<Resolution | null>;

/** Throws the refusal of what does not go together. */
export function checkChange({ status, resolve, archive, priority }: IssueUpdate): void {
  if (status === undefined && priority === undefined)
    throw reject('request_invalid', 'nothing to change: name a status or a priority');
  if (resolve && status !== 'resolved')
    throw reject('request_invalid', 'resolve goes with the status resolved');
  if (archive && status !== 'archived')
    throw reject('request_invalid', 'archive goes with the status archived');
}

/** The issue after the change; null when it is like that already; `no_release` when it cannot be resolved like that. */
export async function applyChange(
  before: IssueRow,
  change: IssueUpdate,
  by: { userId: string | null; now: number },
  find: FindResolution,
): Promise<Decided | null | 'no_release'> {
  const decided: Decided = { issue: before, told: [] };
  if (change.status !== undefined) {
    const stated = await stateOf(before, change, by, find);
    if (stated === 'no_release') return stated;
    if (stated) {
      decided.issue = { ...before, ...stated.state };
      decided.told.push({ kind: stated.kind, data: stated.data });
    }
  }
  const { priority } = change;
  if (priority !== undefined && (priority !== before.priority || before.priority_set_at === null)) {
    decided.issue = { ...decided.issue, priority, priority_set_at: by.now };
    if (priority !== before.priority)
      decided.told.push({ kind: 'prioritized', data: { from: before.priority, to: priority } });
  }
  return decided.issue === before ? null : decided;
}

async function stateOf(
  before: IssueRow,
  { status, resolve, archive }: IssueUpdate,
  by: { userId: string | null; now: number },
  find: FindResolution,
) {
  const isThere = before.status === status;
  switch (status) {
    case 'resolved': {
      if (isThere && !resolve) return null;
      const resolution = await find(before, resolve ?? { in: 'now' });
      if (resolution === null) return 'no_release';
      if (isThere && isSame(before, resolution)) return null;
      return {
        state: resolvedState(resolution, by),
        kind: 'resolved',
        data: resolvedData(resolution),
      } as const;
    }
    case 'archived': {
      if (isThere && (!archive || before.archived_until === archive.until) && !archive?.until.match(COUNTED))
        return null;
      const archival = archivalOf(before, archive ?? { until: 'forever' }, by.now);
      return {
        state: archivedState(archival, by.now),
        kind: 'archived',
        data: archivedData(archive ?? { until: 'forever' }, by.now),
      } as const;
    }
    case 'unresolved':
      return isThere ? null : ({ state: openState('ongoing', by.now), kind: 'reopened', data: {} } as const);
    default:
      return null;
  }
}

/** What begins anew when it is asked for again. */
const COUNTED = /^(time|events|users)$/;

const isSame = (issue: Resolution, other: Resolution) =>
  (Object.keys(RESOLVED_NOW) as (keyof Resolution)[]).every((name) => issue[name] === other[name]);

function resolvedData(resolution: Resolution): Record<string, unknown> {
  const { resolved_in, resolved_release: release, resolved_commit, resolved_repository } = resolution;
  const commit = resolved_commit === '' ? {} : { commit: resolved_commit, repository: resolved_repository };
  if (resolved_in === 'next_release') return { nextRelease: true, ...(release ? { after: release } : {}) };
  return { ...(resolved_in === 'release' ? { release } : {}), ...commit };
}

function archivalOf({ event_count, user_count }: IssueRow, wanted: ArchiveUntil, now: number): Archival {
  const archival = { archived_limit: null, archived_window_ms: null, archived_from: null };
  const archived_until = wanted.until;
  switch (wanted.until) {
    case 'forever':
    case 'escalating':
      return { ...archival, archived_until };
    case 'time':
      return { ...archival, archived_until, archived_limit: now + wanted.minutes * MINUTE_MS };
    case 'events':
    case 'users':
      return {
        archived_until,
        archived_limit: wanted.count,
        archived_window_ms: wanted.windowMinutes === undefined ? null : wanted.windowMinutes * MINUTE_MS,
        archived_from: wanted.until === 'events' ? event_count : user_count,
      };
  }
}

const archivedData = (wanted: ArchiveUntil, now: number): Record<string, unknown> =>
  wanted.until === 'time'
    ? { until: 'time', at: new Date(now + wanted.minutes * MINUTE_MS).toISOString() }
    : { ...wanted };
