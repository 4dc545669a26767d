/**
 * A SELECT of the syntax tree as one of the plan: the table, what its names mean in each clause, whether rows are
 * grouped, and the span of time that is read. Clauses that are not supported are refused by name.
 */
import type { Expr, From, OrderByStatement, SelectedColumn, SelectFromStatement } from 'pgsql-ast-parser';
import type { PlanRange } from '#server/query/plan/plan.ts';
import {
  isSameValue,
  type PlanOrder,
  type PlanValue,
  type SelectPlan,
} from '#server/query/plan/select-plan.ts';
import { findColumn, TABLE_NAMES, type TableName, tableOf } from '#server/query/plan/telemetry-tables.ts';
import { onlySelect } from './parse-sql.ts';
import { NODES_MAX, placeOf, planCondition, planValue, type Scope, TYPE_WORDS } from './plan-value.ts';
import { sqlError } from './sql-text.ts';
import { didYouMean } from './suggest-name.ts';

/** Rows of an answer that names no LIMIT. */
export const ROWS_DEFAULT = 1_000;
/** Rows an answer may have: what the engine's answer may hold, and more than people read. */
export const ROWS_MAX = 10_000;
const OFFSET_MAX = 1_000_000;
/** Columns of an answer. */
const COLUMNS_MAX = 100;
/** Queries in FROM inside each other. */
const QUERIES_MAX = 3;

export interface Question {
  text: string;
  /** Nanoseconds since 1970. */
  now: bigint;
  /** Read unless the query says which time it wants. */
  period: PlanRange;
}

export interface PlannedSelect {
  plan: SelectPlan;
  range: PlanRange;
  /** Whether the query named the time itself. */
  isRangeOfQuery: boolean;
  /** Whether the query itself said how many rows it wants. */
  hasLimit: boolean;
}

interface Planned extends PlannedSelect {
  qualifiers: string[];
}

export function planSelect(question: Question, statement: SelectFromStatement): PlannedSelect {
  const planned = planOne(question, statement, { nodes: NODES_MAX }, 1);
  const limit = planned.plan.limit ?? ROWS_DEFAULT;
  return { ...planned, plan: { ...planned.plan, limit } };
}

function planOne(
  question: Question,
  statement: SelectFromStatement,
  budget: Scope['budget'],
  depth: number,
): Planned {
  const { text } = question;
  if (depth > QUERIES_MAX)
    throw sqlError(text, placeOf(statement), `at most ${QUERIES_MAX} queries inside each other`);
  refuseOddClauses(text, statement);
  const source = sourceOf(question, statement, budget, depth);
  const rows = source.scope;
  const expanded = (statement.columns ?? []).flatMap((column) => columnsOf(rows, column));
  if (expanded.length === 0) throw sqlError(text, placeOf(statement), 'expected columns behind SELECT, or *');
  if (expanded.length > COLUMNS_MAX)
    throw sqlError(text, placeOf(statement), `at most ${COLUMNS_MAX} columns`);

  const aliases = new Map<string, PlanValue>();
  for (const { name, value, isNamed } of expanded)
    if (isNamed && !aliases.has(name)) aliases.set(name, value);
  const alias = (name: string) => aliases.get(name);
  const known = () => [...rows.names(), ...aliases.keys()];
  const withAliases: Scope = { ...rows, alias, names: known };

  const where = statement.where
    ? planCondition(
        { ...withAliases, noAggregates: 'an aggregate cannot stand in WHERE: write HAVING' },
        statement.where,
        'WHERE',
      )
    : undefined;
  if (where && hasAggregate(where))
    throw sqlError(text, placeOf(statement.where), 'an aggregate cannot stand in WHERE: write HAVING');
  const afterGroups: Scope = { ...withAliases, aliasFirst: true };
  const keys = statement.groupBy?.flatMap((expr) => keysOf(afterGroups, expr, expanded));
  const having = statement.having ? planCondition(afterGroups, statement.having, 'HAVING') : undefined;
  const orders = (statement.orderBy ?? []).map((order) => ({
    node: order,
    ...orderOf(afterGroups, order, expanded),
  }));

  const isGrouped =
    keys !== undefined ||
    having !== undefined ||
    expanded.some(({ value }) => hasAggregate(value)) ||
    orders.some(({ by }) => hasAggregate(by));
  if (isGrouped) {
    const check = (value: PlanValue, at: number) => refuseUngrouped(text, value, keys ?? [], at);
    for (const { value, at } of expanded) check(value, at);
    if (having) check(having, placeOf(statement.having));
    for (const { by, node } of orders) check(by, placeOf(node.by));
  }
  const distinct = statement.distinct === 'distinct';
  for (const { by, node } of distinct ? orders : [])
    if (!expanded.some(({ value }) => isSameValue(value, by)))
      throw sqlError(
        text,
        placeOf(node.by),
        'with DISTINCT rows can be ordered by columns of the answer only',
      );

  const range = source.range(where);
  const limit = wholeOf(text, statement.limit?.limit, ROWS_MAX, 'LIMIT');
  return {
    plan: {
      from: source.inner
        ? { is: 'select', select: source.inner }
        : { is: 'table', table: source.table!, range: range.range },
      columns: expanded.map(({ name, value }) => ({ name, value })),
      distinct,
      ...(where ? { where } : {}),
      ...(isGrouped ? { groupBy: keys ?? [] } : {}),
      ...(having ? { having } : {}),
      orderBy: orders.map(({ by, descending, nulls }) => ({ by, descending, ...(nulls ? { nulls } : {}) })),
      ...(limit === undefined ? {} : { limit }),
      offset: wholeOf(text, statement.limit?.offset, OFFSET_MAX, 'OFFSET') ?? 0,
    },
    ...range,
    hasLimit: limit !== undefined,
    qualifiers: [...rows.qualifiers],
  };
}

function refuseOddClauses(
  text: string,
  { distinct, for: locking, skip, limit, _location }: SelectFromStatement,
): void {
  const at = _location?.start ?? 0;
  if (Array.isArray(distinct))
    throw sqlError(text, at, 'DISTINCT ON is not supported: write GROUP BY and any()');
  if (locking || skip) throw sqlError(text, at, 'FOR is not supported: a query only reads');
  for (const part of [limit?.limit, limit?.offset])
    if (part && part.type !== 'integer') throw sqlError(text, placeOf(part), 'expected a whole number');
}

function wholeOf(
  text: string,
  expr: Expr | null | undefined,
  most: number,
  what: string,
): number | undefined {
  if (expr?.type !== 'integer') return undefined;
  if (expr.value < 0 || expr.value > most)
    throw sqlError(text, placeOf(expr), `expected a ${what} of at most ${most}`);
  return expr.value;
}

interface Source {
  scope: Scope;
  table?: TableName;
  inner?: SelectPlan;
  range(where: PlanValue | undefined): Pick<PlannedSelect, 'range' | 'isRangeOfQuery'>;
}

function sourceOf(
  question: Question,
  statement: SelectFromStatement,
  budget: Scope['budget'],
  depth: number,
): Source {
  const { text, now } = question;
  const [from, second] = statement.from ?? [];
  if (!from)
    throw sqlError(
      text,
      statement._location?.end ?? text.length,
      `expected FROM and a table: ${TABLE_NAMES.join(', ')}`,
    );
  if (second)
    throw sqlError(
      text,
      placeOf(second),
      second.join ? 'JOIN is not supported: a query reads one table' : 'a query reads one table',
    );
  const general = { text, now, budget };
  if (from.type === 'statement') {
    const inner = planOne(
      question,
      onlySelect(text, from.statement as SelectFromStatement),
      budget,
      depth + 1,
    );
    return {
      scope: { ...general, ...innerNames(inner.plan, from.alias) },
      inner: inner.plan,
      range: () => ({ range: inner.range, isRangeOfQuery: inner.isRangeOfQuery }),
    };
  }
  if (from.type === 'call')
    throw sqlError(
      text,
      placeOf(from),
      `"${from.function.name}" is no table, and functions cannot stand in FROM`,
    );
  const table = tableNamed(text, from);
  return {
    scope: { ...general, ...tableNames(table, from.name.alias) },
    table,
    range: (where) => rangeOf(question.period, where),
  };
}

function tableNamed(text: string, from: Extract<From, { type: 'table' }>): TableName {
  const { name, schema } = from.name;
  const known = TABLE_NAMES.find((table) => table === name.toLowerCase());
  if (schema)
    throw sqlError(
      text,
      placeOf(from),
      `"${schema}.${name}" cannot be read; there are the tables ${TABLE_NAMES.join(', ')}`,
    );
  if (!known)
    throw sqlError(
      text,
      placeOf(from),
      `there is no table "${name}"${didYouMean(name, TABLE_NAMES) || `; there are ${TABLE_NAMES.join(', ')}`}`,
    );
  return known;
}

function tableNames(
  table: TableName,
  alias: string | undefined,
): Pick<Scope, 'qualifiers' | 'column' | 'map' | 'names'> {
  const { columns } = tableOf(table);
  return {
    qualifiers: [table, ...(alias ? [alias.toLowerCase()] : [])],
    column(name) {
      const found = findColumn(table, name);
      return found && { is: 'column', type: found.column.type, table, name: found.name };
    },
    map(name) {
      const found = findColumn(table, name);
      return found?.column.type === 'map'
        ? (key) => ({ is: 'entry', type: 'text', table, map: found.name, key })
        : undefined;
    },
    names: () => Object.keys(columns),
  };
}

function innerNames(
  inner: SelectPlan,
  alias: string | undefined,
): Pick<Scope, 'qualifiers' | 'column' | 'map' | 'names'> {
  return {
    qualifiers: alias ? [alias.toLowerCase()] : [],
    column(name) {
      const at = inner.columns.findIndex((column) => column.name === name);
      return at < 0 ? undefined : { is: 'inner', type: inner.columns[at]!.value.type, at };
    },
    map: () => undefined,
    names: () => inner.columns.map(({ name }) => name),
  };
}

interface Selected {
  name: string;
  value: PlanValue;
  at: number;
  /** The query calls it so. */
  isNamed: boolean;
}

function columnsOf(scope: Scope, { expr, alias }: SelectedColumn): Selected[] {
  const at = placeOf(expr);
  if (expr.type === 'ref' && expr.name === '*') {
    const names = [...scope.names()].map((name) => ({ name, value: scope.column(name)! }));
    return names
      .filter(({ value }) => value.is !== 'column' || !tableOf(value.table).columns[value.name]!.isAside)
      .map((column) => ({ ...column, at, isNamed: false }));
  }
  const value = planValue(scope, expr);
  const written = scope.text.slice(at, expr._location?.end).replaceAll(/\s+/g, ' ').trim();
  const name = alias?.name ?? (expr.type === 'ref' ? expr.name : written.slice(0, 100));
  return [{ name, value, at, isNamed: alias !== undefined }];
}

/** A number is the number of a column of the answer; several keys may stand in parentheses. */
function keysOf(scope: Scope, expr: Expr, columns: readonly Selected[]): PlanValue[] {
  if (expr.type === 'list') return expr.expressions.flatMap((one) => keysOf(scope, one, columns));
  const key = numbered(scope.text, expr, columns) ?? planValue(scope, expr);
  if (hasAggregate(key)) throw sqlError(scope.text, placeOf(expr), 'an aggregate cannot stand in GROUP BY');
  if (key.type === 'map' || key.type === 'list')
    throw sqlError(scope.text, placeOf(expr), `this is ${TYPE_WORDS[key.type]}`);
  // A constant makes no groups.
  return key.is === 'literal' ? [] : [key];
}

function orderOf(
  scope: Scope,
  { by, order, nulls }: OrderByStatement,
  columns: readonly Selected[],
): PlanOrder {
  const value = numbered(scope.text, by, columns) ?? planValue(scope, by);
  if (value.type === 'map' || value.type === 'list')
    throw sqlError(
      scope.text,
      placeOf(by),
      `rows cannot be ordered by ${value.type === 'map' ? 'a map' : 'a list'}`,
    );
  return {
    by: value,
    descending: order === 'DESC',
    ...(nulls ? { nulls: nulls === 'FIRST' ? 'first' : 'last' } : {}),
  };
}

function numbered(text: string, expr: Expr, columns: readonly Selected[]): PlanValue | undefined {
  if (expr.type !== 'integer') return undefined;
  const column = columns[expr.value - 1];
  if (!column) throw sqlError(text, placeOf(expr), `there is no column number ${expr.value} in the answer`);
  return column.value;
}

function hasAggregate(value: PlanValue): boolean {
  return value.is === 'aggregate' || (value.is === 'call' && value.of.some(hasAggregate));
}

/** What is said of a group must be one of its keys, or made of its rows by an aggregate. */
function refuseUngrouped(text: string, value: PlanValue, keys: readonly PlanValue[], at: number): void {
  if (keys.some((key) => isSameValue(key, value)) || value.is === 'aggregate' || value.is === 'literal')
    return;
  if (value.is === 'call') {
    for (const part of value.of) refuseUngrouped(text, part, keys, at);
    return;
  }
  const name =
    value.is === 'column'
      ? `"${value.name}"`
      : value.is === 'entry'
        ? `${value.map}['${value.key}']`
        : 'a column';
  throw sqlError(
    text,
    at,
    `${name} must stand in GROUP BY, or in an aggregate such as any(${name.replaceAll('"', '')})`,
  );
}

/** All the time there is. */
const ALWAYS: PlanRange = { start: 0n, end: 9_000_000_000_000_000_000n };

/**
 * The period that was asked for, unless the query has a condition on timestamp that must hold: then all the time that
 * fulfils it. What is older than the retention is gone, so nothing needs to be cut off.
 */
function rangeOf(
  period: PlanRange,
  where: PlanValue | undefined,
): Pick<PlannedSelect, 'range' | 'isRangeOfQuery'> {
  const bounds = where ? timeBounds(where) : [];
  if (bounds.length === 0) return { range: period, isRangeOfQuery: false };
  let { start, end } = ALWAYS;
  for (const bound of bounds) {
    if (bound.start !== undefined && bound.start > start) start = bound.start;
    if (bound.end !== undefined && bound.end < end) end = bound.end;
  }
  return { range: { start, end }, isRangeOfQuery: true };
}

/** Comparisons of timestamp with a constant that every row must pass. */
function timeBounds(value: PlanValue): Partial<PlanRange>[] {
  if (value.is !== 'call') return [];
  if (value.name === 'and') return value.of.flatMap(timeBounds);
  const [left, right] = value.of;
  if (left?.is === 'column' && left.name === 'timestamp' && isTime(right))
    return boundOf(value.name, right.value);
  if (right?.is === 'column' && right.name === 'timestamp' && isTime(left))
    return boundOf(MIRRORED[value.name] ?? value.name, left.value);
  return [];
}

const isTime = (value: PlanValue | undefined): value is PlanValue & { is: 'literal'; value: bigint } =>
  value?.is === 'literal' && typeof value.value === 'bigint';

const MIRRORED: Readonly<Record<string, string>> = {
  less: 'greater',
  lessOrEqual: 'greaterOrEqual',
  greater: 'less',
  greaterOrEqual: 'lessOrEqual',
};

function boundOf(operator: string, ns: bigint): Partial<PlanRange>[] {
  switch (operator) {
    case 'greater':
    case 'greaterOrEqual':
      return [{ start: ns }];
    case 'less':
      return [{ end: ns }];
    case 'lessOrEqual':
      return [{ end: ns + 1n }];
    case 'equal':
      return [{ start: ns, end: ns + 1n }];
    default:
      return [];
  }
}
