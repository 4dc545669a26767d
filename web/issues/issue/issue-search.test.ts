import { expect, test } from 'vitest';
import { readIssueSearch } from './issue-search.ts';

test.each([
  [{ event: '9ec79c33ec9942ab8353589fcb2e04dc' }, { event: '9ec79c33ec9942ab8353589fcb2e04dc' }],
  [
    { event: 'oldest', query: 'release:1' },
    { event: 'oldest', query: 'release:1' },
  ],
  [{ event: 'latest' }, {}],
  [{ event: '../../session' }, {}],
  [{ event: 7, query: '' }, {}],
])('%j is read as %j', (search, read) => {
  expect(readIssueSearch(search)).toEqual(read);
});
