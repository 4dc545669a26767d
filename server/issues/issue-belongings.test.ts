import { expect, test } from 'vitest';
import { COLUMNS } from '#server/store/metadata/test-columns.ts';
import { TABLES } from './issue-belongings.ts';

/** Moved by who merges, made anew, of the merging itself, or work that waits and is looked at in seconds. */
const OTHERS = [
  'issue_hash',
  'issue_user',
  'issue_activity',
  'merged_issue',
  'issue_suggestion',
  'alert_touched',
];

test('every table that names an issue says what becomes of its rows when issues are merged', () => {
  const naming = Object.entries(COLUMNS).flatMap(([table, columns]) =>
    'issue_id' in columns ? [table] : [],
  );
  expect([...Object.keys(TABLES), ...OTHERS].toSorted()).toEqual(naming.toSorted());
});
