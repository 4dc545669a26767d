import { expect, test } from 'vitest';
import { readDraft, usualRule, writeDraft } from './draft.ts';
import { readMatchers } from './matcher-text.ts';
import { conditionWords } from './words.ts';

test('what an address leaves out is as usual', () => {
  const draft = readDraft(
    writeDraft({
      name: 'x',
      condition: {
        kind: 'log',
        source: { dialect: 'search', query: 'level:error' },
        test: { is: 'anomaly' },
      },
    }),
    'shop',
  );
  expect(draft).toMatchObject({
    ...{ name: 'x', projects: ['shop'], priority: 'warning' },
    condition: {
      source: { dialect: 'search', query: 'level:error', measure: 'count', by: [] },
      test: { is: 'anomaly', deviations: 4 },
      windowMinutes: 5,
    },
  });
});

test.each([
  undefined,
  '',
  '{',
  '[]',
  'null',
  '{"name":5,"projects":"x","condition":[]}',
  '{"condition":{"kind":"nothing","when":7,"counts":null}}',
])('an address that says %s begins a rule as usual', (text) => {
  expect(readDraft(text, undefined)).toEqual(usualRule('issue', []));
});

test('a rule says in words what it waits for', () => {
  expect(
    conditionWords({
      ...{ kind: 'issue', when: ['new'], withinMinutes: 1440, query: '', environment: '', quietMinutes: 60 },
      ...{ counts: [{ of: 'users', atLeast: 50, windowMinutes: 60 }], firstRelease: 'latest' },
    }),
  ).toBe('An issue (first seen in the newest release) is new and has 50 users within 1 hour');
});

test('matchers are read as people write them', () => {
  expect(readMatchers('service=checkout-*, environment!=production,,=x, note=a=b')).toEqual([
    { name: 'service', value: 'checkout-*', negated: false },
    { name: 'environment', value: 'production', negated: true },
    { name: 'note', value: 'a=b', negated: false },
  ]);
});
