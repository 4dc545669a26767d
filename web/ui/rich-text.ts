/**
 * What people write, in a small part of Markdown: paragraphs, lines that quote, blocks of code between ```, and in a line
 * `code`, **bold**, *italic*, [text](address) and bare addresses. Nothing nests, HTML is text, an address is http or
 * https or text. Pure: text to pieces that a component draws; takes time by the length of the text.
 */
import { safeUrl } from './safe-url.ts';

export type Inline =
  | { kind: 'text' | 'code' | 'bold' | 'italic' | 'marked'; text: string }
  | { kind: 'link'; text: string; href: string };

export type Block = { kind: 'paragraph' | 'quote'; inlines: Inline[] } | { kind: 'code'; text: string };

/** `marked`: words that are drawn apart wherever they stand. */
export function readRichText(text: string, marked: readonly string[] = []): Block[] {
  const longestFirst = marked.toSorted((a, b) => b.length - a.length);
  return text
    .replaceAll('\r\n', '\n')
    .split(/^```[^\n]*$/m)
    .flatMap((part, at): Block[] =>
      at % 2 === 1
        ? [{ kind: 'code', text: part.replace(/^\n|\n$/g, '') }]
        : part.split(/\n{2,}/).flatMap((paragraph) => readParagraph(paragraph, longestFirst)),
    );
}

/** Lines that begin with > are a quotation of their own. */
function readParagraph(paragraph: string, marked: readonly string[]): Block[] {
  const blocks: { kind: 'paragraph' | 'quote'; lines: string[] }[] = [];
  for (const line of paragraph.replace(/^\n+|\n+$/g, '').split('\n')) {
    const isQuote = line.startsWith('>');
    const kind = isQuote ? 'quote' : 'paragraph';
    const shown = isQuote ? line.replace(/^> ?/, '') : line;
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(shown);
    else blocks.push({ kind, lines: [shown] });
  }
  return blocks
    .map(({ kind, lines }) => ({ kind, inlines: readInlines(lines.join('\n'), marked) }))
    .filter(({ inlines }) => inlines.length > 0);
}

/** Each ends at the next character of its own kind or at the line's end, so that no text is read twice over. */
const PIECES: readonly [pattern: RegExp, kind: 'code' | 'bold' | 'italic'][] = [
  [/`([^`\n]+)`/y, 'code'],
  [/\*\*(?=\S)([^*\n]+)\*\*/y, 'bold'],
  [/\*(?=\S)([^*\n]+)\*/y, 'italic'],
];
const TITLED = /\[([^[\]\n]{1,200})\]\((https?:\/\/[^\s()<>]{1,2000})\)/y;
/** A full stop at the end of a sentence is not the address's. */
const ADDRESS = /https?:\/\/[^\s<>"'`*)\]]*[^\s<>"'`*)\].,;:!?]/y;

function readInlines(text: string, marked: readonly string[]): Inline[] {
  const inlines: Inline[] = [];
  let plainFrom = 0;
  let at = 0;
  const add = (inline: Inline, length: number) => {
    if (at > plainFrom) inlines.push({ kind: 'text', text: text.slice(plainFrom, at) });
    inlines.push(inline);
    at += length;
    plainFrom = at;
  };
  while (at < text.length) {
    const found = pieceAt(text, at, marked);
    if (found) add(found.inline, found.length);
    else at += 1;
  }
  if (at > plainFrom) inlines.push({ kind: 'text', text: text.slice(plainFrom, at) });
  return inlines;
}

function pieceAt(
  text: string,
  at: number,
  marked: readonly string[],
): { inline: Inline; length: number } | null {
  switch (text[at]) {
    case '`':
    case '*':
      for (const [pattern, kind] of PIECES) {
        const found = matchAt(pattern, text, at);
        if (found) return { inline: { kind, text: found[1]! }, length: found[0].length };
      }
      return null;
    case '[': {
      const found = matchAt(TITLED, text, at);
      const href = found && safeUrl(found[2]!);
      return found && href
        ? { inline: { kind: 'link', text: found[1]!, href }, length: found[0].length }
        : null;
    }
    case 'h': {
      if (at > 0 && /\w/.test(text[at - 1]!)) return null;
      const found = matchAt(ADDRESS, text, at);
      const href = found && safeUrl(found[0]);
      return found && href
        ? { inline: { kind: 'link', text: found[0], href }, length: found[0].length }
        : null;
    }
    case '@':
    case '#': {
      const found = marked.find((each) => text.startsWith(each, at));
      return found ? { inline: { kind: 'marked', text: found }, length: found.length } : null;
    }
    default:
      return null;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
