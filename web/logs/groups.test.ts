import { expect, it } from 'vitest';
import type { LogAggregate } from '#contract/logs.ts';
import { shownGroups, termOf, withTerms } from './groups.ts';

const figures = (value: number) => ({ value, records: value, measured: value, points: [] });
const aggregate: LogAggregate = {
  isApproximate: false,
  all: figures(10),
  groups: [
    { keys: ['checkout', 'error'], ...figures(5) },
    { keys: ['', 'info'], ...figures(3) },
  ],
  others: figures(2),
  allGroups: 4,
  from: 0,
  stepMs: 1000,
  notKept: { records: 0, patterns: 0, of: 'period' },
};

it('names groups, and the rest as what it is', () =>
  expect(shownGroups(aggregate, ['service', 'level'], 'Lines').map(({ name }) => name)).toEqual([
    'checkout · error',
    'no service · info',
    '2 others, together',
  ]));

it('finds the lines of a group, of those without the field too', () => {
  const [first, second, others] = shownGroups(aggregate, ['service', 'level'], 'Lines');
  expect(withTerms('slow', first!.terms!)).toBe('slow service:checkout level:error');
  expect(second!.terms).toEqual(['!has:service', 'level:info']);
  expect(others!.terms).toBeNull();
});

it('without fields is all lines as one', () =>
  expect(shownGroups(aggregate, [], 'Lines').map(({ name, value }) => [name, value])).toEqual([
    ['Lines', 10],
  ]));

it.each([
  ['route', '/a b', 'route:"/a b"'],
  ['my key', '', '!has:"my key"'],
  ['route', 'x'.repeat(200), null],
])('%s of "%s" is %s', (field, key, term) => expect(termOf(field, key)).toBe(term));
