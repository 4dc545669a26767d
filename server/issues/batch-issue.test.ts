import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assignIssues, hashKey } from './assign-issues.ts';
import { type BatchIssue, fold, newDraft } from './batch-issue.ts';

const events = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 1000 }),
    count: fc.integer({ min: 1, max: 5 }),
    release: fc.constantFrom('', '1', '2'),
  }),
  { minLength: 1, maxLength: 8 },
);

function entry({ at, count, release }: { at: number; count: number; release: string }): BatchIssue {
  return {
    project: 1,
    hashes: ['h'],
    firstSeen: at,
    lastSeen: at,
    count,
    userKeys: [],
    title: `at ${at}`,
    culprit: '',
    type: 'error',
    exceptionType: '',
    exceptionValue: '',
    level: 'error',
    platform: '',
    logger: '',
    firstRelease: release,
    firstReleaseAt: at,
    lastRelease: release,
    lastReleaseAt: at,
    releases: [{ release, lastAt: at }],
    lastEventId: '',
    unhandled: at % 2 === 0,
    expected: '',
    fromLogs: 0,
    kind: '',
  };
}

it('events tell the same of an issue in whatever order they arrive', () => {
  const told = (batch: BatchIssue[]) => {
    let issue = newDraft(batch[0]!, 0);
    for (const each of batch) issue = fold(issue, each, 0).issue;
    const { title, first_seen, last_seen, event_count, unhandled } = issue;
    return { title, first_seen, last_seen, event_count, unhandled };
  };
  fc.assert(
    fc.property(events, (list) => {
      const batch = list.map(entry);
      expect(told(batch.toReversed())).toEqual(told(batch));
    }),
  );
});

it('the release that an issue came with is that of its oldest event, whatever comes late without one', () => {
  const first = entry({ at: 100, count: 1, release: '2' });
  const issue = fold(newDraft(first, 0), first, 0).issue;
  const late = { ...entry({ at: 50, count: 2, release: '' }), lastSeen: 200 };
  const newer = { firstRelease: '3', firstReleaseAt: 200, lastRelease: '3', lastReleaseAt: 200 };
  expect(fold(issue, { ...late, ...newer }, 0).issue).toMatchObject({
    first_seen: 50,
    first_release: '2',
    last_release: '3',
  });
  const between = { firstRelease: '1', firstReleaseAt: 80, lastRelease: '1', lastReleaseAt: 80 };
  expect(fold(issue, { ...late, ...between }, 0).issue).toMatchObject({
    first_release: '1',
    last_seen: 200,
    last_release: '2',
  });
});

it('every entry of a batch has one issue, and every hash points to one', () => {
  const hashes = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 3 });
  const batch = fc.array(
    hashes.map((list) => ({ ...entry({ at: 1, count: 1, release: '' }), hashes: list })),
    { maxLength: 8 },
  );
  const known = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(7, 8));
  fc.assert(
    fc.property(batch, known, (entries, points) => {
      const before = new Map(Object.entries(points).map(([hash, id]) => [hashKey(1, hash), id]));
      const assignments = assignIssues(entries, before);
      expect(assignments.flatMap((each) => each.entries).toSorted((a, b) => a - b)).toEqual(
        entries.map((_, at) => at),
      );
      const fresh = assignments.flatMap((each) => each.newHashes);
      expect(new Set(fresh).size).toBe(fresh.length);
      expect(fresh.some((hash) => before.has(hashKey(1, hash)))).toBe(false);
      // The deciding hash of an entry always leads to the issue that counted it.
      for (const { issueId, entries: own, newHashes } of assignments)
        for (const at of own) {
          const deciding = entries[at]!.hashes[0]!;
          const owner = assignments.find((each) => each.newHashes.includes(deciding));
          expect(before.get(hashKey(1, deciding)) ?? owner).toBe(
            before.has(hashKey(1, deciding)) ? issueId : owner,
          );
          if (newHashes.includes(deciding)) expect(owner?.entries).toContain(at);
        }
    }),
  );
});
