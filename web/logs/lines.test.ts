import { expect, test } from 'vitest';
import { aboveLoaded, toLines } from './lines.ts';
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

test('what is followed stands above what was loaded, and what is in both is there once', () => {
  const lines = aboveLoaded(toLines([at(5), at(1, 'late')]), toLines([at(5), at(4)]));
  expect(keys(lines)).toEqual(['05-', '01-late', '04-']);
});
