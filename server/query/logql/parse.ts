/**
 * LogQL: text in, tree out. One recursive descent per kind of expression, read top down:
 *
 *   query    := log | metric
 *   log      := selector stage* | "(" log ")" stage*
 *   metric   := unary (operator modifier? metric)*         by precedence, "^" from the right
 *   unary    := number | vector | label_replace | range aggregation | vector aggregation | "(" metric ")"
 *
 * Written by hand because the public grammars know neither precedence nor all stages. Keywords mean something only
 * where they can stand, so a label may have any name. Errors name line, column and what was expected.
 */
import {
  type BinaryExpr,
  type BinaryOperator,
  type Comparison,
  type Extraction,
  type Grouping,
  type LabelChoice,
  type LabelFilter,
  type LineFilter,
  type LineOperator,
  type LogExpr,
  type LogQl,
  type Matcher,
  type Matching,
  type MetricExpr,
  RANGE_OPERATIONS,
  type RangeExpr,
  type RangeOperation,
  type Stage,
  type Unwrap,
  VECTOR_OPERATIONS,
  type VectorExpr,
  type VectorOperation,
} from './ast.ts';
import { parseError } from './logql-error.ts';
import { type Token, tokensOf } from './tokens.ts';
import { readBytes, readDuration, readNumber } from './units.ts';
import { validate } from './validate.ts';

/** Characters; dashboards send some thousand. */
export const QUERY_LENGTH_MAX = 131_072;
/** Parentheses and functions inside each other. */
const DEPTH_MAX = 64;
/** Matchers, filters, stages and operands of one query. */
const TERMS_MAX = 1_000;

/** Throws the refusal `query_invalid`: `parse error at line L, col C: …`. */
export function parseLogQl(text: string): LogQl {
  if (text.length > QUERY_LENGTH_MAX)
    throw parseError(text, 0, `a query has at most ${QUERY_LENGTH_MAX} characters`);
  const query = new LogQlParser(text).query();
  validate(query);
  return query;
}

export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};
const LINE_OPERATORS: ReadonlySet<string> = new Set(['|=', '!=', '|~', '!~', '|>', '!>']);
const MATCHERS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);
const COMPARISONS: ReadonlySet<string> = new Set(['=', '==', '!=', '>', '>=', '<', '<=']);
const CONVERSIONS = ['bytes', 'duration', 'duration_seconds'] as const;
const WITH_PARAMETER: ReadonlySet<string> = new Set(['topk', 'bottomk', 'approx_topk']);

class LogQlParser {
  readonly #text: string;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  query(): LogQl {
    if (this.#tokens.length === 1) this.#fail('unexpected $end');
    const query = this.#beginsLog() ? this.#log() : this.#metric(1);
    if (this.#peek.kind !== 'end') this.#unexpected();
    return query;
  }

  /** Whether a selector follows, perhaps in parentheses. */
  #beginsLog(): boolean {
    let at = this.#at;
    while (this.#tokens[at]!.text === '(' && this.#tokens[at]!.kind === 'sign') at += 1;
    return this.#tokens[at]!.kind === 'sign' && this.#tokens[at]!.text === '{';
  }

  #log(): LogExpr {
    const log = this.#take('(') ? this.#nested(() => this.#closed(this.#log())) : this.#selector();
    const stages = [...log.stages];
    for (let stage = this.#stage(); stage; stage = this.#stage()) stages.push(stage);
    return { ...log, stages };
  }

  #selector(): LogExpr {
    const opened = this.#peek.at;
    this.#expect('{');
    const matchers: Matcher[] = [];
    while (!this.#take('}')) {
      matchers.push(this.#matcher());
      if (!this.#take(',') && !this.#sees('}')) this.#unexpected('"," or "}"');
    }
    if (matchers.length === 0)
      throw parseError(this.#text, opened + 1, 'syntax error: unexpected }, expecting IDENTIFIER');
    return { is: 'log', matchers, stages: [] };
  }

  #matcher(): Matcher {
    this.#countTerm();
    const name = this.#identifier();
    const operator = this.#peek.text;
    if (this.#peek.kind !== 'sign' || !MATCHERS.has(operator)) this.#unexpected('=, !=, =~ or !~');
    this.#next();
    return { name, operator: operator as Matcher['operator'], value: this.#string() };
  }

  /** Undefined where the pipeline ends. */
  #stage(): Stage | undefined {
    if (this.#peek.kind !== 'sign') return undefined;
    if (LINE_OPERATORS.has(this.#peek.text)) return this.#lineFilter();
    if (!this.#sees('|') || this.#isUnwrap()) return undefined;
    this.#next();
    return this.#namedStage();
  }

  #lineFilter(): LineFilter {
    const operator = this.#next().text as LineOperator;
    const any: LineFilter['any'] = [];
    do {
      this.#countTerm();
      if (this.#takeWord('ip')) {
        if (operator !== '|=' && operator !== '!=') this.#fail(`ip() can stand only after |= and !=`);
        this.#expect('(');
        any.push({ is: 'ip', value: this.#string() });
        this.#expect(')');
      } else any.push({ is: 'text', value: this.#string() });
    } while (this.#takeWord('or'));
    return { is: 'line', operator, any };
  }

  #namedStage(): Stage {
    this.#countTerm();
    // `| json != "x"` is a parser and a line filter, `| json = "x"` a label of that name.
    const after = this.#tokens[this.#at + 1]!;
    const isLabel = this.#isComparison(1) && !LINE_OPERATORS.has(after.text);
    const word = this.#peek.kind === 'identifier' && !isLabel ? this.#peek.text.toLowerCase() : '';
    switch (word) {
      case 'json':
        this.#next();
        return { is: 'json', extractions: this.#extractions() };
      case 'logfmt': {
        this.#next();
        const flags = this.#flags();
        return { is: 'logfmt', ...flags, extractions: this.#extractions() };
      }
      case 'pattern':
      case 'regexp':
        this.#next();
        return { is: word, pattern: this.#string() };
      case 'unpack':
      case 'decolorize':
        this.#next();
        return { is: word };
      case 'line_format':
        this.#next();
        return { is: 'line_format', template: this.#string() };
      case 'label_format':
        this.#next();
        return { is: 'label_format', formats: this.#list(() => this.#labelFormat()) };
      case 'drop':
      case 'keep':
        this.#next();
        return { is: word, labels: this.#list(() => this.#labelChoice()) };
      default:
        return { is: 'filter', filter: this.#labelFilter() };
    }
  }

  #flags(): { strict: boolean; keepEmpty: boolean } {
    const flags = { strict: false, keepEmpty: false };
    while (this.#peek.kind === 'flag') {
      const flag = this.#peek.text;
      if (flag === '--strict') flags.strict = true;
      else if (flag === '--keep-empty') flags.keepEmpty = true;
      else this.#unexpected('--strict or --keep-empty');
      this.#next();
    }
    return flags;
  }

  #extractions(): Extraction[] {
    if (this.#peek.kind !== 'identifier') return [];
    return this.#list(() => {
      const name = this.#identifier();
      return { name, expression: this.#take('=') ? this.#string() : name };
    });
  }

  #labelFormat(): { name: string; from?: string; template?: string } {
    const name = this.#identifier();
    this.#expect('=');
    return this.#peek.kind === 'string'
      ? { name, template: this.#string() }
      : { name, from: this.#identifier() };
  }

  #labelChoice(): LabelChoice {
    const operator = this.#tokens[this.#at + 1];
    const hasValue = this.#tokens[this.#at + 2]?.kind === 'string';
    if (operator?.kind !== 'sign' || !MATCHERS.has(operator.text) || !hasValue)
      return { name: this.#identifier() };
    const matcher = this.#matcher();
    return { name: matcher.name, matcher };
  }

  /** `or` binds least; `and`, a comma and nothing at all are the same. */
  #labelFilter(): LabelFilter {
    let left = this.#labelFilters();
    while (this.#takeWord('or')) left = { is: 'or', left, right: this.#labelFilters() };
    return left;
  }

  #labelFilters(): LabelFilter {
    let left = this.#oneLabelFilter();
    for (;;) {
      const isJoined = this.#takeWord('and') || this.#take(',');
      const follows = this.#sees('(') || (this.#peek.kind === 'identifier' && this.#isComparison(1));
      if (!isJoined && !follows) return left;
      left = { is: 'and', left, right: this.#oneLabelFilter() };
    }
  }

  #oneLabelFilter(): LabelFilter {
    this.#countTerm();
    if (this.#take('(')) return this.#nested(() => this.#closed(this.#labelFilter()));
    if (this.#peek.kind !== 'identifier') this.#unexpected('a stage or a label filter');
    if (!this.#isComparison(1)) {
      this.#next();
      this.#unexpected('a comparison');
    }
    const after = this.#tokens[this.#at + 2]!;
    if (after.kind === 'string') return { is: 'matcher', matcher: this.#matcher() };
    const name = this.#identifier();
    const written = this.#next().text;
    const operator = (written === '=' ? '==' : written) as Comparison;
    if (this.#takeWord('ip')) {
      if (operator !== '==' && operator !== '!=') this.#fail('ip() is compared with = or !=');
      this.#expect('(');
      const range = this.#string();
      this.#expect(')');
      return { is: 'ip', name, negated: operator === '!=', range };
    }
    return this.#quantity(name, operator);
  }

  #quantity(name: string, operator: Comparison): LabelFilter {
    const negative = this.#take('-');
    if (!negative) this.#take('+');
    const token = this.#peek;
    if (token.kind !== 'number') this.#unexpected('a string, a number, a duration or a size');
    this.#next();
    const sign = negative ? -1 : 1;
    const number = readNumber(token.text);
    if (number !== undefined) return { is: 'number', name, operator, value: sign * number };
    const duration = readDuration(token.text);
    if (!Number.isNaN(duration)) return { is: 'duration', name, operator, value: sign * duration };
    const bytes = readBytes(token.text);
    if (Number.isNaN(bytes))
      throw parseError(this.#text, token.at, `"${token.text}" is neither a number nor a duration nor a size`);
    return { is: 'bytes', name, operator, value: sign * bytes };
  }

  #metric(least: number): MetricExpr {
    return this.#nested(() => {
      let left = this.#unary();
      for (;;) {
        const operator = this.#binaryOperator();
        if (operator === undefined || PRECEDENCE[operator] < least) return left;
        const at = this.#next().at;
        const modifier = this.#modifier(operator, at);
        const right = this.#metric(operator === '^' ? PRECEDENCE[operator] : PRECEDENCE[operator] + 1);
        left = { is: 'binary', operator, ...modifier, left, right };
      }
    });
  }

  #binaryOperator(): BinaryOperator | undefined {
    const { kind, text } = this.#peek;
    const word = kind === 'identifier' ? text.toLowerCase() : kind === 'sign' ? text : '';
    return Object.hasOwn(PRECEDENCE, word) ? (word as BinaryOperator) : undefined;
  }

  #modifier(operator: BinaryOperator, at: number): Pick<BinaryExpr, 'bool' | 'matching'> {
    const bool = this.#takeWord('bool');
    if (bool && PRECEDENCE[operator] !== 3)
      throw parseError(this.#text, at, 'bool can stand only after a comparison');
    const on = this.#takeWord('on');
    if (!on && !this.#takeWord('ignoring')) return { bool };
    const matching: Matching = { on, labels: this.#labels() };
    const many = this.#takeWord('group_left') ? 'left' : this.#takeWord('group_right') ? 'right' : undefined;
    if (many === undefined) return { bool, matching };
    if (PRECEDENCE[operator] < 3)
      throw parseError(this.#text, at, `no grouping allowed for the set operation "${operator}"`);
    return {
      bool,
      matching: { ...matching, group: { many, include: this.#sees('(') ? this.#labels() : [] } },
    };
  }

  #unary(): MetricExpr {
    this.#countTerm();
    if (this.#sees('-') || this.#sees('+')) {
      const sign = this.#next().text === '-' ? -1 : 1;
      return { is: 'number', value: sign * this.#number() };
    }
    if (this.#peek.kind === 'number') return { is: 'number', value: this.#number() };
    if (this.#take('(')) return this.#closed(this.#metric(1));
    const word = this.#peek.kind === 'identifier' ? this.#peek.text.toLowerCase() : '';
    if ((RANGE_OPERATIONS as readonly string[]).includes(word)) return this.#range(word as RangeOperation);
    if ((VECTOR_OPERATIONS as readonly string[]).includes(word))
      return this.#aggregation(word as VectorOperation);
    if (word === 'vector') {
      this.#next();
      this.#expect('(');
      const sign = this.#take('-') ? -1 : 1;
      return this.#closed({ is: 'vector', value: sign * this.#number() } as const);
    }
    if (word === 'label_replace') return this.#labelReplace();
    return this.#unexpected('a selector, a number or a function');
  }

  #labelReplace(): MetricExpr {
    this.#next();
    this.#expect('(');
    const of = this.#metric(1);
    const [target, replacement, source, pattern] = [0, 1, 2, 3].map(() => {
      this.#expect(',');
      return this.#string();
    });
    return this.#closed({
      is: 'label_replace',
      of,
      target: target!,
      replacement: replacement!,
      source: source!,
      pattern: pattern!,
    } as const);
  }

  #aggregation(operation: VectorOperation): VectorExpr {
    this.#next();
    let grouping = this.#grouping();
    this.#expect('(');
    const aggregation: VectorExpr = { is: 'aggregation', operation, of: { is: 'number', value: 0 } };
    if (WITH_PARAMETER.has(operation)) {
      const { at } = this.#peek;
      const sign = this.#take('-') ? -1 : 1;
      aggregation.parameter = sign * this.#number();
      if (!Number.isInteger(aggregation.parameter) || aggregation.parameter <= 0)
        throw parseError(
          this.#text,
          at,
          `invalid parameter (must be greater than 0) ${operation}(${aggregation.parameter}`,
        );
      this.#expect(',');
    }
    aggregation.of = this.#metric(1);
    this.#expect(')');
    grouping ??= this.#grouping();
    return grouping ? { ...aggregation, grouping } : aggregation;
  }

  #grouping(): Grouping | undefined {
    const without = this.#takeWord('without');
    if (!without && !this.#takeWord('by')) return undefined;
    return { without, labels: this.#labels() };
  }

  #labels(): string[] {
    this.#expect('(');
    const labels: string[] = [];
    while (!this.#take(')')) {
      labels.push(this.#identifier());
      if (!this.#take(',') && !this.#sees(')')) this.#unexpected('"," or ")"');
    }
    return labels;
  }

  #range(operation: RangeOperation): RangeExpr {
    this.#next();
    this.#expect('(');
    const expr: RangeExpr = {
      is: 'range',
      operation,
      log: { is: 'log', matchers: [], stages: [] },
      range: 0n,
      offset: 0n,
    };
    if (operation === 'quantile_over_time') {
      const sign = this.#take('-') ? -1 : 1;
      expr.parameter = sign * this.#number();
      this.#expect(',');
    }
    this.#logRange(expr);
    if (expr.range <= 0n) this.#unexpected('a range such as [5m]');
    this.#expect(')');
    const grouping = this.#grouping();
    return grouping ? { ...expr, grouping } : expr;
  }

  /** The range may stand before or after the pipeline and the unwrap, inside or outside of parentheses. */
  #logRange(expr: RangeExpr): void {
    if (this.#take('('))
      this.#nested(() => {
        this.#logRange(expr);
        this.#expect(')');
      });
    else expr.log.matchers = this.#selector().matchers;
    for (;;) {
      const { at } = this.#peek;
      if (this.#take('[')) {
        if (expr.range !== 0n) throw parseError(this.#text, at, 'syntax error: a second range');
        expr.range = this.#duration();
        this.#expect(']');
        if (this.#takeWord('offset')) {
          const negative = this.#take('-');
          const offset = this.#duration();
          expr.offset = negative ? -offset : offset;
        }
      } else if (this.#isUnwrap()) {
        if (expr.unwrap) throw parseError(this.#text, at, 'syntax error: a second unwrap');
        expr.unwrap = this.#unwrap();
      } else {
        const stage = this.#stage();
        if (stage === undefined) return;
        if (expr.unwrap === undefined) expr.log.stages.push(stage);
        else if (stage.is === 'filter') expr.unwrap.filters.push(stage.filter);
        else throw parseError(this.#text, at, 'syntax error: only label filters can follow unwrap');
      }
    }
  }

  #isUnwrap(): boolean {
    const word = this.#tokens[this.#at + 1];
    return (
      this.#sees('|') &&
      word?.kind === 'identifier' &&
      word.text.toLowerCase() === 'unwrap' &&
      !this.#isComparison(2)
    );
  }

  #unwrap(): Unwrap {
    this.#next();
    this.#next();
    const word = this.#identifier();
    if (!this.#take('(')) return { label: word, filters: [] };
    const conversion = CONVERSIONS.find((name) => name === word.toLowerCase());
    if (conversion === undefined) {
      this.#at -= 2;
      this.#unexpected('bytes, duration or duration_seconds');
    }
    return this.#closed({ label: this.#identifier(), conversion, filters: [] });
  }

  #duration(): bigint {
    const token = this.#peek;
    const ns = token.kind === 'number' ? readDuration(token.text) : Number.NaN;
    if (Number.isNaN(ns)) this.#unexpected('a duration such as 5m');
    if (!Number.isSafeInteger(ns))
      throw parseError(this.#text, token.at, `the duration ${token.text} is too long`);
    this.#next();
    return BigInt(ns);
  }

  #number(): number {
    const token = this.#peek;
    const value = token.kind === 'number' ? readNumber(token.text) : undefined;
    if (value === undefined) this.#unexpected('a number');
    this.#next();
    return value;
  }

  #identifier(): string {
    if (this.#peek.kind !== 'identifier') this.#unexpected('IDENTIFIER');
    return this.#next().text;
  }

  #string(): string {
    if (this.#peek.kind !== 'string') this.#unexpected('STRING');
    return this.#next().text;
  }

  #list<T>(one: () => T): T[] {
    const list = [one()];
    while (this.#take(',')) list.push(one());
    return list;
  }

  #countTerm(): void {
    if (++this.#terms > TERMS_MAX) this.#fail(`a query has at most ${TERMS_MAX} terms`);
  }

  #nested<T>(inside: () => T): T {
    if (++this.#depth > DEPTH_MAX) this.#fail(`at most ${DEPTH_MAX} expressions inside each other`);
    const result = inside();
    this.#depth -= 1;
    return result;
  }

  #closed<T>(inside: T): T {
    this.#expect(')');
    return inside;
  }

  get #peek(): Token {
    return this.#tokens[this.#at]!;
  }

  #next(): Token {
    const token = this.#peek;
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #isComparison(ahead: number): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'sign' && (COMPARISONS.has(token.text) || MATCHERS.has(token.text));
  }

  #sees(sign: string): boolean {
    return this.#peek.kind === 'sign' && this.#peek.text === sign;
  }

  #take(sign: string): boolean {
    if (!this.#sees(sign)) return false;
    this.#next();
    return true;
  }

  #takeWord(word: string): boolean {
    if (this.#peek.kind !== 'identifier' || this.#peek.text.toLowerCase() !== word) return false;
    this.#next();
    return true;
  }

  #expect(sign: string): void {
    if (!this.#take(sign)) this.#unexpected(sign);
  }

  #unexpected(expected?: string): never {
    const { kind, text } = this.#peek;
    const found = kind === 'string' ? 'STRING' : kind === 'identifier' ? `IDENTIFIER ${text}` : text;
    return this.#fail(`unexpected ${found}${expected ? `, expecting ${expected}` : ''}`);
  }

  #fail(what: string): never {
    throw parseError(this.#text, this.#peek.at, `syntax error: ${what}`);
  }
}
