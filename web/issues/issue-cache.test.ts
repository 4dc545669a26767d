import { expect, test } from 'vitest';
import type { IssueList } from '#contract/issues.ts';
import { changeRows, type Pages, patchRows, withChange } from './issue-cache.ts';

const row = (id: string, events = 1) =>
  ({ id, events, status: 'unresolved', substate: 'new' }) as IssueList['items'][number];
const loaded = (...pages: string[][]): Pages => ({
  pages: pages.map((ids) => ({
    items: ids.map((id) => row(id)),
    total: 9,
    nextCursor: null,
    previousCursor: null,
    notices: [],
  })),
  pageParams: [],
});
const ids = (data: Pages | undefined) =>
  data?.pages.map((page) => page.items.map((issue) => `${issue.id}:${issue.events}`));

test('a live update changes the numbers in place and counts what is not on the page', () => {
  const { data, unseen } = patchRows(loaded(['a', 'b'], ['c']), [row('x', 1), row('c', 7), row('a', 3)]);
  expect(ids(data)).toEqual([['a:3', 'b:1'], ['c:7']]);
  expect(unseen).toBe(1);
});

test('a deleted row is gone and no longer counted', () => {
  const data = changeRows(loaded(['a', 'b']), (issue) => (issue.id === 'a' ? null : issue));
  expect(ids(data)).toEqual([['b:1']]);
  expect(data?.pages[0]?.total).toBe(8);
});

test('a change is seen before the server has answered', () => {
  expect(withChange(row('a'), { status: 'resolved' })).toMatchObject({
    status: 'resolved',
    substate: 'resolved',
  });
  expect(withChange(row('a'), { status: 'unresolved' })).toMatchObject({ substate: 'new' });
  expect(withChange(row('a'), { priority: 'high' })).toMatchObject({ substate: 'new', priority: 'high' });
});
