import { expect, test } from 'vitest';
import { doneWords, standingWords } from './change-words.ts';

test.each([
  [{ status: 'resolved' }, 'Resolved SHOP-1'],
  [{ status: 'resolved', resolve: { in: 'nextRelease' } }, 'Resolved SHOP-1 in the next release'],
  [{ status: 'resolved', resolve: { in: 'release', release: '1.5.0' } }, 'Resolved SHOP-1 in 1.5.0'],
  [{ status: 'archived' }, 'Archived SHOP-1 for ever'],
  [{ status: 'archived', archive: { until: 'time', minutes: 120 } }, 'Archived SHOP-1 for 2 hours'],
  [
    { status: 'archived', archive: { until: 'events', count: 1 } },
    'Archived SHOP-1 until it happens 1 more time',
  ],
  [
    { status: 'archived', archive: { until: 'users', count: 10, windowMinutes: 1_440 } },
    'Archived SHOP-1 until it hits 10 users within 1 day',
  ],
  [{ status: 'unresolved' }, 'Back to unresolved: SHOP-1'],
  [{ priority: 'high' }, 'Priority of SHOP-1 is high'],
] as const)('%j is told as %s', (change, words) => {
  expect(doneWords(change, 'SHOP-1')).toBe(words);
});

test('an issue says what it waits for', () => {
  const at = '2026-11-23T12:00:00.000Z';
  const resolved = { at, release: '1.4.0', commit: '', repository: '' };
  expect(standingWords({ resolution: { ...resolved, in: 'now' }, archival: null })).toBeNull();
  expect(standingWords({ resolution: { ...resolved, in: 'nextRelease' }, archival: null })).toBe(
    'In the next release: one that is newer than 1.4.0 brings it back.',
  );
  const archival = { until: 'events' as const, at: null, count: 1000, windowMinutes: null, seen: 999 };
  expect(standingWords({ resolution: null, archival })).toBe(
    'Until it happens 1,000 more times (999 so far).',
  );
});
