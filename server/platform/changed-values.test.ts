import { expect, it } from 'vitest';
import { changedValues } from './changed-values.ts';

const all = { records: 1000, recordsBefore: 1000 };
const changed = (records: number, recordsBefore: number, of = all) =>
  changedValues([{ value: 'checkout', records, recordsBefore }], of).map(({ score }) =>
    Number(score.toFixed(2)),
  );

it.each<[string, [number, number, typeof all?], number[]]>([
  // 80 and 40 of 1000: p = 0.06, error = sqrt(0.06 · 0.94 · 2/1000) = 0.010621, difference 0.04: 3.77.
  ['twice as many of a thousand are not enough', [80, 40], []],
  ['thrice as many', [120, 40], [6.59]],
  ['a third', [40, 120], [-6.59]],
  ['fifteen where there were none are noise', [15, 0], []],
  ['seventeen where there were none', [17, 0], [4.14]],
  ['the share stays while traffic grows tenfold', [400, 40, { records: 10_000, recordsBefore: 1000 }], []],
  [
    'a tenth more of a million is no chance, but no change either',
    [110_000, 100_000, { records: 1e6, recordsBefore: 1e6 }],
    [],
  ],
  ['no line before', [500, 0, { records: 1000, recordsBefore: 0 }], []],
  ['every line, in both', [1000, 1000], []],
])('%s', (_, [records, before, of], expected) => {
  expect(changed(records, before, of)).toEqual(expected);
});

it('tells the least explained by chance first', () => {
  const values = [
    { value: 'a little more', records: 100, recordsBefore: 50 },
    { value: 'gone', records: 0, recordsBefore: 300 },
    { value: 'new', records: 60, recordsBefore: 0 },
  ];
  expect(changedValues(values, all).map(({ value }) => value)).toEqual(['gone', 'new', 'a little more']);
});
