/** LogQL as tokens, each with the place where it begins. Comments run from `#` to the end of the line. */
import { parseError } from './logql-error.ts';

export type TokenKind = 'identifier' | 'string' | 'number' | 'flag' | 'sign' | 'end';

export interface Token {
  kind: TokenKind;
  /** As written; of a string what it says. */
  text: string;
  at: number;
}

const SPACE = /(?:\s+|#[^\n]*)*/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /(?:(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+(?![\w.])|(?:\d|\.\d)[\w.µμ]*)/y;
const FLAG = /--[a-z][a-z-]*/y;
const SIGN = /\|=|\|~|\|>|!=|!~|!>|=~|==|>=|<=|[{}()[\],|=<>+\-*/%^]/y;
const QUOTED = /"((?:[^"\\\n]|\\[\s\S])*)"/y;
const RAW = /`([^`]*)`/y;
const VARIABLE = /\$\w+|\$\{\w+\}/y;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += match(SPACE)![0].length;
    if (at >= text.length) break;
    const quoted = match(QUOTED);
    const raw = quoted ? null : match(RAW);
    if (quoted || raw) {
      const value = quoted ? unescaped(quoted[1]!, text, at) : raw![1]!;
      tokens.push({ kind: 'string', text: value, at });
      at += (quoted ?? raw)![0].length;
      continue;
    }
    const [kind, found] = plainToken(match);
    if (kind === undefined) {
      if (match(VARIABLE))
        throw parseError(text, at, `the variable ${match(VARIABLE)![0]} was not replaced by its value`);
      throw parseError(
        text,
        at,
        /["`]/.test(text[at]!)
          ? 'literal not terminated'
          : `syntax error: unexpected character ${JSON.stringify(text[at])}`,
      );
    }
    tokens.push({ kind, text: found, at });
    at += found.length;
  }
  tokens.push({ kind: 'end', text: '$end', at: text.length });
  return tokens;
}

function plainToken(match: (pattern: RegExp) => RegExpExecArray | null): [TokenKind, string] | [undefined] {
  for (const [kind, pattern] of [
    ['identifier', IDENTIFIER],
    ['number', NUMBER],
    ['flag', FLAG],
    ['sign', SIGN],
  ] as const) {
    const found = match(pattern);
    if (found) return [kind, found[0]];
  }
  return [undefined];
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};
const ESCAPE =
  /\\(?:([abfnrtv\\"'])|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([\s\S]))/g;

/** The escapes of a Go string. */
function unescaped(inside: string, text: string, at: number): string {
  if (!inside.includes('\\')) return inside;
  return inside.replace(ESCAPE, (all, simple, x, u, long, octal, other, offset: number) => {
    if (simple !== undefined) return ESCAPES[simple]!;
    const code =
      other === undefined ? (octal ? Number.parseInt(octal, 8) : Number.parseInt(x ?? u ?? long, 16)) : -1;
    if (code < 0 || code > 0x10ffff)
      throw parseError(
        text,
        at + 1 + offset,
        `invalid char escape ${JSON.stringify(all)}; use backquotes for a text with backslashes`,
      );
    return String.fromCodePoint(code);
  });
}
