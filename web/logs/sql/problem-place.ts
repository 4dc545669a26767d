/** Where a refused query errs, as the server's sentence says: `line 2, column 5: …`. */

export interface Problem {
  /** From 1; null: the sentence names no place. */
  line: number | null;
  column: number | null;
  sentence: string;
}

export function readProblem(message: string): Problem {
  const [, line, column, sentence] = /^line (\d+), column (\d+): ([\s\S]*)$/.exec(message) ?? [];
  return sentence === undefined
    ? { line: null, column: null, sentence: message }
    : { line: Number(line), column: Number(column), sentence };
}

/** The characters at the place: the word that begins there, or one. */
export function rangeOfProblem(text: string, { line, column }: Problem): { from: number; to: number } | null {
  if (line === null || column === null) return null;
  const before = text.split('\n').slice(0, line - 1);
  const start = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  if (start >= text.length) return text.length === 0 ? null : { from: text.length - 1, to: text.length };
  const word = /^[\w.]+/.exec(text.slice(start))?.[0] ?? '';
  return { from: start, to: start + Math.max(1, word.length) };
}
