import { expect, test } from 'vitest';
import { prettyJson } from './log-body.ts';

test.each([
  ['{"a":1,"b":[true]}', '{\n  "a": 1,\n  "b": [\n    true\n  ]\n}'],
  [' [1] ', '[\n  1\n]'],
  ['[12:03] started', null],
  ['plain', null],
  ['42', null],
  ['{"cut":', null],
])('%j is laid out as %j', (body, pretty) => expect(prettyJson(body)).toBe(pretty));
