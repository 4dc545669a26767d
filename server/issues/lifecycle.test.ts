import { describe, expect, it } from 'vitest';
import { isOlder } from '#server/releases/release-order.ts';
import {
  archivedCountIsFull,
  firstPriority,
  readSubstate,
  regression,
  SUBSTATE_FADES_AFTER_MS,
} from './lifecycle.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;

/** Releases by their dates, in minutes after noon. */
const DATES: Record<string, number> = {
  '1.4.0': -60,
  '1.4.1': 20,
  '1.5.0': 10,
  cafe: -30,
  beef: 5,
  dead: 30,
};
const at = (version: string) => ({
  version,
  date: version in DATES ? NOON + DATES[version]! * MINUTE : Number.POSITIVE_INFINITY,
});
const releases = {
  isOlder: (version: string, other: string) => isOlder(at(version), at(other)),
  newest: { version: '1.5.0', date: NOON + 10 * MINUTE },
};

describe('an event of an issue that was resolved at noon', () => {
  it.each([
    // resolved in, its release, the event's release, minutes after noon -> it comes back
    ['', '', '1.4.0', 1, true, 'happened after it'],
    ['', '', '1.4.0', 0, false, 'happened at that very moment'],
    ['', '', '1.4.0', -1, false, 'happened before and was delivered late'],
    ['release', '1.5.0', '1.5.0', 1, true, 'is of that release'],
    ['release', '1.5.0', '1.5.0', -1, false, 'is of that release, and happened before'],
    ['release', '1.5.0', '1.6.0', 1, true, 'is of a newer one'],
    ['release', '1.5.0', '1.4.0', 99, false, 'is of an older one, however late'],
    ['release', '1.5.0', '1.4.1', 99, false, 'is of a hotfix of an older one that was released after it'],
    ['release', 'beef', 'dead', 99, true, 'is of a newer one by date, where versions say nothing'],
    ['release', 'beef', 'cafe', 99, false, 'is of an older one by date, where versions say nothing'],
    ['release', '2.0.0', '1.5.0', 99, false, 'is of one before a release that is still to come'],
    ['release', 'beef', '', 99, true, 'names no release, when that release was there'],
    ['release', '1.6.0', '', 99, false, 'names no release, when that release was still to come'],
    ['release', '1.5.0', '', 9, false, 'names no release, before that release was there'],
    ['next_release', '1.4.0', '1.4.0', 99, false, 'is of the release that was current'],
    ['next_release', '1.4.0', '1.3.0', 99, false, 'is of an older one'],
    ['next_release', '1.4.0', '1.4.1', 99, true, 'is of the next one'],
    ['next_release', 'cafe', 'beef', 99, true, 'is of the next one by date'],
    ['next_release', '', '1.0.0', 99, true, 'is of the first release there is'],
    ['next_release', '1.4.0', '', 99, true, 'names no release, when the next one was there'],
    ['next_release', '1.4.0', '', 9, false, 'names no release, before the next one was there'],
    ['commit', '', '1.5.0', 99, false, 'comes before any release has the commit'],
  ] as const)(
    'resolved in %s %s: %s at +%i: back is %s, for it %s',
    (resolved_in, resolved_release, release, minutes, back, _story) => {
      const issue = { status: 'resolved', resolved_at: NOON, resolved_in, resolved_release } as const;
      const event = { release, lastAt: NOON + minutes * MINUTE };
      expect(regression(issue, [event], releases)).toEqual(back ? event : null);
    },
  );

  it('of several releases the newest event that brings it back is told', () => {
    const issue = {
      status: 'resolved',
      resolved_at: NOON,
      resolved_in: 'release',
      resolved_release: '1.5.0',
    } as const;
    const seen = [
      { release: '1.5.0', lastAt: NOON + MINUTE },
      { release: '1.6.0', lastAt: NOON + 2 * MINUTE },
      { release: '1.4.0', lastAt: NOON + 3 * MINUTE },
    ];
    expect(regression(issue, seen, releases)).toEqual(seen[1]);
  });

  it.each(['unresolved', 'archived'] as const)('changes nothing of one that is %s', (status) => {
    const issue = { status, resolved_at: null, resolved_in: '', resolved_release: '' } as const;
    expect(regression(issue, [{ release: '', lastAt: NOON + MINUTE }], null)).toBeNull();
  });
});

describe('archived until there are more', () => {
  const archived = {
    ...{ status: 'archived', archived_until: 'events', archived_limit: 10, archived_from: 5 },
    ...{ archived_window_ms: null, event_count: 15, user_count: 0 },
  } satisfies Parameters<typeof archivedCountIsFull>[0];
  it.each([
    ['the tenth event since', archived, true],
    ['the ninth', { ...archived, event_count: 14 }, false],
    [
      'ten events within a window, which are counted elsewhere',
      { ...archived, archived_window_ms: MINUTE },
      false,
    ],
    [
      'the third user since',
      { ...archived, archived_until: 'users', archived_limit: 3, user_count: 8 },
      true,
    ],
    ['events, when it waits for users', { ...archived, archived_until: 'users' }, false],
    [
      'anything, when archived for ever',
      { ...archived, archived_until: 'forever', archived_limit: null },
      false,
    ],
    ['anything, when it is not archived', { ...archived, status: 'unresolved' }, false],
  ] as const)('is full by %s: %#', (_name, issue, expected) => {
    expect(archivedCountIsFull(issue)).toBe(expected);
  });
});

describe('the substate', () => {
  it.each([
    ['new', 'unresolved', 'new', 0, 'new'],
    ['new until the last moment of the week', 'unresolved', 'new', SUBSTATE_FADES_AFTER_MS - 1, 'new'],
    ['ongoing after a week of being new', 'unresolved', 'new', SUBSTATE_FADES_AFTER_MS, 'ongoing'],
    ['regressed', 'unresolved', 'regressed', 1, 'regressed'],
    ['escalating', 'unresolved', 'escalating', 1, 'escalating'],
    [
      'ongoing after a week of being escalating',
      'unresolved',
      'escalating',
      SUBSTATE_FADES_AFTER_MS,
      'ongoing',
    ],
    ['resolved, whatever it was before', 'resolved', 'new', 0, 'resolved'],
    ['archived', 'archived', 'archived', 0, 'archived'],
  ] as const)('reads as %s', (_name, status, substate, age, expected) => {
    expect(readSubstate({ status, substate, substate_at: NOON }, NOON + age)).toBe(expected);
  });
});

it.each([
  ['fatal', false, 'high'],
  ['error', true, 'high'],
  ['error', false, 'medium'],
  ['warning', true, 'medium'],
  ['info', false, 'low'],
  ['debug', false, 'low'],
] as const)('the priority of %s, unhandled %s, is %s', (level, unhandled, expected) => {
  expect(firstPriority(level, unhandled)).toBe(expected);
});
