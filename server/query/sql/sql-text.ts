/**
 * The text of a query before it is parsed: bounded in length, words and depth, rid of comments and of what only looks
 * like SQL of ours, and with three spellings of ClickHouse written as the parser knows them. Every character keeps its
 * place, so that errors point at what was written.
 */
import { Rejection } from '#server/platform/rejection.ts';

/** Characters. The parser takes 80 µs for each of the worst, and nobody waits for it in the meantime. */
export const SQL_LENGTH_MAX = 5_000;
/** Words, numbers, texts and signs: 100 ms of the parser at most. */
const SQL_TOKENS_MAX = 1_000;
/** Parentheses and brackets inside each other. */
const SQL_DEPTH_MAX = 32;

/** The refusal of a query: where, from line 1 and column 1, and what is wrong there. */
export function sqlError(text: string, at: number, what: string): Rejection {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return new Rejection('query_invalid', 400, `line ${line}, column ${column}: ${what}`);
}

const TOKEN =
  /(\s+)|(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*")|([A-Za-z_][A-Za-z0-9_]*)|(\d+(?:\.\d+)?|\.\d+)|(->>|->|::|<=|>=|<>|!=|!~\*|!~|~\*|\|\||[-+*/%=<>~(),.;[\]])/y;
/** Aggregates whose parameter has parentheses of its own. */
const PARAMETRIC = /^(quantile|quantileexact|topk)(if)?$/i;
/** A key of a map, at its bracket. */
const KEY = /\[(\s*'(?:[^']|'')*'\s*)\]/y;
const INTERVAL = /\binterval(\s+)(\d{1,9})(\s+)([a-z]+)\b/iy;

/** Throws the refusal for what is no query of this dialect whatever it says. */
export function prepareSql(text: string): string {
  if (text.length > SQL_LENGTH_MAX)
    throw sqlError(text, SQL_LENGTH_MAX, `a query has at most ${SQL_LENGTH_MAX} characters`);
  const open: { at: number; isParametric: boolean }[] = [];
  let prepared = '';
  let tokens = 0;
  let word = '';
  let ended = -1;
  /** Where a `)` that closed a parameter stands in what is prepared. */
  let parameterEnd = -1;
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw strange(text, at);
    const [token, space, comment, quoted, , name, number] = found;
    const from = at;
    at += token.length;
    if (space !== undefined || comment !== undefined) {
      prepared += token.replaceAll(/[^\n]/g, ' ');
      continue;
    }
    if (++tokens > SQL_TOKENS_MAX)
      throw sqlError(text, from, `a query has at most ${SQL_TOKENS_MAX} words and signs`);
    if (ended >= 0) throw sqlError(text, from, 'expected the end: one query at a time');
    if (quoted !== undefined && word !== '' && text[from - 1] === word.at(-1))
      throw sqlError(text, from - word.length, `a text begins with ', without "${word}"`);
    // The parser would take what follows as an alias.
    if (number !== undefined && /\w/.test(text[at] ?? ''))
      throw sqlError(text, from, 'a number is made of digits and a point, without an exponent');
    if (token === '/' && text[at] === '*') throw sqlError(text, from, 'expected a */ that ends the comment');
    const interval = name !== undefined && /^interval$/i.test(name) ? intervalAt(text, from) : undefined;
    if (interval) {
      prepared += interval;
      at = from + interval.length;
    } else if (token === ';') {
      ended = from;
      prepared += ' ';
    } else if (token === '[' && keyAt(text, from) !== undefined) {
      const key = keyAt(text, from)!;
      prepared += key;
      at = from + key.length;
    } else if (token === '(' || token === '[') {
      if (open.length >= SQL_DEPTH_MAX)
        throw sqlError(text, from, `at most ${SQL_DEPTH_MAX} parentheses inside each other`);
      open.push({ at: from, isParametric: token === '(' && PARAMETRIC.test(word) });
      if (parameterEnd >= 0)
        prepared = `${prepared.slice(0, parameterEnd)},${prepared.slice(parameterEnd + 1)} `;
      else prepared += token;
    } else prepared += token;
    parameterEnd = (token === ')' || token === ']') && open.pop()?.isParametric ? prepared.length - 1 : -1;
    word = name ?? '';
  }
  if (open.length > 0)
    throw sqlError(text, open.at(-1)!.at, 'expected a second parenthesis that closes this one');
  if (prepared.trim() === '') throw sqlError(text, 0, 'expected a query such as SELECT * FROM logs');
  return prepared;
}

/** `INTERVAL 5 MINUTE` as `interval'5MINUTE' `, as long as it was. */
function intervalAt(text: string, at: number): string | undefined {
  INTERVAL.lastIndex = at;
  const found = INTERVAL.exec(text);
  return found ? `interval'${found[2]}${found[4]}'`.padEnd(found[0].length) : undefined;
}

/** `['key']` as `->'key'`, which the parser also takes in front of a cast. */
function keyAt(text: string, at: number): string | undefined {
  KEY.lastIndex = at;
  const found = KEY.exec(text);
  return found ? `->${found[1]}` : undefined;
}

/** What a character that begins nothing should have been. */
function strange(text: string, at: number): Rejection {
  const character = text[at]!;
  if (character === "'") return sqlError(text, at, "expected a second ' that ends the text");
  if (character === '"') return sqlError(text, at, 'expected a second " that ends the name');
  if (character === '`') return sqlError(text, at, 'a name is quoted with ", not with `');
  if (character === '{') return sqlError(text, at, 'there are no placeholders here: write the value');
  return sqlError(text, at, `"${String.fromCodePoint(text.codePointAt(at)!)}" has no meaning here`);
}
