import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { EventIdWindow, WINDOW_IDS } from './event-id-window.ts';

const id = () => randomBytes(16).toString('hex');

it('knows an id of the same project and of no other', () => {
  const window = new EventIdWindow();
  const one = id();
  window.add(1, one);
  expect([window.has(1, one), window.has(2, one), window.has(1, id())]).toEqual([true, false, false]);
});

it('tells time-ordered ids apart that share their first half', () => {
  const window = new EventIdWindow();
  const prefix = '0193e5a8b7f97abc';
  for (let n = 0; n < 20_000; n += 2) window.add(1, prefix + n.toString(16).padStart(16, '0'));
  for (let n = 0; n < 20_000; n += 1)
    expect(window.has(1, prefix + n.toString(16).padStart(16, '0'))).toBe(n % 2 === 0);
});

it('remembers at least the last WINDOW_IDS ids and forgets the oldest', () => {
  const window = new EventIdWindow();
  const ids = Array.from({ length: WINDOW_IDS * 3 }, id);
  for (const one of ids) window.add(1, one);
  expect(ids.slice(-WINDOW_IDS).every((one) => window.has(1, one))).toBe(true);
  expect(ids.slice(0, 100).some((one) => window.has(1, one))).toBe(false);
});
