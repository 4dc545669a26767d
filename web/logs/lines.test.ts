import { expect, test } from 'vitest';
import { FOLLOWED_MAX, follow, mergeLines, NOTHING_FOLLOWED, toLines } from './lines.ts';
import { logRecord } from './test-records.ts';

const at = (second: number, text = '') =>
  logRecord({
    id: `1-${1_795_000_000 + second}-${text}`,
    timestamp: `${1_795_000_000 + second}000000000`,
    body: text,
  });
const keys = (lines: { key: string }[]) => lines.map(({ key }) => key.replace('1-17950000', ''));

test('twins are both shown, each with a key of its own', () => {
  expect(keys(toLines([at(2), at(1, 'a'), at(1, 'a')]))).toEqual(['02-', '01-a', '01-a+1']);
});

test('two lists become one, newest first, and what is in both is there once', () => {
  const merged = mergeLines(toLines([at(5), at(3)]), toLines([at(4), at(3), at(2)]));
  expect(keys(merged)).toEqual(['05-', '04-', '03-', '02-']);
});

test('a line that comes late takes its place among those that are there', () => {
  const first = follow(NOTHING_FOLLOWED, [at(9), at(7)], false);
  expect(keys(follow(first, [at(10), at(9), at(8)], false).lines)).toEqual(['10-', '09-', '08-', '07-']);
});

test('more lines than are asked for make a sample until they fit again, and leave gaps', () => {
  const flood = follow(NOTHING_FOLLOWED, [at(9)], true);
  expect(flood).toMatchObject({ sampled: true, gaps: true });
  expect(follow(flood, [at(10)], false)).toMatchObject({ sampled: false, gaps: true });
});

test('what is kept is bounded, and it is said that the rest is gone', () => {
  const many = Array.from({ length: FOLLOWED_MAX }, (_, n) => at(FOLLOWED_MAX - n, 'x'));
  const full = follow(NOTHING_FOLLOWED, many, false);
  expect(full.cut).toBe(false);
  const over = follow(full, [at(FOLLOWED_MAX + 1, 'new')], false);
  expect(over.lines).toHaveLength(FOLLOWED_MAX);
  expect(over.lines[0]?.record.body).toBe('new');
  expect(over.cut).toBe(true);
});
