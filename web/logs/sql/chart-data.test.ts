import { expect, test } from 'vitest';
import type { SqlCell, SqlType } from '#contract/sql.ts';
import { chartOf } from './chart-data.ts';

const of = (types: SqlType[], rows: SqlCell[][]) =>
  chartOf({ columns: types.map((type, at) => ({ name: `c${at}`, type })), rows });
const at = (minute: number) => `2026-05-10T12:0${minute}:00Z`;

test('figures over time become bars with holes where there were none', () => {
  expect(
    of(
      ['time', 'integer'],
      [
        [at(3), 4],
        [at(0), 1],
        [at(1), 2],
      ],
    ),
  ).toEqual({
    is: 'time',
    label: 'c1',
    from: Date.parse(at(0)),
    stepMs: 60_000,
    series: [{ name: 'c1', counts: [1, 2, 0, 4] }],
  });
});

test('a text between time and figure makes a series of each, the small ones together', () => {
  const rows = Array.from({ length: 8 }, (_, n) => [at(n % 2), `s${n}`, 10 - n]);
  const chart = of(['time', 'text', 'integer'], rows);
  expect(chart?.is === 'time' && chart.series.map(({ name }) => name)).toEqual([
    's0',
    's1',
    's2',
    's3',
    's4',
    'all others',
  ]);
});

test('levels are all told, the rarest too', () => {
  const levels = ['info', 'debug', 'warn', 'error', 'trace', 'unknown', 'fatal'];
  const chart = of(
    ['time', 'text', 'integer'],
    levels.flatMap((level, n) => [
      [at(0), level, 10 - n],
      [at(1), level, 10 - n],
    ]),
  );
  expect(chart?.is === 'time' && chart.series.map(({ name }) => name)).toEqual(levels);
});

test('figures of texts become a bar each', () => {
  expect(
    of(
      ['text', 'number'],
      [
        ['/pay', 1.5],
        ['/cart', 1],
      ],
    ),
  ).toEqual({
    is: 'texts',
    label: 'c1',
    bars: [
      { name: '/pay', value: 1.5 },
      { name: '/cart', value: 1 },
    ],
  });
});

test.each<[string, SqlType[], SqlCell[][]]>([
  ['one row', ['text', 'number'], [['a', 1]]],
  [
    'no figures',
    ['text', 'text'],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'figures below zero',
    ['text', 'number'],
    [
      ['a', -1],
      ['b', 2],
    ],
  ],
  [
    'steps of a nanosecond in a day',
    ['time', 'number'],
    [
      [at(0), 1],
      ['2026-05-10T12:00:00.001Z', 1],
      [at(9), 1],
    ],
  ],
])('%s is no chart', (_, types, rows) => {
  expect(of(types, rows)).toBeNull();
});
