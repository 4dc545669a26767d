import { expect, test } from 'vitest';
import { tokensOf } from './json-tokens.ts';

const kinds = (text: string) =>
  tokensOf(text)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text: piece }) => [kind, piece]);
const whole = (text: string) =>
  tokensOf(text)
    .map((token) => token.text)
    .join('');

test('names, strings and numbers, laid out', () => {
  expect(kinds('{"a":"b: 1","n":-1.5e3,"t":true}')).toEqual([
    ['name', '"a"'],
    ['string', '"b: 1"'],
    ['name', '"n"'],
    ['number', '-1500'],
    ['name', '"t"'],
    ['number', 'true'],
  ]);
  expect(whole('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
});

test('what is no JSON, or cut short, is shown as it is', () => {
  for (const text of ['{"a":"b', 'plain words', '', '{"a":1}\n{"a":2}\n']) expect(whole(text)).toBe(text);
});

test('a long text ends in one plain piece', () => {
  const text = `[${'1,'.repeat(20_000)}1]`;
  expect(tokensOf(text).length).toBeLessThan(5_010);
  expect(whole(text).replaceAll(/\s/g, '')).toBe(text);
});
