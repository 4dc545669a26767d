import { expect, test } from 'vitest';
import { activitySentence } from './activity-sentence.ts';

test.each([
  [
    { kind: 'first_seen', by: null, data: { release: 'shop@1' } },
    'Seen for the first time in release shop@1',
  ],
  [{ kind: 'regressed', by: null, data: {} }, 'Came back after it was resolved'],
  [{ kind: 'resolved', by: 'Ada', data: { inRelease: 'shop@2' } }, 'Ada resolved it in release shop@2'],
  [{ kind: 'assigned', by: 'Ada', data: { assignee: '#payments' } }, 'Ada assigned it to #payments'],
  [
    { kind: 'unassigned', by: 'Ada', data: { assignee: '#payments', deleted: true } },
    'Nobody’s any more: Ada deleted the team #payments',
  ],
  [{ kind: 'linked', by: 'Ada', data: { link: 'acme/shop#12' } }, 'Ada linked it to acme/shop#12'],
  [{ kind: 'reopened', by: null, data: { release: 7 } }, 'Someone brought it back to unresolved'],
] as const)('%j', (entry, sentence) => {
  expect(activitySentence(entry)).toBe(sentence);
});
