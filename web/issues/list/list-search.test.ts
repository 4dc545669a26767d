import { expect, test } from 'vitest';
import { readListSearch } from './list-search.ts';

test('the usual view has the shortest address', () => {
  expect(readListSearch({ query: 'is:unresolved', sort: 'lastSeen', period: '14d', project: '' })).toEqual(
    {},
  );
});

test('an empty search asks for all issues and stays in the address', () => {
  expect(readListSearch({ query: '' })).toEqual({ query: '' });
});

test('what a person changed is kept, what makes no sense is left out', () => {
  expect(
    readListSearch({ project: 'shop', sort: 'events', period: '7y', other: 1, query: 'level:error' }),
  ).toEqual({
    project: 'shop',
    sort: 'events',
    query: 'level:error',
  });
});
