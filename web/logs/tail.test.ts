import { expect, test } from 'vitest';
import { FOLLOWED_MAX, type Followed, follow, goOn, NOTHING_FOLLOWED, type TailLines } from './tail.ts';
import { logRecord } from './test-records.ts';

let second = 0;
function message(bodies: string[], leftOut = 0): TailLines {
  second += 1;
  const items = bodies.map((body) => logRecord({ id: body, body }));
  const at = second * 1000;
  return { type: 'lines', since: at - 1000, at, items, arrived: items.length + leftOut, leftOut };
}
const bodies = ({ lines }: Followed) => lines.map(({ record }) => record.body);
const many = (count: number, text: string) => Array.from({ length: count }, (_, n) => `${text} ${n}`);

test('what arrived last is on top, whatever time it says', () => {
  const one = follow(NOTHING_FOLLOWED, message(['a', 'b']), false);
  expect(bodies(follow(one, message(['c']), false))).toEqual(['c', 'b', 'a']);
});

test('the rate says how many of the lines of a second are shown', () => {
  const flood = follow(NOTHING_FOLLOWED, message(many(200, 'x'), 9640), false);
  expect(flood.rate).toEqual({ arrived: 9840, shown: 200 });
  expect(flood).toMatchObject({ arrived: 9840, leftOut: 9640 });
  expect(follow(flood, message([]), false).rate).toBeNull();
});

test('while one rests lines wait; shown, waiting and left out are together what arrived', () => {
  const shown = follow(NOTHING_FOLLOWED, message(['a']), false);
  let resting = follow(shown, message(['b'], 3), true);
  expect(bodies(resting)).toEqual(['a']);
  expect(resting.waitingInAll).toBe(4);
  resting = follow(resting, message(many(FOLLOWED_MAX, 'x')), true);
  expect(resting.lines.length + resting.waiting.length + resting.leftOut).toBe(resting.arrived);
  const gone = goOn(resting);
  expect(gone).toMatchObject({ waitingInAll: 0, cut: true });
  expect(bodies(gone)[0]).toBe(`x ${FOLLOWED_MAX - 1}`);
  expect(gone.arrived).toBe(1 + 4 + FOLLOWED_MAX);
});

test('what is kept is bounded, and it is said that the rest is gone', () => {
  const full = follow(NOTHING_FOLLOWED, message(many(FOLLOWED_MAX, 'x')), false);
  expect(full.cut).toBe(false);
  const over = follow(full, message(['new']), false);
  expect(over.lines).toHaveLength(FOLLOWED_MAX);
  expect(over.cut).toBe(true);
});

test('twins are both shown, each with a key of its own', () => {
  const one = follow(NOTHING_FOLLOWED, message(['a']), false);
  expect(
    follow(one, message(['a', 'a']), false)
      .lines.map(({ key }) => key)
      .toSorted(),
  ).toEqual(['a', 'a+1', 'a+2']);
});
