import { describe, expect, test } from 'vitest';
import {
  absoluteRange,
  columnsOf,
  rangeOf,
  readKeys,
  readLogsSearch,
  widerLook,
  withKey,
  writeKeys,
} from './logs-search.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;

describe('the address', () => {
  test('of the usual view is empty', () => {
    expect(
      readLogsSearch({
        project: '',
        query: ' ',
        period: '1h',
        columns: 'level,service',
        facets: '',
        live: 'no',
      }),
    ).toEqual({});
  });

  test('keeps what a person chose and leaves out what makes no sense', () => {
    const chosen = {
      project: 'shop',
      query: 'level:error',
      period: '24h',
      columns: 'user.id',
      record: '1-2-3',
      live: 'on',
    };
    expect(readLogsSearch({ ...chosen, other: 'x' })).toEqual(chosen);
    expect(readLogsSearch({ period: '7y', record: 7, query: ['a'] })).toEqual({});
  });

  test('with a range of its own needs no period, and follows nothing', () => {
    const range = { from: '2026-11-22T11:00:00.000Z', to: '2026-11-22T12:00:00.000Z' };
    expect(readLogsSearch({ ...range, period: '7d', live: 'on' })).toEqual(range);
  });

  test.each([
    ['only one end', { from: '2026-11-22T11:00:00.000Z' }],
    ['the ends swapped', { from: '2026-11-22T12:00:00.000Z', to: '2026-11-22T11:00:00.000Z' }],
    ['no times', { from: 'yesterday', to: 'today' }],
  ])('that has %s means the usual period', (_, range) => expect(readLogsSearch(range)).toEqual({}));

  test('can say that there are no columns between time and body', () => {
    expect(columnsOf(readLogsSearch({ columns: '' }))).toEqual([]);
    expect(columnsOf(readLogsSearch({}))).toEqual(['level', 'service']);
  });
});

describe('keys', () => {
  test.each([[['level', 'service']], [['a,b', '100%', '%2C']], [[]]])('%j are read back', (keys) => {
    expect(readKeys(writeKeys(keys))).toEqual(keys);
  });

  test('are each there once, and not more than fit', () => {
    expect(readKeys('a,b,a,,c')).toEqual(['a', 'b', 'c']);
    expect(readKeys('1,2,3,4,5,6,7,8,9')).toHaveLength(8);
    expect(withKey(['a', 'b'], 'a')).toEqual(['a', 'b']);
    expect(withKey(['1', '2', '3', '4', '5', '6', '7', '8'], 'new')).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      'new',
    ]);
  });
});

describe('the range', () => {
  test('of a period ends now, and holds the record of this very millisecond', () => {
    expect(rangeOf({}, NOON)).toEqual({ from: NOON + 1 - HOUR, to: NOON + 1 });
  });

  test('is written and read back', () => {
    const range = { from: NOON - HOUR, to: NOON };
    expect(rangeOf(absoluteRange(range), 0)).toEqual(range);
  });
});

describe('a wider look', () => {
  test('is the next period, until there is none', () => {
    expect(widerLook({}, NOON)).toEqual({ period: '6h' });
    expect(widerLook({ period: '30d' }, NOON)).toBeNull();
  });

  test('at a range is twice as long around the same middle', () => {
    const range = absoluteRange({ from: NOON - 4 * HOUR, to: NOON - 2 * HOUR });
    expect(rangeOf(widerLook(range, NOON)!, NOON)).toEqual({ from: NOON - 5 * HOUR, to: NOON - HOUR });
  });

  test('ends now and not in the future', () => {
    const range = absoluteRange({ from: NOON - HOUR, to: NOON });
    expect(rangeOf(widerLook(range, NOON)!, NOON)).toEqual({ from: NOON + 1 - 2 * HOUR, to: NOON + 1 });
  });
});

test('patterns are a view of their own, with an order, and are not followed', () => {
  expect(readLogsSearch({ view: 'patterns', sort: 'newest', live: 'on' })).toEqual({
    view: 'patterns',
    sort: 'newest',
  });
  expect(readLogsSearch({ view: 'graph', sort: 'newest' })).toEqual({});
  expect(readLogsSearch({ view: 'patterns', sort: 'records' })).toEqual({ view: 'patterns' });
});
