/** How issues stand after they were brought. */
import { expect, test } from 'vitest';
import { ImportedState } from '#contract/imports.ts';
import { adoptedState, mergedState } from './adopted-state.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const lastSeen = Date.parse('2026-11-20T12:00:00Z');
const at = { now, lastSeen };
const iso = (time: number) => new Date(time).toISOString();
const given = (state: object) => ImportedState.parse(state);

test.each([
  [
    'open stays open, and what was news there is news',
    { status: 'unresolved', substatus: 'regressed' },
    { status: 'unresolved', substate: 'regressed', substate_at: lastSeen },
  ],
  [
    'resolved at a time that is known',
    { status: 'resolved', resolvedAt: iso(lastSeen + 5) },
    { status: 'resolved', resolved_at: lastSeen + 5, resolved_in: '' },
  ],
  [
    'resolved before its last event: the source did not mind that one',
    { status: 'resolved', resolvedAt: iso(lastSeen - 5) },
    { resolved_at: lastSeen },
  ],
  ['resolved, nobody knows when', { status: 'resolved' }, { resolved_at: lastSeen }],
  [
    'resolved in a release',
    { status: 'resolved', resolvedIn: { in: 'release', release: 'shop@2' } },
    { resolved_in: 'release', resolved_release: 'shop@2' },
  ],
  ['archived for good', { status: 'archived' }, { status: 'archived', archived_until: 'forever' }],
  [
    'archived until it escalates',
    { status: 'archived', archivedUntil: { until: 'escalating' } },
    { archived_until: 'escalating' },
  ],
  [
    'archived until a time to come',
    { status: 'archived', archivedUntil: { until: 'time', time: iso(now + 60_000) } },
    { archived_until: 'time', archived_limit: now + 60_000 },
  ],
  [
    'archived until a time that is over',
    { status: 'archived', archivedUntil: { until: 'time', time: iso(now - 1) } },
    { status: 'unresolved', substate: 'ongoing' },
  ],
])('%s', (_name, state, expected) => {
  expect(adoptedState(given(state), at)).toMatchObject(expected);
});

test.each([
  ['what people did here stays', 'unresolved', now, 'people', 'resolved', null],
  ['resolved there, and quiet here since', 'unresolved', lastSeen, 'nobody', 'resolved', 'resolved'],
  ['resolved there, and it happened here since', 'unresolved', now, 'nobody', 'resolved', null],
  ['archived there', 'unresolved', now, 'nobody', 'archived', 'archived'],
  ['opened again there since the last import', 'resolved', lastSeen, 'nobody', 'unresolved', 'unresolved'],
  [
    'two of theirs are one here: the open one decides',
    'resolved',
    lastSeen,
    'other_issues',
    'unresolved',
    'unresolved',
  ],
  ['… whichever comes first', 'unresolved', lastSeen, 'other_issues', 'resolved', null],
  ['nothing to change', 'archived', lastSeen, 'nobody', 'archived', null],
] as const)('an issue that was here: %s', (_name, status, last_seen, decidedBy, there, expected) => {
  const state = mergedState({ status, last_seen }, decidedBy, given({ status: there }), at);
  expect(state?.status ?? null).toBe(expected);
});
