import { expect, test } from 'vitest';
import type { IssueListItem } from '#contract/issues.ts';
import { knownValues } from './known-values.ts';

const issue = (more: Partial<IssueListItem>) =>
  ({
    title: 'TypeError: x',
    type: 'error',
    platform: 'node',
    logger: '',
    culprit: 'a (b.ts)',
    firstRelease: '',
    lastRelease: '',
    ...more,
  }) as IssueListItem;

test('what stands on the page can be suggested, each value once, nothing empty', () => {
  const values = knownValues([
    issue({ lastRelease: 'shop@2', firstRelease: 'shop@1' }),
    issue({ lastRelease: 'shop@2' }),
  ]);
  expect(values.get('release')).toEqual(['shop@2', 'shop@1']);
  expect(values.get('error.type')).toEqual(['TypeError']);
  expect(values.get('logger')).toEqual([]);
});
