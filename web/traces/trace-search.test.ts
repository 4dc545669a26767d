import { describe, expect, it } from 'vitest';
import { readTraceSearch, readTracesSearch, writeZoom, zoomOf } from './trace-search.ts';

describe('the address of a trace', () => {
  it('keeps what is not as usual, and one open thing', () => {
    expect(
      readTraceSearch({ span: 'a', record: 'b', find: ' x ', only: 'errors', rows: 'all', zoom: '1-9' }),
    ).toEqual({ span: 'a', find: 'x', only: 'errors', zoom: '1-9' });
    expect(readTraceSearch({ zoom: '9', span: 7, find: '' })).toEqual({});
  });

  it('says what is looked at closely', () => {
    const whole = { from: 0, to: 1000 };
    expect(zoomOf({ zoom: '100-200' }, whole)).toEqual({ from: 100, to: 200 });
    expect(zoomOf({ zoom: '500-4000' }, whole)).toEqual({ from: 500, to: 1000 });
    for (const zoom of [undefined, '200-100', '5000-6000']) expect(zoomOf({ zoom }, whole)).toEqual(whole);
    expect(writeZoom({ from: 10.6, to: 20.2 }, whole)).toBe('10-21');
    expect(writeZoom({ from: -5, to: 1200 }, whole)).toBeUndefined();
  });
});

it('the address of the list keeps what is not as usual', () => {
  expect(readTracesSearch({ period: '24h', min: 250, sort: 'newest', name: ' GET ', only: 'x' })).toEqual({
    period: '24h',
    min: 250,
    name: 'GET',
  });
  expect(readTracesSearch({ period: 'ever', min: 'x' })).toEqual({});
});
