/**
 * How an issue stands here when it stood somehow elsewhere: pure rules. What people did here is never undone by an import;
 * of several issues that are one here, the open one decides; and events that the source had already do not bring a resolved
 * issue back.
 */
import type { ImportedState } from '#contract/imports.ts';
import {
  archivedState,
  type IssueRow,
  type IssueState,
  openState,
  RESOLVED_NOW,
  resolvedState,
} from '#server/issues/lifecycle.ts';

export interface Adopting {
  /** When it was seen last there, ms. */
  lastSeen: number;
  now: number;
}

/** What decided how the issue stands here so far: people, another issue of the source that is the same one here, or neither. */
export type DecidedBy = 'people' | 'other_issues' | 'nobody';

/** An issue that is made for it. */
export function adoptedState(state: ImportedState, { lastSeen, now }: Adopting): IssueState {
  if (state.status === 'resolved') return resolvedThere(state, { lastSeen, now });
  if (state.status === 'archived') {
    const { archivedUntil } = state;
    const nothing = { archived_limit: null, archived_window_ms: null, archived_from: null };
    if (archivedUntil.until !== 'time')
      return archivedState({ ...nothing, archived_until: archivedUntil.until }, now);
    const until = Date.parse(archivedUntil.time);
    if (until > now) return archivedState({ ...nothing, archived_until: 'time', archived_limit: until }, now);
  }
  // News are news for a week since they were: an issue that was new a month ago is none.
  return openState(state.status === 'archived' ? 'ongoing' : state.substatus, Math.min(lastSeen, now));
}

/** How an issue that was here already stands from now on; null: as it does. */
export function mergedState(
  here: Pick<IssueRow, 'status' | 'last_seen'>,
  decidedBy: DecidedBy,
  state: ImportedState,
  adopting: Adopting,
): IssueState | null {
  if (decidedBy === 'people' || here.status === state.status) return null;
  if (state.status === 'unresolved') return adoptedState(state, adopting);
  if (decidedBy === 'other_issues') return null;
  if (state.status === 'archived') return adoptedState(state, adopting);
  const resolved = resolvedThere(state, adopting);
  // It has happened here since.
  return here.last_seen > resolved.resolved_at! ? null : resolved;
}

/** Whatever the source had seen when it was read, it had seen as resolved. */
function resolvedThere({ resolvedAt, resolvedIn }: ImportedState, { lastSeen, now }: Adopting): IssueState {
  const at = Math.min(now, Math.max(resolvedAt === null ? 0 : Date.parse(resolvedAt), lastSeen));
  const resolution = resolvedIn
    ? { ...RESOLVED_NOW, resolved_in: resolvedIn.in, resolved_release: resolvedIn.release }
    : RESOLVED_NOW;
  return resolvedState(resolution, { userId: null, now: at });
}
