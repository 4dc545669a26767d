import { describe, expect, it } from 'vitest';
import {
  changeStatus,
  type IssueState,
  readSubstate,
  regresses,
  SUBSTATE_FADES_AFTER_MS,
} from './lifecycle.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const unresolved: IssueState = {
  status: 'unresolved',
  substate: 'ongoing',
  substate_at: NOON,
  resolved_at: null,
  resolved_by: null,
};
const resolved: IssueState = { ...unresolved, status: 'resolved', resolved_at: NOON, resolved_by: 'ada' };
const archived: IssueState = { ...unresolved, status: 'archived', substate: 'archived' };

describe('a new event', () => {
  it.each([
    ['brings a resolved issue back when it happened after the fix', resolved, NOON + 1, true],
    ['leaves it resolved when it happened at the very moment of the fix', resolved, NOON, false],
    [
      'leaves it resolved when it happened before the fix and was delivered late',
      resolved,
      NOON - MINUTE,
      false,
    ],
    ['leaves an archived issue archived', archived, NOON + MINUTE, false],
    ['leaves an unresolved issue as it is', unresolved, NOON + MINUTE, false],
  ])('%s', (_name, issue, timestamp, expected) => {
    expect(regresses(issue, timestamp)).toBe(expected);
  });
});

describe('a person', () => {
  const by = { userId: 'ada', now: NOON + MINUTE };
  it.each([
    ['resolves', unresolved, 'resolved', 'resolved'],
    ['archives', unresolved, 'archived', 'archived'],
    ['reopens what was resolved', resolved, 'unresolved', 'reopened'],
    ['reopens what was archived', archived, 'unresolved', 'reopened'],
    ['archives what was resolved', resolved, 'archived', 'archived'],
  ] as const)('%s', (_name, issue, wanted, activity) => {
    const change = changeStatus(issue, wanted, by);
    expect(change).toMatchObject({ activity, state: { status: wanted, substate_at: by.now } });
    expect(change?.state.resolved_by).toBe(wanted === 'resolved' ? 'ada' : null);
    expect(change?.state.resolved_at).toBe(wanted === 'resolved' ? by.now : null);
  });

  it('changes nothing, and leaves no trace, by asking for what already is', () => {
    expect(changeStatus(resolved, 'resolved', by)).toBeNull();
    expect(changeStatus(unresolved, 'unresolved', by)).toBeNull();
  });
});

describe('the substate', () => {
  it.each([
    ['new', 'unresolved', 'new', 0, 'new'],
    ['new until the last moment of the week', 'unresolved', 'new', SUBSTATE_FADES_AFTER_MS - 1, 'new'],
    ['ongoing after a week of being new', 'unresolved', 'new', SUBSTATE_FADES_AFTER_MS, 'ongoing'],
    ['regressed', 'unresolved', 'regressed', 1, 'regressed'],
    [
      'ongoing after a week of being regressed',
      'unresolved',
      'regressed',
      SUBSTATE_FADES_AFTER_MS,
      'ongoing',
    ],
    ['resolved, whatever it was before', 'resolved', 'new', 0, 'resolved'],
    ['archived', 'archived', 'archived', 0, 'archived'],
  ] as const)('reads as %s', (_name, status, substate, age, expected) => {
    expect(readSubstate({ status, substate, substate_at: NOON }, NOON + age)).toBe(expected);
  });
});
