import { describe, expect, it } from 'vitest';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { lineFilterRegex } from './line-pattern.ts';
import { finds, patternFilter } from './pattern-filter.ts';
import { compileRegex } from './re2.ts';

const filterOf = (...lines: string[]) => patternFilter(patternOf(lines[0]!).template, lines);

describe('the filter of a pattern', () => {
  it.each([
    [
      ['Failed password for alice from 10.0.0.1 port 38926 ssh2'],
      'Failed password for <_> from <_> port <_> ssh2',
    ],
    [['took 12ms', 'took 3 hours'], 'took <_>'],
    [['status   OK  at 10:00:00'], 'status<_>OK<_>at<_>'],
    [['{"level":"info","user":"u1"}'], '{"level":"info","user":<_>}'],
    [['boom <div> at 5'], 'boom <_> at <_>'],
    [['no values here'], 'no values here'],
  ])('%j', (lines, pattern) => {
    const found = filterOf(...lines);
    expect(finds(found, lines), found).toBe(true);
    expect(found).toBe(pattern);
  });

  it.each([
    ['Error: boom 17\n    at run (/app/x.js:1:2)\n    at main (/app/y.js:3:4)'],
    ['  [warn]   disk sda1   at 91%  '],
    [`${'word '.repeat(2_000)}17`],
    ['\u001b[31mred\u001b[0m 5 things'],
    ['a=1, 2, 3; b='],
  ])('finds the line it was made of: %j', (line) => {
    const pattern = filterOf(line);
    expect(pattern).not.toBe('<_>');
    expect(compileRegex(lineFilterRegex(pattern)).test(line), pattern).toBe(true);
    expect(pattern.length).toBeLessThan(1_100);
  });
});

describe('what a pattern finds is what the line filter finds', () => {
  it.each([
    ['a<_>c', 'abc', true],
    ['a<_>c', 'ac', false],
    ['a<_>c', 'acc', true],
    ['<_>a<_>', 'aaa', true],
    ['<_>a<_>', 'aa', false],
    ['a<_>b<_>', 'a b c', true],
    ['x', 'x', true],
    ['x', 'xx', false],
  ])('%s in %s', (pattern, line, found) => {
    expect(finds(pattern, [line])).toBe(found);
    expect(compileRegex(lineFilterRegex(pattern)).test(line)).toBe(found);
  });
});
