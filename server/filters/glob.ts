/**
 * Patterns over text that strangers send: `*` is any text, `?` one character, `\` takes either as it is; all else
 * stands for itself, whatever its case. The text between two stars is looked for once, from left to right, and the
 * first place is good enough: nothing is ever tried again, so no pattern and no text make it slow.
 */
export type TextTest = (text: string) => boolean;

/** Characters of a text that are looked at: a message says what it is about long before. */
const TEXT_CHARS_MAX = 8_192;

/** Between two stars: characters, null for any one. */
type Piece = readonly (string | null)[];

/** What is wrong with a pattern, and at which of its characters, counted from 1. */
export interface PatternProblem {
  column: number;
  message: string;
}

export function globProblem(pattern: string): PatternProblem | null {
  if (pattern.trim() === '') return { column: 1, message: 'is empty' };
  const slash = /(?:^|[^\\])(?:\\\\)*\\$/.test(pattern);
  if (slash) return { column: pattern.length, message: 'ends in a \\ that takes nothing' };
  if (!piecesOf(pattern).some((piece) => piece.some((char) => char !== null && char.trim() !== '')))
    return {
      column: Math.max(1, pattern.search(/[*?]/) + 1),
      message: 'matches everything: say at least one letter of what is not to be kept',
    };
  return null;
}

/** Whether any of the patterns takes the whole text. A text is made ready once, however many patterns there are. */
export function globTest(...patterns: readonly string[]): TextTest {
  const tests = patterns.map((pattern) => readyTest(piecesOf(pattern.toLowerCase())));
  return (given) => {
    const text = given.slice(0, TEXT_CHARS_MAX).toLowerCase();
    return tests.some((matches) => matches(text));
  };
}

function readyTest(pieces: readonly Piece[]): TextTest {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  return (text) => {
    if (!standsAt(first, text, 0)) return false;
    if (pieces.length === 1) return text.length === first.length;
    let at = first.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = find(piece, text, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && standsAt(last, text, text.length - last.length);
  };
}

function piecesOf(pattern: string): Piece[] {
  const pieces: (string | null)[][] = [[]];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '*') pieces.push([]);
    else if (char === '?') pieces.at(-1)!.push(null);
    else if (char === '\\' && at + 1 < pattern.length) pieces.at(-1)!.push(pattern[++at]!);
    else pieces.at(-1)!.push(char);
  }
  return pieces;
}

function standsAt(piece: Piece, text: string, at: number): boolean {
  if (at + piece.length > text.length) return false;
  return piece.every((char, index) => char === null || text[at + index] === char);
}

function find(piece: Piece, text: string, from: number): number {
  if (piece.every((char) => char !== null)) return text.indexOf(piece.join(''), from);
  for (let at = from; at + piece.length <= text.length; at++) if (standsAt(piece, text, at)) return at;
  return -1;
}
