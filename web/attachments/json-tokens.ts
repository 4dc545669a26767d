/** The pieces of a JSON text: names, strings, and numbers with the words; everything else is plain. */
export interface JsonToken {
  kind: 'plain' | 'name' | 'string' | 'number';
  text: string;
}

/** Pieces drawn one by one; what follows is one plain piece. */
const TOKENS_MAX = 5_000;

const PIECE = /("(?:[^"\\\n]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b)/g;

export function tokensOf(text: string): JsonToken[] {
  const laidOut = layOut(text);
  const tokens: JsonToken[] = [];
  let done = 0;
  const add = (kind: JsonToken['kind'], to: number) => {
    if (to > done) tokens.push({ kind, text: laidOut.slice(done, to) });
    done = to;
  };
  for (const match of laidOut.matchAll(PIECE)) {
    if (tokens.length >= TOKENS_MAX) break;
    const [, quoted, colon] = match;
    add('plain', match.index);
    if (quoted === undefined) add('number', match.index + match[0].length);
    else add(colon === undefined ? 'string' : 'name', match.index + quoted.length);
  }
  add('plain', laidOut.length);
  return tokens;
}

/** As sent where it is not whole, or several values one after the other. */
function layOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
