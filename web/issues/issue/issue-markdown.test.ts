import { expect, test } from 'vitest';
import { markdownCode } from './issue-markdown.ts';

test.each([
  ['TypeError: x', '`TypeError: x`'],
  ['a `b` c', '``a `b` c``'],
  ['`x`', '`` `x` ``'],
  ['two\nlines [link](javascript:1)', '`two lines [link](javascript:1)`'],
  ['```\n# heading', '```` ``` # heading ````'],
])('%j cannot leave its code', (text, code) => {
  expect(markdownCode(text)).toBe(code);
});
