import { expect, test } from 'vitest';
import { suggestMentions, takeMention } from './mention-suggest.ts';

const KNOWN = ['@Ada Lovelace', '@Grace Hopper', '#payments', '#web-shop'].map((text) => ({
  text,
  detail: '',
}));
const offered = (text: string) => suggestMentions(text, text.length, KNOWN).items.map((item) => item.text);

test.each([
  ['@', ['@Ada Lovelace', '@Grace Hopper']],
  ['hello @gr', ['@Grace Hopper']],
  ['hello @hop', ['@Grace Hopper']],
  ['hello @ada lov', ['@Ada Lovelace']],
  ['(#', ['#payments', '#web-shop']],
  ['#shop', ['#web-shop']],
  ['mail@ada', []],
  ['@Ada Lovelace', []],
  ['@nobody', []],
  ['@(', []],
])('%s offers %j', (text, expected) => {
  expect(offered(text)).toEqual(expected);
});

test('what was typed becomes the name, and one goes on after it', () => {
  const text = 'ask @gr about it';
  const { from, items } = suggestMentions(text, 7, KNOWN);
  expect(takeMention(text, 7, from, items[0]!)).toEqual({ text: 'ask @Grace Hopper about it', caret: 18 });
});
