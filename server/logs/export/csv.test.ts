import { expect, it } from 'vitest';
import { cell } from './csv.ts';

it.each([
  ['order 17 placed', 'order 17 placed'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['-5', "'-5"],
  ['@here', "'@here"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['=A1,"x"', '"\'=A1,""x"""'],
  ['a=1', 'a=1'],
  ['', ''],
])('a cell with %j is written %s', (text, written) => {
  expect(cell(text)).toBe(written);
});
