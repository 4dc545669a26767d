import { expect, test } from 'vitest';
import { readRichText } from './rich-text.ts';

const inline = (text: string, marked: string[] = []) =>
  readRichText(text, marked).flatMap((block) => ('inlines' in block ? block.inlines : []));

test.each([
  ['plain <b>text</b> &amp;', [{ kind: 'text', text: 'plain <b>text</b> &amp;' }]],
  ['`code *stays*`', [{ kind: 'code', text: 'code *stays*' }]],
  [
    'a **bold** and *italic*',
    [
      { kind: 'text', text: 'a ' },
      { kind: 'bold', text: 'bold' },
      { kind: 'text', text: ' and ' },
      { kind: 'italic', text: 'italic' },
    ],
  ],
  ['2 * 3 * 4', [{ kind: 'text', text: '2 * 3 * 4' }]],
  ['[the run](https://ci.example/1)', [{ kind: 'link', text: 'the run', href: 'https://ci.example/1' }]],
  ['[x](javascript:alert(1))', [{ kind: 'text', text: '[x](javascript:alert(1))' }]],
  [
    'see https://example.com/a?b=1.',
    [
      { kind: 'text', text: 'see ' },
      { kind: 'link', text: 'https://example.com/a?b=1', href: 'https://example.com/a?b=1' },
      { kind: 'text', text: '.' },
    ],
  ],
  ['xhttps://example.com', [{ kind: 'text', text: 'xhttps://example.com' }]],
])('%s', (text, expected) => {
  expect(inline(text)).toEqual(expected);
});

test('what is mentioned is marked, the longer name before the shorter', () => {
  expect(inline('@Ada Lovelace #payments @Bob', ['@Ada', '@Ada Lovelace', '#payments'])).toEqual([
    { kind: 'marked', text: '@Ada Lovelace' },
    { kind: 'text', text: ' ' },
    { kind: 'marked', text: '#payments' },
    { kind: 'text', text: ' @Bob' },
  ]);
});

test('blocks: paragraphs, quotations, code that is not read', () => {
  const text = 'one\ntwo\n\n> said\n> so\nanswer\n```js\n**not bold**\n```\nend';
  expect(
    readRichText(text).map((block) =>
      block.kind === 'code' ? `code: ${block.text}` : `${block.kind}: ${block.inlines[0]?.text}`,
    ),
  ).toEqual([
    'paragraph: one\ntwo',
    'quote: said\nso',
    'paragraph: answer',
    'code: **not bold**',
    'paragraph: end',
  ]);
});

test('a text of nothing but openers is read as text', () => {
  expect(inline('`[*'.repeat(3_000)).map(({ kind }) => kind)).not.toContain('link');
});
