/**
 * The search bar: `level:error user.id:42 "timed out" !service:web`. Text in, filter tree out; what a key means
 * is not known here. One grammar, read top down:
 *
 *   search := any                        empty: everything
 *   any    := all ("OR" all)*
 *   all    := not ("AND"? not)*          words side by side must all hold
 *   not    := "!"* (term | "(" any ")")
 *   term   := "has:" text                the key is there
 *           | key ":" value              key: letters, digits and _ . - @ / $, or "quoted", or tags[anything]
 *           | text                       to be found anywhere
 *   value  := (">" | ">=" | "<" | "<=") text | "[" text ("," text)* "]" | text
 *   text   := "quoted" | bare            `*` is a wildcard in both; `\` takes the meaning from * " \ ( )
 *
 * A bare text ends at a space or at a parenthesis it did not open, so that `pay()` is a word. `std::io` and
 * `https://host` are words, not keys. Whoever errs is told the column and what was expected there.
 */
import { reject } from '#server/record/rejections.ts';
import { type Comparison, combine, negate, type Pattern, type SearchFilter } from './search-filter.ts';

/** Characters; the API takes no longer search either. */
export const SEARCH_LENGTH_MAX = 1000;
/** Parentheses inside parentheses; more is not written by people. */
export const SEARCH_DEPTH_MAX = 16;
/** Each term may cost a question to the engine. */
export const SEARCH_TERMS_MAX = 50;

/** Throws the refusal `query_invalid` with column and expectation. */
export function parseSearch(text: string): SearchFilter {
  if (text.length > SEARCH_LENGTH_MAX) fail(SEARCH_LENGTH_MAX + 1, `at most ${SEARCH_LENGTH_MAX} characters`);
  return new SearchParser(text).search();
}

const KEY = /(?:tags\[([^\]"\s]+)\]|[\p{L}_@][\p{L}\p{N}_.\-@/$]*):(?!:|\/\/)/uy;
const OPERATOR = /[<>]=?/y;
const SPACE = /\s*/y;

class SearchParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.#text = text;
  }

  search(): SearchFilter {
    this.#match(SPACE);
    if (this.#ended()) return { is: 'all', of: [] };
    const filter = this.#any();
    if (!this.#ended())
      this.#fail('no ")" without a "(" before it; quote the text to search for a parenthesis');
    return filter;
  }

  #any(): SearchFilter {
    const parts = [this.#all()];
    while (this.#keyword('OR')) parts.push(this.#all());
    return combine('any', parts);
  }

  #all(): SearchFilter {
    const parts = [this.#not()];
    for (;;) {
      const joined = this.#keyword('AND');
      if (!joined && (this.#ended() || this.#peek() === ')' || this.#sees('OR')))
        return combine('all', parts);
      parts.push(this.#not());
    }
  }

  #not(): SearchFilter {
    let negated = false;
    while (this.#take('!')) negated = !negated;
    const filter = this.#take('(') ? this.#group() : this.#term();
    this.#match(SPACE);
    return negated ? negate(filter) : filter;
  }

  #group(): SearchFilter {
    if (++this.#depth > SEARCH_DEPTH_MAX)
      this.#fail(`at most ${SEARCH_DEPTH_MAX} parentheses inside each other`);
    this.#match(SPACE);
    const filter = this.#any();
    if (!this.#take(')')) this.#fail('")" to close the parenthesis');
    this.#depth--;
    return filter;
  }

  #term(): SearchFilter {
    const column = this.#at + 1;
    if (++this.#terms > SEARCH_TERMS_MAX) this.#fail(`at most ${SEARCH_TERMS_MAX} terms`);
    if (this.#ended() || /[\s)]/.test(this.#peek()) || this.#sees('OR') || this.#sees('AND'))
      this.#fail('a word, a "phrase" or key:value');
    if (this.#peek() === '"') {
      const pattern = this.#quoted();
      if (this.#take(':')) return this.#value(pattern.join('*'), column);
      this.#expectEndOfTerm();
      return { is: 'text', pattern, column };
    }
    const key = this.#match(KEY)?.slice(0, -1);
    if (key === undefined) return { is: 'text', pattern: this.#bare(), column };
    if (key === 'has') return { is: 'has', key: this.#one('the key that must be there').join('*'), column };
    return this.#value(key, column);
  }

  #value(key: string, column: number): SearchFilter {
    const operator = this.#match(OPERATOR) as Comparison | undefined;
    if (operator) {
      const value = this.#one(`what "${key}" is compared with`).join('*');
      return { is: 'compare', key, operator, value, column };
    }
    if (this.#peek() !== '[') {
      const value = this.#one(`a value right after "${key}:"; quote the whole to search for it as text`);
      return { is: 'equal', key, value, column };
    }
    return combine(
      'any',
      this.#list().map((value) => ({ is: 'equal', key, value, column })),
    );
  }

  #list(): Pattern[] {
    const values: Pattern[] = [];
    this.#at++;
    do {
      this.#match(SPACE);
      if (++this.#terms > SEARCH_TERMS_MAX) this.#fail(`at most ${SEARCH_TERMS_MAX} terms`);
      values.push(this.#peek() === '"' ? this.#quoted() : this.#bare(',]'));
      if (values.at(-1)!.join('*') === '' && this.#text[this.#at - 1] !== '"')
        this.#fail('a value in the list');
      this.#match(SPACE);
    } while (this.#take(','));
    if (!this.#take(']')) this.#fail('"," or "]" in the list of values; quote a value that begins with "["');
    this.#expectEndOfTerm();
    return values;
  }

  /** One text, which may be quoted and may not be missing. */
  #one(expected: string): Pattern {
    if (this.#ended() || /[\s)]/.test(this.#peek())) this.#fail(expected);
    if (this.#peek() !== '"') return this.#bare();
    const pattern = this.#quoted();
    this.#expectEndOfTerm();
    return pattern;
  }

  #quoted(): Pattern {
    const opened = this.#at++;
    const pieces = [''];
    for (;;) {
      if (this.#ended()) fail(opened + 1, 'a second " to close the quotation');
      const character = this.#next();
      if (character === '"') return joined(pieces);
      if (character === '*') pieces.push('');
      else pieces[pieces.length - 1] += character === '\\' ? this.#escaped() : character;
    }
  }

  #bare(ends = ''): Pattern {
    const pieces = [''];
    let open = 0;
    while (!this.#ended()) {
      const next = this.#peek();
      if (/\s/.test(next) || ends.includes(next) || (next === ')' && open === 0)) break;
      const character = this.#next();
      if (character === '(') open++;
      if (character === ')') open--;
      if (character === '*') pieces.push('');
      else pieces[pieces.length - 1] += character === '\\' ? this.#escaped() : character;
    }
    return joined(pieces);
  }

  /** After a backslash: a character with a meaning loses it; elsewhere the backslash stands for itself. */
  #escaped(): string {
    return !this.#ended() && /["*\\()]/.test(this.#peek()) ? this.#next() : '\\';
  }

  #expectEndOfTerm(): void {
    if (!this.#ended() && !/[\s)]/.test(this.#peek()))
      this.#fail('a space after the closing quote or bracket');
  }

  /** A keyword stands alone and in capitals; any other way it is a word. */
  #sees(word: 'OR' | 'AND'): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    const after = this.#text[this.#at + word.length];
    return after === undefined || /[\s()]/.test(after);
  }

  #keyword(word: 'OR' | 'AND'): boolean {
    if (!this.#sees(word)) return false;
    this.#at += word.length;
    this.#match(SPACE);
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #next = () => this.#text[this.#at++]!;
  #peek = () => this.#text[this.#at] ?? '';
  #ended = () => this.#at >= this.#text.length;

  #fail(expected: string): never {
    fail(this.#at + 1, expected);
  }
}

/** Two wildcards side by side say no more than one. */
function joined(pieces: string[]): Pattern {
  return pieces.filter((piece, at) => piece !== '' || at === 0 || at === pieces.length - 1);
}

function fail(column: number, expected: string): never {
  throw searchError(column, `expected ${expected}`);
}

/** The refusal of a search, for those too who give its keys a meaning. */
export function searchError(column: number, what: string) {
  return reject('query_invalid', `column ${column}: ${what}`);
}
