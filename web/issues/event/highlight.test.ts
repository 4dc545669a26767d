import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';

const marked = (line: string, platform: string) =>
  highlight(line, platform)
    .map(({ kind, text }) => (kind === 'plain' ? text : `<${kind[0]}:${text}>`))
    .join('');

test.each([
  ['javascript', "const url = 'https://a'; // go", "<k:const> url = <s:'https://a'>; <c:// go>"],
  ['python', 'if x is None:  # "why"', '<k:if> x <k:is> <k:None>:  <c:# "why">'],
  ['node', '  return total * 1.19 + 0xff', '  <k:return> total * <n:1.19> + <n:0xff>'],
  ['ruby', 'raise "it\\"s" unless ok', '<k:raise> <s:"it\\"s"> <k:unless> ok'],
  ['java', '* @param x the x', '<c:* @param x the x>'],
  ['java', 'ifx = newer1 + $for', 'ifx = newer1 + $for'],
  ['node', "'never closed", "<s:'never closed>"],
])('%s: %s', (platform, line, expected) => {
  expect(marked(line, platform)).toBe(expected);
});

test('nothing of the line is lost, whatever is in it', () => {
  const hostile = '<script>alert("\\")</script> `$x` 🙈 ‮ \u0000 /* open';
  expect(
    highlight(hostile, 'node')
      .map((token) => token.text)
      .join(''),
  ).toBe(hostile);
});

test('minified lines stay plain', () => {
  expect(highlight('return 1;'.repeat(100), 'node')).toHaveLength(1);
});
