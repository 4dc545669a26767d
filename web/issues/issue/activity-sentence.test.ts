import { expect, test } from 'vitest';
import { activitySentence } from './activity-sentence.ts';

test.each([
  [
    { kind: 'first_seen', by: null, data: { release: 'shop@1' } },
    'Seen for the first time in release shop@1',
  ],
  [{ kind: 'regressed', by: null, data: {} }, 'Came back after it was resolved'],
  [{ kind: 'resolved', by: 'Ada', data: { inRelease: 'shop@2' } }, 'Ada resolved it in release shop@2'],
  [{ kind: 'reopened', by: null, data: { release: 7 } }, 'Someone brought it back to unresolved'],
] as const)('%j', (entry, sentence) => {
  expect(activitySentence(entry)).toBe(sentence);
});
