/**
 * Expressions of the syntax tree as values of the plan: names looked up, types checked, what is constant worked out.
 * Everything that is not known here is refused with its place; nothing is passed on by its text.
 */
import type { Expr, ExprBinary, ExprCall, ExprCase, ExprCast, ExprUnary, PGNode } from 'pgsql-ast-parser';
import { RE2JS, RE2JSException } from 're2js';
import {
  AGGREGATES,
  type AggregateName,
  type ArgumentType,
  aggregateOf,
  FUNCTIONS,
  type FunctionName,
  functionOf,
  NS_OF,
} from '#server/query/plan/functions.ts';
import type { PlanValue, ValueType } from '#server/query/plan/select-plan.ts';
import { sqlError } from './sql-text.ts';
import { didYouMean } from './suggest-name.ts';

/** What names mean where an expression stands. */
export interface Scope {
  text: string;
  /** Nanoseconds since 1970. */
  now: bigint;
  /** The table, its alias, or the alias of the query in FROM. */
  qualifiers: readonly string[];
  column(name: string): PlanValue | undefined;
  /** The map behind a name and what makes an entry of it. */
  map(name: string): ((key: string) => PlanValue) | undefined;
  /** For suggestions. */
  names(): Iterable<string>;
  /** What the columns of the answer are called, where that may be used. */
  alias?(name: string): PlanValue | undefined;
  /** Aliases are looked for before columns. */
  aliasFirst?: boolean;
  /** Why there can be no aggregate here; undefined: there can. */
  noAggregates?: string;
  /** Nodes that the query may still become: aliases inside aliases grow. */
  budget: { nodes: number };
}

/** Parts of all expressions together. */
export const NODES_MAX = 3_000;
/** Expressions inside each other; AND, OR and || count once. The engine's own parser ends at 1,000. */
const DEPTH_MAX = 60;

const literal = (type: ValueType, value: string | number | boolean | bigint | null): PlanValue => ({
  is: 'literal',
  type,
  value,
});

export const TYPE_WORDS: Record<ValueType, string> = {
  text: 'a text',
  integer: 'a number',
  number: 'a number',
  time: 'a time',
  boolean: 'a condition',
  map: "a map: write it with a key, as in attributes['key']",
  list: 'a list',
  null: 'null',
};
const isNumber = (type: ValueType) => type === 'integer' || type === 'number';

export function planValue(scope: Scope, expr: Expr): PlanValue {
  return new ValuePlanner(scope).value(expr);
}

/** Must be a condition. */
export function planCondition(scope: Scope, expr: Expr, what: string): PlanValue {
  const value = planValue(scope, expr);
  if (value.type === 'boolean') return value;
  throw fail(scope, expr, `expected a condition behind ${what}; this is ${TYPE_WORDS[value.type]}`);
}

export const placeOf = (node: PGNode | undefined | null) => node?._location?.start ?? 0;
const fail = (scope: Scope, node: PGNode, what: string) => sqlError(scope.text, placeOf(node), what);

class ValuePlanner {
  readonly #scope: Scope;
  #depth = 0;
  #insideAggregate = false;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  value(expr: Expr): PlanValue {
    if (++this.#depth > DEPTH_MAX) this.#fail(expr, `at most ${DEPTH_MAX} expressions inside each other`);
    const value = this.#counted(expr, this.#value(expr));
    this.#depth -= 1;
    return value;
  }

  #value(expr: Expr): PlanValue {
    switch (expr.type) {
      case 'ref':
        return this.#reference(expr.name, expr.table?.name, expr);
      case 'integer':
        if (!Number.isSafeInteger(expr.value))
          this.#fail(expr, 'this integer has more digits than are counted with (2^53); compare it as a text');
        return literal('integer', expr.value);
      case 'numeric':
        if (!Number.isFinite(expr.value)) this.#fail(expr, 'this number is too large');
        return literal('number', expr.value);
      case 'string':
        return literal('text', expr.value);
      case 'boolean':
        return literal('boolean', expr.value);
      case 'null':
        return literal('null', null);
      case 'keyword':
        if (expr.keyword === 'current_timestamp') return literal('time', this.#scope.now);
        if (expr.keyword === 'user') return this.#reference('user', undefined, expr);
        return this.#fail(expr, `${expr.keyword.toUpperCase()} is not supported`);
      case 'arrayIndex':
        return this.#entry(expr.array, expr.index, expr);
      case 'member':
        return this.#entry(expr.operand, { type: 'string', value: String(expr.member) }, expr);
      case 'unary':
        return this.#unary(expr);
      case 'binary':
        return this.#binary(expr);
      case 'ternary': {
        const [low, high] = [
          this.#compare('greaterOrEqual', expr.value, expr.lo),
          this.#compare('lessOrEqual', expr.value, expr.hi),
        ];
        const both = this.#operator('and', 'boolean', low, high);
        return expr.op === 'BETWEEN' ? both : this.#operator('not', 'boolean', both);
      }
      case 'case':
        return this.#case(expr);
      case 'cast':
        return this.#cast(expr);
      case 'call':
        return this.#call(expr);
      case 'extract':
        return this.#extractField(expr.field.name, expr.from, expr);
      case 'substring':
        return this.#function(
          'substring',
          [expr.value, expr.from ?? one, ...(expr.for ? [expr.for] : [])],
          expr,
        );
      case 'list':
        return this.#fail(expr, 'a list can stand behind IN only');
      case 'select':
      case 'union':
      case 'union all':
      case 'values':
      case 'with':
      case 'with recursive':
      case 'array select':
        return this.#fail(expr, 'a query can stand in FROM only, not in an expression');
      case 'parameter':
        return this.#fail(expr, 'there are no placeholders here: write the value');
      default:
        return this.#fail(expr, `${expr.type} is not supported`);
    }
  }

  #reference(name: string, qualifier: string | undefined, node: PGNode): PlanValue {
    const scope = this.#scope;
    if (name === '*') this.#fail(node, '* can stand alone behind SELECT and in count(*) only');
    const written = this.#written(name, node);
    if (qualifier !== undefined && !scope.qualifiers.includes(qualifier.toLowerCase())) {
      // attributes.key is attributes['key'].
      const entry = scope.map(qualifier)?.(written);
      if (entry) return entry;
      this.#fail(node, `there is no table "${qualifier}" in this query`);
    }
    const alias = qualifier === undefined ? scope.alias?.(name) : undefined;
    const column = scope.column(name);
    // Another name of a column gives way to what the query itself calls so.
    const isItsName = column && (column.is !== 'column' || column.name === name.toLowerCase());
    const value = isItsName && !scope.aliasFirst ? column : (alias ?? column);
    if (!value)
      this.#fail(
        node,
        `there is no column "${written}"${didYouMean(name, scope.names()) || "; what a sender named is found as attributes['name']"}`,
      );
    this.#spend(node, sizeOf(value));
    return value;
  }

  /** A name as it stands in the text: the parser has it in lower case. */
  #written(name: string, node: PGNode): string {
    const piece = this.#scope.text.slice(node._location?.start ?? 0, node._location?.end ?? 0);
    const last = /(\w+)\s*$/.exec(piece)?.[1];
    return last?.toLowerCase() === name ? last : name;
  }

  #entry(map: Expr, key: Expr, node: PGNode): PlanValue {
    const entry = map.type === 'ref' ? this.#scope.map(map.name) : undefined;
    if (!entry) this.#fail(map, 'expected a map such as attributes before the [');
    if (key.type !== 'string') this.#fail(key, "expected a key in quotes, as in attributes['key']");
    if (key.value === '') this.#fail(node, 'expected the name of a key');
    return entry(key.value);
  }

  #unary(expr: ExprUnary): PlanValue {
    const of = this.value(expr.operand);
    switch (expr.op) {
      case 'NOT':
        this.#want(of, 'boolean', expr.operand, 'NOT');
        return this.#operator('not', 'boolean', of);
      case 'IS NULL':
        return this.#isMissing(of);
      case 'IS NOT NULL':
        return this.#operator('not', 'boolean', this.#isMissing(of));
      case 'IS TRUE':
      case 'IS NOT FALSE':
      case 'IS FALSE':
      case 'IS NOT TRUE': {
        this.#want(of, 'boolean', expr.operand, expr.op);
        const wanted = literal('boolean', expr.op.endsWith('TRUE'));
        const isWanted = this.#operator('equal', 'boolean', of, wanted);
        const [present, absent] = [
          this.#operator('not', 'boolean', this.#operator('isNull', 'boolean', of)),
          this.#operator('isNull', 'boolean', of),
        ];
        return expr.op.includes('NOT')
          ? this.#operator('or', 'boolean', absent, this.#operator('not', 'boolean', isWanted))
          : this.#operator('and', 'boolean', present, isWanted);
      }
      case '-':
        return this.#operator(
          'negate',
          this.#asNumber(of, expr.operand, '-').type,
          this.#asNumber(of, expr.operand, '-'),
        );
      case '+':
        return this.#asNumber(of, expr.operand, '+');
      default:
        return this.#fail(expr, `${expr.op} is not supported`);
    }
  }

  /** A text that was not sent is stored as the empty one. */
  #isMissing = (of: PlanValue) => this.#operator(of.type === 'text' ? 'isNullText' : 'isNull', 'boolean', of);

  #binary(expr: ExprBinary): PlanValue {
    switch (expr.op) {
      case 'AND':
      case 'OR': {
        const parts = chain(expr, expr.op).map((part) => {
          const value = this.value(part);
          this.#want(value, 'boolean', part, expr.op);
          return value;
        });
        return this.#operator(expr.op === 'AND' ? 'and' : 'or', 'boolean', ...parts);
      }
      case '||':
        return this.#function('concat', chain(expr, '||'), expr);
      case '=':
        return this.#compare('equal', expr.left, expr.right);
      case '!=':
        return this.#compare('unequal', expr.left, expr.right);
      case '<':
        return this.#compare('less', expr.left, expr.right);
      case '<=':
        return this.#compare('lessOrEqual', expr.left, expr.right);
      case '>':
        return this.#compare('greater', expr.left, expr.right);
      case '>=':
        return this.#compare('greaterOrEqual', expr.left, expr.right);
      case 'LIKE':
      case 'ILIKE':
        return this.#like(expr);
      case 'NOT LIKE':
      case 'NOT ILIKE':
        return this.#operator('not', 'boolean', this.#like(expr));
      case '~':
      case '~*':
        return this.#matches(expr);
      case '!~':
      case '!~*':
        return this.#operator('not', 'boolean', this.#matches(expr));
      case 'IN':
        return this.#in(expr);
      case 'NOT IN':
        return this.#operator('not', 'boolean', this.#in(expr));
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return this.#arithmetic(expr);
      default:
        return this.#fail(expr, `the operator ${expr.op} is not supported`);
    }
  }

  #compare(
    name: 'equal' | 'unequal' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual',
    left: Expr,
    right: Expr,
  ) {
    const [a, b] = this.#alike([this.value(left), this.value(right)], [left, right], 'compared');
    return this.#operator(name, 'boolean', a!, b!);
  }

  /**
   * Values of one type: a text beside a number counts as the number it spells, a literal beside a time as the time.
   */
  #alike(values: PlanValue[], nodes: readonly Expr[], what: string): PlanValue[] {
    const types = new Set(values.map(({ type }) => type).filter((type) => type !== 'null'));
    for (const [at, { type }] of values.entries())
      if (type === 'map' || type === 'list') this.#fail(nodes[at]!, `this is ${TYPE_WORDS[type]}`);
    if (types.size <= 1) return values;
    if (types.has('time'))
      return values.map((value, at) =>
        value.type === 'time' || value.type === 'null' ? value : this.#asTime(value, nodes[at]!),
      );
    if (types.has('boolean')) {
      const odd = values.findIndex(({ type }) => type !== 'boolean' && type !== 'null');
      this.#fail(nodes[odd]!, `a condition cannot be ${what} with ${TYPE_WORDS[values[odd]!.type]}`);
    }
    if (what === 'compared')
      return values.map((value, at) =>
        value.type === 'null' ? value : this.#asNumber(value, nodes[at]!, what),
      );
    const text = values.findIndex(({ type }) => type === 'text');
    if (text >= 0)
      this.#fail(nodes[text]!, 'a text and a number cannot be results of one expression: cast one of them');
    return values.map((value) =>
      value.type === 'integer' ? this.#operator('asNumber', 'number', value) : value,
    );
  }

  #asTime(value: PlanValue, node: Expr): PlanValue {
    if (value.is === 'literal' && value.type === 'text') {
      const ns = timeOfText(String(value.value));
      if (ns === undefined)
        this.#fail(node, `expected a time such as '2026-05-10 12:00:00' or now() - INTERVAL 1 HOUR`);
      return literal('time', ns);
    }
    if (value.type === 'time') return value;
    return this.#fail(
      node,
      `a time cannot be compared with ${TYPE_WORDS[value.type]}; write it as '2026-05-10 12:00'`,
    );
  }

  #asNumber(value: PlanValue, node: Expr, what: string): PlanValue {
    if (isNumber(value.type) || value.type === 'null') return value;
    if (value.type !== 'text')
      this.#fail(node, `"${what}" takes a number; this is ${TYPE_WORDS[value.type]}`);
    if (value.is !== 'literal') return this.#operator('parseNumber', 'number', value);
    const number = Number(value.value);
    if (String(value.value).trim() === '' || !Number.isFinite(number)) this.#fail(node, 'expected a number');
    return literal('number', number);
  }

  #arithmetic(expr: ExprBinary): PlanValue {
    const interval = intervalOf(expr.right);
    const left = this.value(expr.left);
    if (interval !== undefined && (expr.op === '+' || expr.op === '-')) {
      const time = left.type === 'time' ? left : this.#asTime(left, expr.left);
      const ns = expr.op === '+' ? interval : -interval;
      if (time.is === 'literal') return literal('time', (time.value as bigint) + ns);
      return this.#operator('shift', 'time', time, literal('integer', this.#nanoseconds(ns, expr.right)));
    }
    const right = this.value(expr.right);
    if (left.type === 'time' && right.type === 'time' && expr.op === '-')
      return this.#operator('secondsBetween', 'number', left, right);
    if (left.type === 'time' || right.type === 'time')
      this.#fail(expr, 'to a time only an interval can be added, as in timestamp - INTERVAL 1 HOUR');
    const [a, b] = [this.#asNumber(left, expr.left, expr.op), this.#asNumber(right, expr.right, expr.op)];
    const whole = a.type === 'integer' && b.type === 'integer';
    const name = ({ '+': 'plus', '-': 'minus', '*': 'times', '/': 'divide', '%': 'modulo' } as const)[
      expr.op as '+' | '-' | '*' | '/' | '%'
    ];
    // Of integers of every size the engine makes the same: 64 bits with a sign.
    const made = whole && name !== 'divide' ? 'integer' : 'number';
    const as = (of: PlanValue) => (made === 'integer' ? this.#operator('asInteger', 'integer', of) : of);
    return this.#operator(name, made, as(a), as(b));
  }

  /** An integer that JavaScript and the engine hold exactly: 104 days. */
  #nanoseconds(ns: bigint, node: Expr): number {
    const number = Number(ns);
    if (!Number.isSafeInteger(number)) this.#fail(node, 'an interval beside a column has at most 104 days');
    return number;
  }

  #like(expr: ExprBinary): PlanValue {
    const of = this.#asText(this.value(expr.left), expr.left, 'LIKE');
    if (expr.right.type !== 'string') this.#fail(expr.right, 'expected a pattern in quotes behind LIKE');
    const name = expr.op.endsWith('ILIKE') ? 'ilike' : 'like';
    return this.#operator(
      name,
      'boolean',
      of,
      literal('text', this.#likePattern(expr.right.value, expr.right)),
    );
  }

  /** A backslash makes % and _ ordinary, and itself. */
  #likePattern(pattern: string, node: Expr): string {
    if (/(?<!\\)(?:\\\\)*\\$/.test(pattern))
      this.#fail(node, 'expected %, _ or \\ behind the last \\ of the pattern');
    return pattern.replaceAll(/\\([\s\S])/g, (_, one: string) => (/[%_\\]/.test(one) ? `\\${one}` : one));
  }

  #matches(expr: ExprBinary): PlanValue {
    const of = this.#asText(this.value(expr.left), expr.left, expr.op);
    return this.#operator(
      'match',
      'boolean',
      of,
      this.#pattern(expr.right, expr.op.endsWith('*') ? 'i' : ''),
    );
  }

  #pattern(node: Expr, flags = ''): PlanValue {
    if (node.type !== 'string') this.#fail(node, 'expected a regular expression in quotes');
    try {
      RE2JS.compile(node.value);
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error;
      this.#fail(node, `this is no regular expression of RE2: ${error.message}`);
    }
    // The engine lets the dot match line breaks unless it is told not to.
    return literal('text', `(?${flags}-s:${node.value})`);
  }

  #in(expr: ExprBinary): PlanValue {
    const nodes = expr.right.type === 'list' ? expr.right.expressions : [expr.right];
    const of = this.value(expr.left);
    const values = nodes.map((node) => this.value(node));
    for (const [at, value] of values.entries())
      if (value.is !== 'literal') this.#fail(nodes[at]!, 'expected values behind IN, as in IN (1, 2)');
    const present = values.filter(({ type }) => type !== 'null');
    if (present.length !== values.length) this.#fail(expr.right, 'null is equal to nothing: write IS NULL');
    return this.#operator(
      'in',
      'boolean',
      ...this.#alike([of, ...values], [expr.left, ...nodes], 'compared'),
    );
  }

  #case(expr: ExprCase): PlanValue {
    const conditions = expr.whens.map(({ when }) => {
      if (expr.value) return this.#compare('equal', expr.value, when);
      const condition = this.value(when);
      this.#want(condition, 'boolean', when, 'WHEN');
      return condition;
    });
    const nodes = [...expr.whens.map(({ value }) => value), expr.else ?? NULL_NODE];
    const values = this.#alike(
      nodes.map((node) => this.value(node)),
      nodes,
      'mixed',
    );
    return this.#branches(conditions, values);
  }

  #branches(conditions: readonly PlanValue[], values: readonly PlanValue[]): PlanValue {
    const type = typeOfAll(values);
    // Integers of different sizes have no type in common that the engine would find.
    const branches =
      type === 'integer'
        ? values.map((one) => (one.type === 'integer' ? this.#operator('asInteger', 'integer', one) : one))
        : values;
    const of = conditions.flatMap((condition, at) => [condition, branches[at]!]);
    return this.#operator('caseWhen', type, ...of, branches.at(-1)!);
  }

  #cast(expr: ExprCast): PlanValue {
    const name = 'name' in expr.to && typeof expr.to.name === 'string' ? expr.to.name.toLowerCase() : '';
    if (name === 'interval') this.#fail(expr, 'an interval can only be added to a time or taken from it');
    const of = this.value(expr.operand);
    const to = TYPES.get(name);
    if (!to)
      this.#fail(expr, `there is no type "${name}"; there are text, integer, float, boolean and timestamp`);
    return this.#castTo(of, to, expr.operand);
  }

  #castTo(of: PlanValue, to: ValueType, node: Expr): PlanValue {
    if (of.type === to || of.type === 'null') return of;
    if (of.type === 'map' || of.type === 'list') this.#fail(node, `this is ${TYPE_WORDS[of.type]}`);
    if (to === 'text')
      return this.#operator(of.type === 'boolean' ? 'printBoolean' : 'printText', 'text', of);
    if (to === 'time') {
      if (of.type !== 'text') this.#fail(node, `${TYPE_WORDS[of.type]} cannot be made a time`);
      return of.is === 'literal' ? this.#asTime(of, node) : this.#operator('parseTime', 'time', of);
    }
    if (of.type === 'time' || to === 'boolean')
      this.#fail(node, `${TYPE_WORDS[of.type]} cannot be made ${TYPE_WORDS[to]}`);
    if (of.type === 'boolean') {
      const whole = this.#operator('asInteger', 'integer', of);
      return to === 'integer' ? whole : this.#operator('asNumber', 'number', whole);
    }
    if (of.type === 'text') return this.#operator(to === 'integer' ? 'parseInteger' : 'parseNumber', to, of);
    return to === 'integer'
      ? this.#operator('truncate', 'integer', of)
      : this.#operator('asNumber', 'number', of);
  }

  #call(expr: ExprCall): PlanValue {
    const name = expr.function.name.toLowerCase();
    if (expr.function.schema) this.#fail(expr.function, 'a function has no schema here');
    if (expr.over) this.#fail(expr, 'OVER is not supported');
    if (expr.orderBy || expr.withinGroup) this.#fail(expr, 'ORDER BY inside a function is not supported');
    const [plain, isIf] = AGGREGATE_NAMES.has(name)
      ? [name, false]
      : [name.replace(/if$/, ''), name.endsWith('if')];
    const aggregate = AGGREGATE_NAMES.get(plain);
    if (aggregate && (!isIf || name !== 'if')) return this.#aggregate(aggregate, isIf, expr);
    if (expr.filter || expr.distinct) this.#fail(expr, `${name} is no aggregate`);
    return this.#plainCall(name, expr);
  }

  #plainCall(name: string, expr: ExprCall): PlanValue {
    const [first, second] = expr.args;
    switch (name) {
      case 'position':
        // position('x' IN body)
        if (expr.args.length === 1 && first?.type === 'binary' && first.op === 'IN')
          return this.#function('position', [first.right, first.left], expr);
        break;
      case 'now':
        if (expr.args.length > 0) this.#fail(expr, 'now takes nothing');
        return literal('time', this.#scope.now);
      case 'date_trunc': {
        const unit = first?.type === 'string' ? first.value.toLowerCase() : '';
        const start = DATE_TRUNC.get(unit);
        if (!start || !second || expr.args.length !== 2)
          this.#fail(
            expr,
            `date_trunc takes a unit in quotes (${[...DATE_TRUNC.keys()].join(', ')}) and a time`,
          );
        return this.#function(start, [second], expr);
      }
      case 'tostartofinterval': {
        const interval = second && intervalOf(second);
        if (!first || interval === undefined || interval <= 0n || expr.args.length !== 2)
          this.#fail(expr, 'toStartOfInterval takes a time and an interval, as in INTERVAL 5 MINUTE');
        const time = this.#argument('time', first, name);
        // Spans of whole weeks begin on a Monday.
        const operator = interval % NS_OF.week === 0n ? 'startOfWeeks' : 'startOfInterval';
        return this.#operator(operator, 'time', time, literal('integer', this.#nanoseconds(interval, expr)));
      }
      case 'date_part':
        if (first?.type === 'string' && second) return this.#extractField(first.value, second, expr);
        break;
      case 'tostring':
      case 'tofloat64':
      case 'tofloat64ornull':
      case 'toint64':
      case 'toint64ornull':
        if (expr.args.length !== 1) this.#fail(expr, `${name} takes one value`);
        return this.#castTo(
          this.value(first!),
          name === 'tostring' ? 'text' : name.startsWith('tofloat') ? 'number' : 'integer',
          first!,
        );
    }
    const known = FUNCTION_NAMES.get(SYNONYMS[name] ?? name);
    if (!known)
      this.#fail(
        expr.function,
        `there is no function "${name}"${didYouMean(name, [...Object.keys(FUNCTIONS), ...Object.keys(AGGREGATES)])}`,
      );
    return this.#function(known, expr.args, expr);
  }

  #extractField(name: string, from: Expr, node: PGNode): PlanValue {
    const known = PARTS.get(name.toLowerCase());
    if (!known) this.#fail(node, `expected one of ${[...PARTS.keys()].join(', ')} in EXTRACT`);
    return this.#function(known, [from], node);
  }

  #function(name: FunctionName, args: readonly Expr[], node: PGNode): PlanValue {
    const spec = functionOf(name);
    const least = spec.takes.length - (spec.optional ?? 0);
    if (args.length < least || (!spec.isOpen && args.length > spec.takes.length))
      this.#fail(
        node,
        `${name} takes ${spec.isOpen ? `${least} arguments or more` : argumentsOf(least, spec.takes.length)}`,
      );
    if (name === 'multiIf' || name === 'if') return this.#multiIf(args, node, name);
    const takes = (at: number) => spec.takes[Math.min(at, spec.takes.length - 1)]!;
    let of = args.map((arg, at) => this.#argument(takes(at), arg, name));
    if (spec.takes.includes('same')) of = this.#alike(of, args, 'mixed');
    if (
      name === 'round' &&
      args[1] &&
      !(args[1].type === 'integer' && args[1].value >= 0 && args[1].value <= 12)
    )
      this.#fail(args[1], 'expected a number of digits from 0 to 12');
    if (name === 'replace' && of[1]!.is === 'literal' && of[1]!.value === '')
      this.#fail(args[1]!, 'expected the text that is replaced');
    const same = typeOfAll(of);
    if (name === 'coalesce' || name === 'greatest' || name === 'least') {
      if (same === 'integer') of = of.map((one) => this.#operator('asInteger', 'integer', one));
      if (name === 'coalesce' && same === 'text') of = of.map((one) => this.#operator('sent', 'text', one));
    }
    const gives = spec.gives === 'same' ? same : spec.gives === 'first' ? of[0]!.type : spec.gives;
    return { is: 'call', type: gives, name, of };
  }

  #multiIf(args: readonly Expr[], node: PGNode, name: string): PlanValue {
    if (args.length % 2 === 0)
      this.#fail(node, `${name} takes conditions with their values, and a value for otherwise`);
    const isCondition = (at: number) => at % 2 === 0 && at < args.length - 1;
    const conditions = args
      .filter((_, at) => isCondition(at))
      .map((arg) => this.#argument('boolean', arg, name));
    const nodes = args.filter((_, at) => !isCondition(at));
    return this.#branches(
      conditions,
      this.#alike(
        nodes.map((arg) => this.value(arg)),
        nodes,
        'mixed',
      ),
    );
  }

  #argument(type: ArgumentType, node: Expr, name: string): PlanValue {
    if (type === 'pattern') return this.#pattern(node);
    if (type === 'literal') {
      if (node.type !== 'string') this.#fail(node, `${name} takes a text in quotes here`);
      return literal('text', node.value);
    }
    const value = this.value(node);
    switch (type) {
      case 'number':
        return this.#asNumber(value, node, name);
      case 'time':
        return value.type === 'time' ? value : this.#asTime(value, node);
      case 'text':
        return this.#asText(value, node, name);
      case 'boolean':
        this.#want(value, 'boolean', node, name);
        return value;
      default:
        return value;
    }
  }

  /** Numbers and times are texts where texts are put together, and only there. */
  #asText(value: PlanValue, node: Expr, name: string): PlanValue {
    if (value.type === 'text' || value.type === 'null') return value;
    if (name === 'concat' && value.type !== 'map' && value.type !== 'list')
      return this.#castTo(value, 'text', node);
    return this.#fail(node, `"${name}" takes a text; this is ${TYPE_WORDS[value.type]}`);
  }

  #aggregate(name: AggregateName, isIf: boolean, expr: ExprCall): PlanValue {
    const spec = aggregateOf(name);
    if (this.#scope.noAggregates) this.#fail(expr, this.#scope.noAggregates);
    if (this.#insideAggregate) this.#fail(expr, 'an aggregate cannot stand inside another');
    this.#insideAggregate = true;
    let args = expr.args.filter((arg) => !(arg.type === 'ref' && arg.name === '*' && name === 'count'));
    let where = expr.filter
      ? planCondition({ ...this.#scope, noAggregates: NOT_INSIDE }, expr.filter, 'WHERE')
      : undefined;
    if (isIf) {
      const condition = args.at(-1);
      if (!condition || where) this.#fail(expr, `${name}If takes its condition as the last argument`);
      where = this.#argument('boolean', condition, `${name}If`);
      args = args.slice(0, -1);
    }
    let parameter: number | undefined;
    if (spec.parameter) [parameter, args] = this.#parameter(name, spec.parameter, args, expr);
    const least = spec.takes.length - (spec.optional ?? 0);
    if (args.length < least || args.length > spec.takes.length)
      this.#fail(
        expr,
        `${name} takes ${argumentsOf(least, spec.takes.length)}${spec.parameter ? ` and ${spec.parameter.says}` : ''}`,
      );
    if (expr.distinct === 'distinct' && (name !== 'count' || args.length === 0))
      this.#fail(expr, 'DISTINCT can stand in count(DISTINCT value) only');
    const of = args.map((arg, at) => this.#aggregated(spec.takes[at]!, arg, name));
    this.#insideAggregate = false;
    const distinct: AggregateName = expr.distinct === 'distinct' ? 'uniqExact' : name;
    const first = of[0];
    const type = spec.gives === 'first' ? first!.type : spec.gives;
    return {
      is: 'aggregate',
      type: name === 'sum' && type !== 'integer' ? 'number' : type,
      name: distinct,
      of,
      ...(parameter === undefined ? {} : { parameter }),
      ...(where ? { where } : {}),
    };
  }

  /** A text that was not sent counts as none. */
  #aggregated(takes: 'any' | 'number' | 'comparable', node: Expr, name: string): PlanValue {
    const value = takes === 'number' ? this.#argument('number', node, name) : this.value(node);
    if (value.type === 'map' || value.type === 'list') this.#fail(node, `this is ${TYPE_WORDS[value.type]}`);
    if (value.type === 'null') this.#fail(node, `${name} of null says nothing`);
    return value.type === 'text' ? this.#operator('sent', 'text', value) : value;
  }

  #parameter(
    name: AggregateName,
    { says, from, to, isWhole, otherwise }: NonNullable<ReturnType<typeof aggregateOf>['parameter']>,
    args: readonly Expr[],
    node: PGNode,
  ): [number, Expr[]] {
    const at = args.findIndex(({ type }) => type === 'numeric' || type === 'integer');
    const given = args[at] as { value: number } | undefined;
    if (!given && otherwise !== undefined) return [otherwise, [...args]];
    if (!given || given.value < from || given.value > to || (isWhole && !Number.isInteger(given.value)))
      this.#fail(args[at] ?? node, `${name} takes ${says}`);
    return [given.value, args.filter((_, other) => other !== at)];
  }

  #operator(name: FunctionName, type: ValueType, ...of: PlanValue[]): PlanValue {
    return { is: 'call', type, name, of };
  }

  #want(value: PlanValue, type: ValueType, node: Expr, what: string): void {
    if (value.type !== type && value.type !== 'null')
      this.#fail(node, `${what} takes ${TYPE_WORDS[type]}; this is ${TYPE_WORDS[value.type]}`);
    if (value.type === 'null') this.#fail(node, `${what} takes ${TYPE_WORDS[type]}; null is none`);
  }

  #counted(node: PGNode, value: PlanValue): PlanValue {
    this.#spend(node, 1);
    return value;
  }

  #spend(node: PGNode, nodes: number): void {
    this.#scope.budget.nodes -= nodes;
    if (this.#scope.budget.nodes < 0)
      this.#fail(node, `with its aliases written out the query has more than ${NODES_MAX} parts`);
  }

  #fail(node: PGNode, what: string): never {
    throw fail(this.#scope, node, what);
  }
}

const NOT_INSIDE = 'an aggregate cannot stand inside another';
const NULL_NODE: Expr = { type: 'null' };
const one: Expr = { type: 'integer', value: 1 };

function argumentsOf(least: number, most: number): string {
  const count = least === most ? String(most) : `${least} to ${most}`;
  return most === 0 ? 'no arguments' : `${count} argument${most === 1 ? '' : 's'}`;
}

/** Left and right of the same operator again and again, without going deep. */
function chain(expr: ExprBinary, op: string): Expr[] {
  const parts: Expr[] = [];
  const left: Expr[] = [expr];
  while (left.length > 0) {
    const part = left.pop()!;
    if (part.type === 'binary' && part.op === op) left.push(part.right, part.left);
    else parts.push(part);
  }
  return parts;
}

function typeOfAll(values: readonly PlanValue[]): ValueType {
  const types = values.map(({ type }) => type).filter((type) => type !== 'null');
  if (types.includes('number')) return 'number';
  return types[0] ?? 'null';
}

/** Nodes of a value. */
function sizeOf(value: PlanValue): number {
  if (value.is !== 'call' && value.is !== 'aggregate') return 1;
  const where = value.is === 'aggregate' && value.where ? sizeOf(value.where) : 0;
  return value.of.reduce((sum, part) => sum + sizeOf(part), 1 + where);
}

/** Nanoseconds of `INTERVAL '5 minutes'`. */
function intervalOf(expr: Expr): bigint | undefined {
  if (expr.type !== 'cast' || expr.operand.type !== 'string') return undefined;
  if (!('name' in expr.to) || expr.to.name !== 'interval') return undefined;
  const [, count, unit] =
    /^\s*(\d{1,9})\s*(second|minute|hour|day|week)s?\s*$/i.exec(expr.operand.value) ?? [];
  return count && unit ? BigInt(count) * NS_OF[unit.toLowerCase() as keyof typeof NS_OF] : undefined;
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

/** Nanoseconds since 1970; without a zone UTC. */
export function timeOfText(text: string): bigint | undefined {
  const [, day, minute = '00:00', second = '00', fraction = '', zone = 'Z'] = TIME.exec(text.trim()) ?? [];
  if (!day) return undefined;
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z';
  const ms = Date.parse(`${day}T${minute}:${second}${offset}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

const lowered = <Name extends string>(names: readonly Name[]): ReadonlyMap<string, Name> =>
  new Map(names.map((name) => [name.toLowerCase(), name]));
const FUNCTION_NAMES = lowered(Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[]);
const AGGREGATE_NAMES: ReadonlyMap<string, AggregateName> = new Map([
  ...lowered(Object.keys(AGGREGATES) as AggregateName[]),
  ['any_value', 'any'],
  ['mean', 'avg'],
  ['stddev_samp', 'stddev'],
  ['stddevsamp', 'stddev'],
]);
/** In lower case, as all names here. */
const SYNONYMS: Readonly<Record<string, string>> = {
  substr: 'substring',
  ifnull: 'coalesce',
  char_length: 'length',
  lengthutf8: 'length',
  lowerutf8: 'lower',
  upperutf8: 'upper',
  ceiling: 'ceil',
  replaceall: 'replace',
  regexp_extract: 'extract',
  starts_with: 'startswith',
  ends_with: 'endswith',
  strpos: 'position',
  log: 'ln',
};
const DATE_TRUNC: ReadonlyMap<string, FunctionName> = new Map([
  ['second', 'toStartOfSecond'],
  ['minute', 'toStartOfMinute'],
  ['hour', 'toStartOfHour'],
  ['day', 'toStartOfDay'],
  ['week', 'toStartOfWeek'],
  ['month', 'toStartOfMonth'],
  ['quarter', 'toStartOfQuarter'],
  ['year', 'toStartOfYear'],
] as const);
const PARTS: ReadonlyMap<string, FunctionName> = new Map([
  ['second', 'toSecond'],
  ['minute', 'toMinute'],
  ['hour', 'toHour'],
  ['day', 'toDayOfMonth'],
  ['isodow', 'toDayOfWeek'],
  ['month', 'toMonth'],
  ['year', 'toYear'],
  ['epoch', 'toUnixTimestamp'],
] as const);
const TYPES: ReadonlyMap<string, ValueType> = new Map([
  ...['text', 'varchar', 'char', 'string', 'character varying'].map((name) => [name, 'text'] as const),
  ...['int', 'integer', 'bigint', 'smallint', 'int4', 'int8', 'int32', 'int64', 'uint64', 'uint32'].map(
    (name) => [name, 'integer'] as const,
  ),
  ...[
    'float',
    'float4',
    'float8',
    'float32',
    'float64',
    'double',
    'double precision',
    'real',
    'numeric',
    'decimal',
  ].map((name) => [name, 'number'] as const),
  ...[
    'timestamp',
    'timestamptz',
    'datetime',
    'datetime64',
    'date',
    'timestamp without time zone',
    'timestamp with time zone',
  ].map((name) => [name, 'time'] as const),
  ...['bool', 'boolean'].map((name) => [name, 'boolean'] as const),
]);
