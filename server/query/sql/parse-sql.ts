/**
 * Text to syntax tree, by pgsql-ast-parser. What it throws becomes a refusal with line, column and what was expected
 * there; statements that are no SELECT end here.
 */
import { parse, type SelectFromStatement, type SelectStatement } from 'pgsql-ast-parser';
import { prepareSql, sqlError } from './sql-text.ts';

/** Throws the refusal `query_invalid`. */
export function parseSql(text: string): SelectFromStatement {
  const prepared = prepareSql(text);
  let statements: ReturnType<typeof parse>;
  try {
    statements = parse(prepared, { locationTracking: true });
  } catch (error) {
    throw complaint(text, prepared, error);
  }
  const [statement] = statements;
  return onlySelect(text, statement as SelectStatement);
}

/** The plain SELECT a statement is; a refusal for every other. */
export function onlySelect(text: string, statement: SelectStatement): SelectFromStatement {
  const at = statement._location?.start ?? 0;
  if (statement.type === 'select') return statement;
  if (statement.type === 'union' || statement.type === 'union all')
    throw sqlError(text, at, 'UNION is not supported: ask for one after the other');
  if (statement.type === 'with' || statement.type === 'with recursive')
    throw sqlError(text, at, 'WITH is not supported: write the query in parentheses behind FROM');
  throw sqlError(text, at, 'expected SELECT: a query only reads');
}

/** Words of other dialects, and what to do instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  settings: 'SETTINGS is not supported: the limits are those of the server',
  format: 'FORMAT is not supported: the answer has a form of its own',
  into: 'INTO is not supported: a query only reads',
  outfile: 'INTO OUTFILE is not supported: a query only reads',
  sample: 'SAMPLE is not supported',
  final: 'FINAL is not needed here',
  prewhere: 'write WHERE instead of PREWHERE',
  array: 'ARRAY JOIN is not supported',
  join: 'JOIN is not supported: a query reads one table',
};

function complaint(text: string, prepared: string, error: unknown): Error {
  if (!(error instanceof Error)) throw error;
  const { token } = error as { token?: { offset?: number } };
  const place = /at line (\d+) col (\d+)/.exec(error.message);
  const at =
    token?.offset ??
    (place ? offsetOf(prepared, Number(place[1]), Number(place[2])) : prepared.trimEnd().length);
  const word = /^\w+/.exec(prepared.slice(at))?.[0] ?? '';
  // A word that is not known is read as an alias, and the one behind it is too many.
  const before = /(\w+)\s*$/.exec(prepared.slice(0, at))?.[1] ?? '';
  for (const [name, place] of [
    [word, at] as const,
    [before, prepared.lastIndexOf(before, at - 1)] as const,
  ]) {
    const elsewhere = ELSEWHERE[name.toLowerCase()];
    if (elsewhere) return sqlError(text, place, elsewhere);
  }
  const expected = expectedTokens(error.message);
  const found =
    at >= prepared.trimEnd().length ? 'the query ends here' : `"${word || prepared[at]}" cannot stand here`;
  return sqlError(text, at, expected ? `${found}; expected ${expected}` : found);
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1, text.length);
}

const SIGNS: Readonly<Record<string, string>> = {
  comma: '","',
  lparen: '"("',
  rparen: '")"',
  star: '"*"',
  rbracket: '"]"',
  kw_group: 'GROUP BY',
  kw_order: 'ORDER BY',
  kw_by: 'BY',
};
const CLAUSES = new Set(['from', 'where', 'limit', 'offset', 'then', 'end', 'and', 'when', 'select', 'as']);

/** What the parser would have taken, in the words of the language; empty when that says nothing. */
function expectedTokens(message: string): string {
  const names = [...message.matchAll(/A "?([\w-]+)"? token/g)].map(([, name]) => name!);
  const isValue = names.includes('string') && names.includes('lparen');
  const known = isValue ? ['a value'] : names.includes('word') ? ['a name'] : [];
  for (const name of names) {
    const clause = name.replace('kw_', '');
    if (SIGNS[name] && !isValue) known.push(SIGNS[name]);
    else if (name.startsWith('kw_') && CLAUSES.has(clause) && !isValue) known.push(clause.toUpperCase());
  }
  const unique = [...new Set(known)];
  return unique.length > 1 ? `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}` : (unique[0] ?? '');
}
