import { expect, it } from 'vitest';
import { RecentMap } from './recent-map.ts';

/** How many of the numbers up to `count` are there, without touching them for longer than one look. */
const held = (map: RecentMap<number, string>, count: number) => {
  let found = 0;
  for (let n = 0; n < count; n++) if (map.get(n) !== undefined) found++;
  return found;
};

it('holds at least the bound and at most twice as much, whatever comes', () => {
  const map = new RecentMap<number, string>(100);
  for (let n = 0; n < 10_050; n++) map.set(n, `answer ${n}`);
  for (let n = 10_049; n >= 9_950; n--) expect(map.get(n)).toBe(`answer ${n}`);
  expect(held(map, 9_850)).toBe(0);
});

it('keeps what is asked for again and again among thousands that are not', () => {
  const map = new RecentMap<string, number>(10);
  map.set('hot', 1);
  for (let n = 0; n < 5_000; n++) {
    map.set(`once ${n}`, n);
    expect(map.get('hot')).toBe(1);
  }
  expect(map.get('once 0')).toBeUndefined();
});

it('gives the newest answer', () => {
  const map = new RecentMap<string, number>(1);
  map.set('a', 1);
  map.set('a', 2);
  map.set('b', 3);
  expect([map.get('a'), map.get('b')]).toEqual([2, 3]);
  map.set('a', 4);
  expect(map.get('a')).toBe(4);
});
