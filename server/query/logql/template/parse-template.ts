/**
 * Go's text/template: text in, tree out. Actions are `{{ … }}` with trim markers, comments, pipelines, variables, if,
 * with and range; templates that define others are not taken.
 */
import { queryError } from '#server/query/logql/logql-error.ts';

export type Expression =
  | { is: 'literal'; value: string | number | boolean | null }
  /** `.a.b` of what the dot is; no names: the dot. */
  | { is: 'field'; names: string[] }
  | { is: 'variable'; name: string; names: string[] }
  | { is: 'call'; name: string; args: Expression[] }
  /** A pipeline in parentheses, and fields of its value. */
  | { is: 'pipeline'; of: Pipeline; names: string[] };

export interface Pipeline {
  /** `$name :=` or `$name =` before it. */
  assign?: { names: string[]; declares: boolean };
  /** The value of each is the last argument of the next. */
  commands: Expression[];
}

export type Node =
  | { is: 'text'; text: string }
  | { is: 'output'; pipeline: Pipeline }
  | { is: 'if' | 'with' | 'range'; pipeline: Pipeline; then: Node[]; otherwise: Node[] }
  | { is: 'break' | 'continue' };

/** Actions inside actions. */
const DEPTH_MAX = 50;

export function parseTemplate(text: string, isFunction: (name: string) => boolean): Node[] {
  return new TemplateParser(text, isFunction).template();
}

type Token = { kind: 'field' | 'variable' | 'word' | 'string' | 'number' | 'sign' | 'space'; text: string };

const TOKEN =
  /(?<space>\s+)|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<variable>\$[\p{L}\p{N}_]*)|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+')|(?<number>[+-]?(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>:=|[=|(),.])/uy;

class TemplateParser {
  readonly #text: string;
  readonly #isFunction: (name: string) => boolean;
  /** Texts and insides of actions, in turn. */
  readonly #pieces: { text: string; isAction: boolean }[];
  #piece = 0;
  #tokens: Token[] = [];
  #at = 0;
  #depth = 0;
  #ranges = 0;

  constructor(text: string, isFunction: (name: string) => boolean) {
    this.#text = text;
    this.#isFunction = isFunction;
    this.#pieces = this.#split(text);
  }

  template(): Node[] {
    const { nodes, end } = this.#nodes();
    if (end !== undefined) this.#fail(`unexpected {{${end}}}`);
    return nodes;
  }

  #split(text: string): { text: string; isAction: boolean }[] {
    const pieces: { text: string; isAction: boolean }[] = [];
    let at = 0;
    let trim = false;
    for (;;) {
      const open = text.indexOf('{{', at);
      let literal = text.slice(at, open === -1 ? undefined : open);
      if (trim) literal = literal.trimStart();
      const trimsBefore = open !== -1 && /^\{\{-\s/.test(text.slice(open, open + 4));
      if (trimsBefore) literal = literal.trimEnd();
      if (literal !== '') pieces.push({ text: literal, isAction: false });
      if (open === -1) return pieces;
      const begin = open + (trimsBefore ? 3 : 2);
      const close = this.#endOfAction(text, begin);
      let inside = text.slice(begin, close);
      trim = /\s-$/.test(inside);
      if (trim) inside = inside.slice(0, -1);
      if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(inside)) pieces.push({ text: inside, isAction: true });
      at = close + 2;
    }
  }

  /** The place of the `}}` that stands in no string and no comment. */
  #endOfAction(text: string, from: number): number {
    const pattern = /\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+'|\}\}/g;
    pattern.lastIndex = from;
    for (let found = pattern.exec(text); found; found = pattern.exec(text))
      if (found[0] === '}}') return found.index;
    return this.#fail('unclosed action');
  }

  #nodes(): { nodes: Node[]; end?: string } {
    const nodes: Node[] = [];
    for (;;) {
      const piece = this.#pieces[this.#piece++];
      if (piece === undefined) return { nodes };
      if (!piece.isAction) {
        nodes.push({ is: 'text', text: piece.text });
        continue;
      }
      this.#tokens = this.#tokensOf(piece.text);
      this.#at = 0;
      const word = this.#peek?.kind === 'word' ? this.#peek.text : '';
      if (word === 'end' || word === 'else') return { nodes, end: piece.text.trim() };
      if (word === 'if' || word === 'with' || word === 'range') nodes.push(this.#block(word));
      else if (word === 'break' || word === 'continue') {
        if (this.#ranges === 0) this.#fail(`{{${word}}} outside {{range}}`);
        nodes.push({ is: word });
      } else if (word === 'define' || word === 'template' || word === 'block')
        this.#fail(`{{${word}}} is not supported`);
      else nodes.push({ is: 'output', pipeline: this.#wholePipeline() });
    }
  }

  #block(is: 'if' | 'with' | 'range'): Node {
    if (++this.#depth > DEPTH_MAX) this.#fail(`at most ${DEPTH_MAX} actions inside each other`);
    if (is === 'range') this.#ranges += 1;
    this.#at += 1;
    const pipeline = this.#wholePipeline();
    const { nodes: then, end } = this.#nodes();
    let otherwise: Node[] = [];
    const elseIf = /^else\s+(if|with)\b/.exec(end ?? '')?.[1] as 'if' | 'with' | undefined;
    if (elseIf) {
      // The same tokens again, from behind "else".
      this.#at = 2;
      otherwise = [this.#block(elseIf)];
    } else if (end === 'else') {
      const rest = this.#nodes();
      otherwise = rest.nodes;
      if (rest.end !== 'end') this.#fail('unexpected EOF, expecting {{end}}');
    } else if (end !== 'end') this.#fail('unexpected EOF, expecting {{end}}');
    if (is === 'range') this.#ranges -= 1;
    this.#depth -= 1;
    return { is, pipeline, then, otherwise };
  }

  #tokensOf(action: string): Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < action.length) {
      const at = TOKEN.lastIndex;
      const groups = TOKEN.exec(action)?.groups;
      if (groups === undefined)
        return this.#fail(`unexpected ${JSON.stringify(action[at])} in {{${action}}}`);
      const [kind, text] = Object.entries(groups).find(([, found]) => found !== undefined)!;
      tokens.push({ kind: kind as Token['kind'], text: text! });
    }
    while (tokens[0]?.kind === 'space') tokens.shift();
    while (tokens.at(-1)?.kind === 'space') tokens.pop();
    return tokens;
  }

  #wholePipeline(): Pipeline {
    const pipeline = this.#pipeline();
    if (this.#peek) this.#fail(`unexpected ${JSON.stringify(this.#peek.text)}`);
    return pipeline;
  }

  #pipeline(): Pipeline {
    this.#space();
    const assign = this.#assignment();
    const commands: Expression[] = [];
    do {
      this.#space();
      commands.push(this.#command(commands.length > 0));
      this.#space();
    } while (this.#take('|'));
    return assign ? { assign, commands } : { commands };
  }

  /** `$a :=`, `$a =`, `$i, $v :=`. */
  #assignment(): Pipeline['assign'] {
    const begin = this.#at;
    const names: string[] = [];
    do {
      this.#space();
      if (this.#peek?.kind !== 'variable') break;
      names.push(this.#peek.text);
      this.#at += 1;
      this.#space();
    } while (this.#take(','));
    if (names.length > 0 && this.#take(':=')) return { names, declares: true };
    if (names.length > 0 && this.#take('=')) return { names, declares: false };
    this.#at = begin;
    return undefined;
  }

  #command(isPiped: boolean): Expression {
    const first = this.#operand();
    if (first.is !== 'call') {
      if (isPiped) this.#fail('only a function can stand after "|"');
      this.#space();
      if (this.#peek && !['|', ')'].includes(this.#peek.text))
        this.#fail('only a function can have arguments');
      return first;
    }
    const args: Expression[] = [];
    for (;;) {
      const hasSpace = this.#space();
      const next = this.#peek;
      if (next === undefined || (next.kind === 'sign' && (next.text === '|' || next.text === ')'))) break;
      if (!hasSpace) this.#fail(`unexpected ${JSON.stringify(next.text)}`);
      args.push(this.#operand());
    }
    return { ...first, args };
  }

  #operand(): Expression {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return this.#fail('missing value');
    switch (token.kind) {
      case 'field':
        return { is: 'field', names: [token.text.slice(1), ...this.#fields()] };
      case 'variable':
        return { is: 'variable', name: token.text, names: this.#fields() };
      case 'string':
        return { is: 'literal', value: this.#unquote(token.text) };
      case 'number':
        return { is: 'literal', value: Number(token.text) };
      case 'word':
        if (token.text === 'true' || token.text === 'false')
          return { is: 'literal', value: token.text === 'true' };
        if (token.text === 'nil') return { is: 'literal', value: null };
        if (!this.#isFunction(token.text)) this.#fail(`function "${token.text}" not defined`);
        return { is: 'call', name: token.text, args: [] };
      default:
        if (token.text === '.') return { is: 'field', names: [] };
        if (token.text !== '(') return this.#fail(`unexpected ${JSON.stringify(token.text)}`);
        return this.#parenthesised();
    }
  }

  #parenthesised(): Expression {
    if (++this.#depth > DEPTH_MAX) this.#fail(`at most ${DEPTH_MAX} parentheses inside each other`);
    const of = this.#pipeline();
    if (!this.#take(')')) this.#fail('unclosed left paren');
    this.#depth -= 1;
    return { is: 'pipeline', of, names: this.#fields() };
  }

  #fields(): string[] {
    const names: string[] = [];
    while (this.#peek?.kind === 'field') names.push(this.#tokens[this.#at++]!.text.slice(1));
    return names;
  }

  #unquote(text: string): string | number {
    if (text.startsWith('`')) return text.slice(1, -1);
    const inside = text
      .slice(1, -1)
      .replaceAll(
        /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/g,
        (_all, x, u, long, octal, simple) => {
          if (simple === undefined)
            return String.fromCodePoint(
              octal ? Number.parseInt(octal, 8) : Number.parseInt(x ?? u ?? long, 16),
            );
          const escapes: Record<string, string> = {
            n: '\n',
            t: '\t',
            r: '\r',
            a: '\x07',
            b: '\b',
            f: '\f',
            v: '\v',
          };
          return escapes[simple] ?? simple;
        },
      );
    return text.startsWith("'") ? inside.codePointAt(0)! : inside;
  }

  get #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #space(): boolean {
    const begin = this.#at;
    while (this.#peek?.kind === 'space') this.#at += 1;
    return this.#at > begin;
  }

  #take(sign: string): boolean {
    if (this.#peek?.kind !== 'sign' || this.#peek.text !== sign) return false;
    this.#at += 1;
    return true;
  }

  #fail(what: string): never {
    throw queryError(`parse error : invalid template '${this.#text.slice(0, 200)}': ${what}`);
  }
}
