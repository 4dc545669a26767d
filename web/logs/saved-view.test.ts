import { expect, it } from 'vitest';
import type { SavedQuery } from '#contract/saved-queries.ts';
import { isShown, searchOf, viewOf } from './saved-view.ts';

const saved = (project: string | null): SavedQuery => ({
  id: '1',
  screen: 'logs',
  personal: false,
  pinned: false,
  name: 'slow',
  project,
  view: { query: 'level:error', view: 'chart', measure: 'p95', field: 'duration_ms', by: 'route' },
  createdAt: '',
  updatedAt: '',
});

it('keeps the chart and the search, and no open line', () =>
  expect(viewOf({ project: 'shop', query: 'x', record: '1-2-3', live: 'on', period: '6h' })).toEqual({
    query: 'x',
    period: '6h',
  }));

it('of a project leads there, of all stays here', () => {
  expect(searchOf(saved('shop'), { project: 'stock' })).toMatchObject({ project: 'shop', measure: 'p95' });
  expect(searchOf(saved(null), { project: 'stock' })).toMatchObject({ project: 'stock', by: 'route' });
});

it('what another version or a program wrote is read as an address is', () =>
  expect(searchOf({ ...saved(null), view: { period: '99y', view: 'dance', query: ' a ' } }, {})).toEqual({
    query: 'a',
  }));

it('knows what is on the page', () => {
  const search = searchOf(saved(null), {});
  expect(isShown(saved(null), { ...search, record: '1-2-3' })).toBe(true);
  expect(isShown(saved(null), { ...search, query: 'other' })).toBe(false);
});
