import { expect, it } from 'vitest';
import type { SavedQuery } from '#contract/saved-queries.ts';
import { isShown, searchOf, viewOf } from './saved-view.ts';

const saved = (project: string | null, view: SavedQuery['view']): SavedQuery => ({
  ...{ id: '1', screen: 'issues', name: 'crashes', personal: false, pinned: true, project, view },
  ...{ createdAt: '', updatedAt: '' },
});
const crashes = { query: 'is:unhandled', sort: 'impact', period: '7d' };

it('keeps what is asked, and not where one is', () => {
  expect(viewOf({ project: 'shop', query: 'x', sort: 'users' })).toEqual({ query: 'x', sort: 'users' });
});

it('of a project leads there, of all stays here', () => {
  expect(searchOf(saved('shop', crashes), { project: 'stock' })).toEqual({ ...crashes, project: 'shop' });
  expect(searchOf(saved(null, crashes), { project: 'stock' })).toEqual({ ...crashes, project: 'stock' });
});

it('what another version or a program wrote is read as an address is', () => {
  expect(searchOf(saved(null, { sort: 'by magic', period: '3 days', query: 'x' }), {})).toEqual({
    query: 'x',
  });
});

it('is shown when all of it is, and nothing else', () => {
  const here = searchOf(saved(null, crashes), { project: 'stock' });
  expect(isShown(saved(null, crashes), here)).toBe(true);
  expect(isShown(saved('shop', crashes), here)).toBe(false);
  expect(isShown(saved(null, crashes), { ...here, period: '30d' })).toBe(false);
  expect(isShown(saved(null, {}), {})).toBe(true);
});
