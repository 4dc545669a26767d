/**
 * Colours for one line of source code, without knowing its language: comments, strings, numbers and the words
 * most languages reserve. A line stands alone, so a string or comment that began above it is not seen; it is a
 * reading aid, and a full highlighter would weigh more than the rest of the page.
 */
export interface Token {
  kind: 'plain' | 'keyword' | 'string' | 'number' | 'comment';
  text: string;
}

const KEYWORDS = new Set(
  (
    'abstract and as assert async await begin break case catch class const continue def default defer del delete do ' +
    'elif else elsif end ensure enum except export extends false final finally fn for foreach from func function go ' +
    'if impl import in instanceof interface is lambda let match mod module mut namespace new nil None not null ' +
    'or package pass private protected pub public raise require rescue return self static struct super switch ' +
    'this throw throws trait true True False try type typeof undefined unless until use using val var void ' +
    'volatile when where while with yield'
  ).split(' '),
);

/** Longer lines are minified code, where colours help nobody and cost time. */
const LINE_MAX = 500;

const HASH_COMMENTS = new Set(['python', 'ruby', 'perl', 'elixir', 'php']);

export function highlight(line: string, platform: string): Token[] {
  if (line.length > LINE_MAX) return [{ kind: 'plain', text: line }];
  const comment = HASH_COMMENTS.has(platform)
    ? String.raw`#.*|\/\/(?=\s).*`
    : String.raw`\/\/.*|\/\*.*?(?:\*\/|$)|^\s*\*(?=[\s/]).*`;
  const pattern = new RegExp(
    `(?<comment>${comment})` +
      String.raw`|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\x60(?:[^\x60\\]|\\.)*\x60?)` +
      String.raw`|(?<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\w*\b)` +
      String.raw`|(?<word>[A-Za-z_$][\w$]*)`,
    'g',
  );
  const tokens: Token[] = [];
  const add = (kind: Token['kind'], text: string) => {
    const last = tokens.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text) tokens.push({ kind, text });
  };
  let end = 0;
  for (const found of line.matchAll(pattern)) {
    add('plain', line.slice(end, found.index));
    end = found.index + found[0].length;
    const groups = found.groups ?? {};
    if (groups.comment) add('comment', found[0]);
    else if (groups.string) add('string', found[0]);
    else if (groups.number) add('number', found[0]);
    else add(KEYWORDS.has(found[0]) ? 'keyword' : 'plain', found[0]);
  }
  add('plain', line.slice(end));
  return tokens;
}
