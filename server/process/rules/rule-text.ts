/**
 * How rules stand in a text: one a line, comments after `#`, arguments bare or in double quotes. Both kinds of rules are
 * read with the cursor of this file. Bounded, and never throws: a line with a problem makes no rule and says where it is.
 */
import { globProblem, matchesAnything } from './rule-glob.ts';

/** Characters of one text of rules: the longest lists known have some hundreds of lines. */
export const RULES_CHARS_MAX = 65_536;
/** Rules of one text. Every event is held against each. */
export const RULES_MAX = 500;
/** Characters of a line. */
const LINE_CHARS_MAX = 2_000;
/** Matchers of a rule. */
const MATCHERS_MAX = 20;
/** Stars of all patterns of one text: what each event may cost where every text is hostile, some tenths of a second. */
const STARS_MAX = 2_000;
/** Problems told of one text: whoever has more sees the others after the first ones are gone. */
const PROBLEMS_MAX = 50;

/** A place in the text, line and column counted from 1. */
export interface RuleProblem {
  line: number;
  column: number;
  message: string;
  /** A warning keeps nobody from saving. */
  isWarning: boolean;
}

export interface ReadRules<Rule> {
  rules: Rule[];
  /** In the order of the lines. */
  problems: RuleProblem[];
}

/** Where a rule stands, and its line as written. */
export interface RulePlace {
  line: number;
  text: string;
}

/** One part of what a rule asks of an event or a frame. */
export interface RuleMatcher<Key extends string = string> {
  key: Key;
  pattern: string;
  not: boolean;
}

/** Thrown at a place of a line, and caught by `readRuleLines`. */
export class RuleError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

export interface LineReader {
  cursor: Cursor;
  /** Stars of the patterns so far. */
  count: { stars: number };
  warn(at: number, message: string): void;
}

export function readRuleLines<Rule>(
  text: string,
  readLine: (reader: LineReader) => Omit<Rule, keyof RulePlace>,
): ReadRules<Rule & RulePlace> {
  const rules: (Rule & RulePlace)[] = [];
  const problems: RuleProblem[] = [];
  const count = { stars: 0 };
  const tell = (line: number, at: number, message: string, isWarning: boolean) => {
    if (problems.length < PROBLEMS_MAX) problems.push({ line, column: at + 1, message, isWarning });
  };
  if (text.length > RULES_CHARS_MAX) {
    tell(1, 0, `the rules are longer than ${RULES_CHARS_MAX} characters`, false);
    return { rules, problems };
  }
  for (const [index, whole] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    const cursor = new Cursor(whole);
    cursor.skipSpace();
    if (cursor.isAtEnd || cursor.peek() === '#') continue;
    try {
      if (whole.length > LINE_CHARS_MAX)
        throw new RuleError(LINE_CHARS_MAX, `the line is longer than ${LINE_CHARS_MAX} characters`);
      if (rules.length === RULES_MAX) throw new RuleError(0, `more than ${RULES_MAX} rules`);
      const rule = readLine({ cursor, count, warn: (at, message) => tell(line, at, message, true) });
      rules.push({ ...(rule as Rule), line, text: whole.trim() });
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      tell(line, error.at, error.message, false);
      if (rules.length === RULES_MAX) break;
    }
  }
  return { rules, problems };
}

/** A place in one line. */
export class Cursor {
  at = 0;
  readonly #line: string;

  constructor(line: string) {
    this.#line = line;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#line.length;
  }

  peek(length = 1): string {
    return this.#line.slice(this.at, this.at + length);
  }

  skipSpace(): void {
    while (/^[ \t]$/.test(this.peek())) this.at += 1;
  }

  /** Steps over the text when it is next. */
  take(text: string): boolean {
    if (this.peek(text.length) !== text) return false;
    this.at += text.length;
    return true;
  }

  /** What the expression, sticky, finds here; null: nothing. */
  match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.#line);
    if (found) this.at += found[0].length;
    return found;
  }

  problem(message: string, at = this.at): RuleError {
    return new RuleError(at, message);
  }

  /** In double quotes, in which `\` takes the next `"` or `\` and stays before anything else. */
  quoted(): string {
    const start = this.at;
    this.at += 1;
    let text = '';
    while (!this.isAtEnd && this.peek() !== '"') {
      if (this.peek() === '\\' && /["\\]/.test(this.peek(2).slice(1))) this.at += 1;
      text += this.peek();
      this.at += 1;
    }
    if (!this.take('"')) throw this.problem('the " is not closed', start);
    return text;
  }

  /** What is next, for a sentence. */
  next(): string {
    const word = /\S{1,30}/y;
    word.lastIndex = this.at;
    return word.exec(this.#line)?.[0] ?? 'the end of the line';
  }
}

const KEY = /"([\w.:-]+)"|[\w.-]+/y;

/** `error.type:Timeout*`, `!message:"*gone*"`, as many as stand there. */
export function readMatchers<Key extends string>(
  reader: LineReader,
  keyOf: (name: string) => Key | undefined,
  names: readonly string[],
  check: (matcher: RuleMatcher<Key>, at: number) => void,
  isEnd: () => boolean,
): RuleMatcher<Key>[] {
  const { cursor } = reader;
  const matchers: RuleMatcher<Key>[] = [];
  for (;;) {
    cursor.skipSpace();
    if (cursor.isAtEnd || isEnd()) return matchers;
    if (matchers.length === MATCHERS_MAX)
      throw cursor.problem(`more than ${MATCHERS_MAX} matchers in one rule`);
    const matcher = readMatcher(reader, keyOf, names);
    check(matcher.matcher, matcher.patternAt);
    matchers.push(matcher.matcher);
  }
}

export function readMatcher<Key extends string>(
  { cursor, count, warn }: LineReader,
  keyOf: (name: string) => Key | undefined,
  names: readonly string[],
): { matcher: RuleMatcher<Key>; patternAt: number } {
  const not = cursor.take('!');
  const start = cursor.at;
  const found = cursor.match(KEY);
  if (!found) throw cursor.problem(`expected a matcher such as ${names[0]}:, found ${cursor.next()}`);
  if (!cursor.take(':')) throw cursor.problem(`expected a : after ${found[0]}, found ${cursor.next()}`);
  const key = keyOf(found[1] ?? found[0]);
  if (key === undefined)
    throw cursor.problem(
      `${found[0]} is no matcher; there are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
      start,
    );
  const patternAt = cursor.at;
  const isQuoted = cursor.peek() === '"';
  const pattern = isQuoted ? cursor.quoted() : cursor.match(/\S+/y)?.[0];
  if (!pattern) throw cursor.problem(`expected what ${found[0]} should be`, patternAt);
  const problem = globProblem(pattern);
  const first = patternAt + (isQuoted ? 1 : 0);
  if (problem) throw cursor.problem(problem.message, first + problem.at);
  count.stars += pattern.split(/\*+/).length - 1;
  if (count.stars > STARS_MAX)
    throw cursor.problem(`more than ${STARS_MAX} stars in all rules together`, first);
  if (matchesAnything(pattern))
    warn(
      first,
      not ? `!${found[0]}:${pattern} matches nothing` : `${found[0]}:${pattern} matches everything`,
    );
  return { matcher: { key, pattern, not }, patternAt: first };
}

/** A person's yes and no. */
export function readYesNo(text: string): boolean | undefined {
  if (/^(?:1|yes|true)$/i.test(text)) return true;
  if (/^(?:0|no|false)$/i.test(text)) return false;
  return undefined;
}

export const FAMILIES: readonly string[] = ['javascript', 'native', 'other', 'all'];

/** Throws when the words of a list, such as `javascript,native`, are not among these. */
export function checkFamilies(cursor: Cursor, pattern: string, at: number): void {
  let start = at;
  for (const word of pattern.split(',')) {
    if (!FAMILIES.includes(word))
      throw cursor.problem(
        `${word || 'nothing'} is no family; there are javascript, native, other and all`,
        start,
      );
    start += word.length + 1;
  }
}
