import { expect, test } from 'vitest';
import { findMentions } from './mentions.ts';

const PEOPLE = new Map([
  ['1', 'Ada'],
  ['2', 'Ada Lovelace'],
  ['3', 'Grace Hopper'],
  ['4', 'grace hopper'],
]);
const TEAMS = [
  { id: 7, slug: 'payments' },
  { id: 8, slug: 'web-shop' },
];
const mentioned = (text: string) => findMentions(text, PEOPLE, TEAMS);

test.each([
  ['@Ada Lovelace, can you look?', ['@Ada Lovelace'], ['2'], []],
  ['@ada: yes', ['@ada'], ['1'], []],
  ['(@Ada)', ['@Ada'], ['1'], []],
  ['@Adam is somebody else, and so is mail@Ada', [], [], []],
  ['both @Grace Hopper', ['@Grace Hopper'], ['3', '4'], []],
  ['#payments and #Web-Shop. Not #12, not #pay', ['#payments', '#Web-Shop'], [], [7, 8]],
  ['twice @Ada and @Ada', ['@Ada'], ['1'], []],
  ['https://host/a#payments is an address', [], [], []],
])('%s', (text, texts, userIds, teamIds) => {
  const found = mentioned(text);
  expect({ ...found, userIds: found.userIds.toSorted() }).toEqual({ texts, userIds, teamIds });
});

test('a text of nothing but signs is read no further than its first hundred places', () => {
  expect(mentioned(`${'@x '.repeat(100)}@Ada`).texts).toEqual([]);
});
