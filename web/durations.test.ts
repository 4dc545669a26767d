import { describe, expect, it } from 'vitest';
import { durationText, fineOffsetText, offsetText, ticksOf } from './durations.ts';

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [840, '840 ns'],
    [999_700, '1 ms'],
    [45_612_000, '45.6 ms'],
    [1_234_000_000, '1.23 s'],
    [59_990_000_000, '1 min'],
    [125_000_000_000, '2 min 5 s'],
    [12_000_000_000_000, '3 h 20 min'],
    [90_000_000_000_000, '1 d 1 h'],
    [-1500, '−1.5 µs'],
  ])('%d is %s', (ns, text) => {
    expect(durationText(ns)).toBe(text);
  });

  it('after the beginning has a sign', () => {
    expect([offsetText(1_200_000), offsetText(-1_200_000)]).toEqual(['+1.2 ms', '−1.2 ms']);
  });
});

describe('the place of a line among others of its second', () => {
  it.each([
    [-1_200_000, '−1.2 ms'],
    [-25_121_400_000, '−25.121 s'],
    [59_999_700_000, '+1 min 0 s'],
    [125_440_000_000, '+2 min 5.4 s'],
    [-12_000_000_000_000, '−3 h 20 min'],
  ])('of %d ns is %s', (ns, expected) => {
    expect(fineOffsetText(ns)).toBe(expected);
  });
});

describe('the ticks of an axis', () => {
  it.each<[number, number, number, string[]]>([
    [0, 100_000_000, 5, ['0 s', '20 ms', '40 ms', '60 ms', '80 ms', '100 ms']],
    [31_000_000, 52_000_000, 4, ['40 ms', '50 ms']],
    [0, 150_000_000_000, 5, ['0 s', '30 s', '1 min', '1 min 30 s', '2 min', '2 min 30 s']],
    [0, 1, 5, ['0 s', '1 ns']],
  ])('from %d to %d stand at round moments', (from, to, most, expected) => {
    expect(ticksOf({ from, to }, most).map(durationText)).toEqual(expected);
  });

  it('are few however long a job took', () => {
    for (let length = 1; length < 1e17; length *= 7)
      expect(ticksOf({ from: length / 3, to: length }, 6).length).toBeLessThanOrEqual(7);
  });
});
