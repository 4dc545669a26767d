import { describe, expect, it } from 'vitest';
import { readCount, readDirection, readRange, readSpan, readStep, readTime } from './loki-params.ts';

const form = (text: string) => new URLSearchParams(text);
const NOW = 1_795_348_800_000_000_000n;
const S = 1_000_000_000n;

describe('a time', () => {
  it.each<[string, bigint | undefined]>([
    ['', undefined],
    ['4000000000', 4_000_000_000n * S],
    ['1795348800', NOW],
    ['1795348800123456789', NOW + 123_456_789n],
    ['1795348800.5', NOW + S / 2n],
    ['2026-11-22T12:00:00Z', NOW],
    ['2026-11-22T13:00:00.000000001%2B01:00', NOW + 1n],
    ['2026-11-22T12:00:00.123Z', NOW + 123_000_000n],
  ])('%j', (text, time) => expect(readTime(form(`t=${text}`), 't')).toBe(time));

  it.each(['noon', '2026-13-01T00:00:00Z', '1e400.0', '99999999999999999999', '9999-01-01T00:00:00Z', '.'])(
    '%j is none',
    (text) => expect(() => readTime(form(`t=${text}`), 't')).toThrow(/could not parse 't'/),
  );
});

it.each<[string, bigint | undefined]>([
  ['', undefined],
  ['15', 15n * S],
  ['0.5', S / 2n],
  ['1m30s', 90n * S],
  ['2000ms', 2n * S],
  ['60.000000', 60n * S],
])('a span: %j', (text, span) => expect(readSpan(form(`s=${text}`), 's')).toBe(span));

it.each(['soon', 'NaN', '1e300', '99999999y'])('no span: %j', (text) =>
  expect(() => readSpan(form(`s=${text}`), 's')).toThrow(/could not parse 's'/),
);

describe('a range', () => {
  it.each<[string, bigint, bigint]>([
    ['', NOW - 3_600n * S, NOW],
    ['since=5m', NOW - 300n * S, NOW],
    ['end=1795348000', 1_795_344_400n * S, 1_795_348_000n * S],
    // An end that is yet to come does not move the start.
    ['end=1795352400', NOW - 3_600n * S, NOW + 3_600n * S],
    ['from=10&to=20', 10n * S, 20n * S],
  ])('%j', (text, start, end) => expect(readRange(form(text), NOW)).toEqual({ start, end }));
});

it('a step is a 250th of the time, in whole seconds, one at least', () => {
  expect(readStep(form(''), { start: 0n, end: 3_600n * S })).toBe(14n * S);
  expect(readStep(form(''), { start: 0n, end: 10n * S })).toBe(S);
  expect(readStep(form('step=250ms'), { start: 0n, end: 10n * S })).toBe(S / 4n);
});

it('counts and directions have their defaults', () => {
  const limits = { byDefault: 100, max: 500 };
  expect(readCount(form(''), ['limit'], limits)).toBe(100);
  expect(readCount(form('limit=&field_limit=7'), ['limit', 'field_limit'], limits)).toBe(7);
  expect(readCount(form('limit=501'), ['limit'], limits)).toBe(500);
  expect(() => readCount(form('limit=many'), ['limit'], limits)).toThrow(/whole number/);
  expect(readDirection(form('direction='))).toBe('backward');
  expect(readDirection(form('direction=FORWARD'))).toBe('forward');
});
