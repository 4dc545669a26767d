/**
 * A SELECT of the plan as SQL of the engine. Identifiers come from telemetry-tables.ts, functions from functions.ts,
 * every value is bound, and the tenant filter and the time range stand beside the only FROM there is.
 *
 * A grouped SELECT becomes two: groups and their aggregates inside, what is made of them, HAVING and the order
 * outside. No alias can then be mistaken for a column.
 */
import { assert } from '#server/platform/assert.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { type CompiledPlan, scopeSql, timeOf } from './compile-plan.ts';
import { aggregateOf, functionOf } from './functions.ts';
import { isSameValue, type PlanOrder, type PlanValue, type SelectPlan } from './select-plan.ts';
import { tableOf } from './telemetry-tables.ts';

export function compileSelect(plan: SelectPlan): CompiledPlan {
  const bound = new BoundValues();
  const inner = selectSql(plan, bound, 0);
  const printed = plan.columns.map(({ value }, at) => `${shown(`c0_${at}`, value)} AS o${at}`);
  return { sql: `SELECT ${printed.join(', ')} FROM (${inner})`, params: bound.params };
}

/**
 * As JSON carries it without loss: integers as digits, times as nanoseconds.
 */
function shown(name: string, { type }: PlanValue): string {
  if (type === 'integer') return `toString(${name})`;
  if (type === 'time') return `toString(toUnixTimestamp64Nano(toDateTime64(${name}, 9, 'UTC')))`;
  if (type === 'boolean') return `toUInt8(${name})`;
  return name;
}

/** Columns are named by the depth and their number: no name is twice. */
function selectSql(plan: SelectPlan, bound: BoundValues, depth: number): string {
  const value = (one: PlanValue) => valueSql(one, bound, depth);
  const from =
    plan.from.is === 'table' ? plan.from.table : `(${selectSql(plan.from.select, bound, depth + 1)})`;
  const where = [
    ...(plan.from.is === 'table' ? scopeSql(plan.from.range, bound, plan.from.table) : []),
    ...(plan.where ? [value(plan.where)] : []),
  ];
  const source = `FROM ${from}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`;
  if (plan.groupBy === undefined) return finish(plan, () => source, value, bound, depth);

  const keys = plan.groupBy;
  const aggregates: PlanValue[] = [];
  const ofGroups = (one: PlanValue): string =>
    valueSql(one, bound, depth, (part) => {
      const key = keys.findIndex((candidate) => isSameValue(candidate, part));
      if (key >= 0) return `k${depth}_${key}`;
      if (part.is !== 'aggregate') return undefined;
      const known = aggregates.findIndex((candidate) => isSameValue(candidate, part));
      return `a${depth}_${known >= 0 ? known : aggregates.push(part) - 1}`;
    });
  const having = plan.having && ofGroups(plan.having);
  const groups = () => {
    const selected = [
      ...keys.map((key, at) => `${value(key)} AS k${depth}_${at}`),
      ...aggregates.map((one, at) => `${value(one)} AS a${depth}_${at}`),
      // Only constants are wanted of the groups, and a SELECT needs a column.
      ...(keys.length + aggregates.length === 0 ? ['count() AS n'] : []),
    ];
    const by = keys.length > 0 ? ` GROUP BY ${keys.map((_, at) => `k${depth}_${at}`).join(', ')}` : '';
    return `SELECT ${selected.join(', ')} ${source}${by}`;
  };
  return finish(plan, () => `FROM (${groups()})${having ? ` WHERE ${having}` : ''}`, ofGroups, bound, depth);
}

/** The source is asked for last: what is made of the groups says which aggregates it needs. */
function finish(
  plan: SelectPlan,
  source: () => string,
  value: (one: PlanValue) => string,
  bound: BoundValues,
  depth: number,
): string {
  const columns = plan.columns.map((column, at) => `${value(column.value)} AS c${depth}_${at}`);
  const ordered = plan.orderBy.map((order) => orderSql(plan, order, value, depth));
  const limit =
    plan.limit === undefined && plan.offset === 0
      ? ''
      : ` LIMIT ${bound.bind('Int64', plan.limit ?? ALL_ROWS)} OFFSET ${bound.bind('Int64', plan.offset)}`;
  return `SELECT ${plan.distinct ? 'DISTINCT ' : ''}${columns.join(', ')} ${source()}${
    ordered.length > 0 ? ` ORDER BY ${ordered.join(', ')}` : ''
  }${limit}`;
}

const ALL_ROWS = Number.MAX_SAFE_INTEGER;

function orderSql(
  { columns }: SelectPlan,
  { by, descending, nulls }: PlanOrder,
  value: (one: PlanValue) => string,
  depth: number,
): string {
  const at = columns.findIndex((column) => isSameValue(column.value, by));
  const of = at >= 0 ? `c${depth}_${at}` : value(by);
  return `${of} ${descending ? 'DESC' : 'ASC'} NULLS ${nulls === 'first' ? 'FIRST' : 'LAST'}`;
}

/** `instead` may name what a part of the value is called already. */
function valueSql(
  value: PlanValue,
  bound: BoundValues,
  depth: number,
  instead: (part: PlanValue) => string | undefined = () => undefined,
): string {
  const known = instead(value);
  if (known !== undefined) return known;
  const of = (part: PlanValue) => valueSql(part, bound, depth, instead);
  switch (value.is) {
    case 'column': {
      const column = tableOf(value.table).columns[value.name];
      assert(column, `no column ${value.name} in ${value.table}`);
      return column.sql ?? value.name;
    }
    case 'entry': {
      const column = tableOf(value.table).columns[value.map];
      assert(column?.type === 'map', `no map ${value.map} in ${value.table}`);
      return `${value.map}[${bound.bind('String', value.key)}]`;
    }
    case 'inner':
      return `c${depth + 1}_${value.at}`;
    case 'literal':
      return literalSql(value, bound);
    case 'call':
      return functionOf(value.name).sql(value.of.map(of));
    case 'aggregate': {
      const { sql } = aggregateOf(value.name);
      const parameter = value.parameter === undefined ? '' : `(${parameterSql(value.parameter)})`;
      const parts = value.of.map(of);
      return value.where
        ? `${sql}If${parameter}(${[...parts, `ifNull(${of(value.where)}, 0)`].join(', ')})`
        : `${sql}${parameter}(${parts.join(', ')})`;
    }
  }
}

/** A parameter of an aggregate must stand in the text: it is a finite number, and printed as one. */
function parameterSql(parameter: number): string {
  assert(Number.isFinite(parameter) && parameter >= 0, `no parameter of an aggregate: ${parameter}`);
  return Number.isInteger(parameter) ? String(parameter) : parameter.toFixed(6);
}

function literalSql(value: Extract<PlanValue, { is: 'literal' }>, bound: BoundValues): string {
  const literal = value.value;
  if (literal === null) return 'NULL';
  if (typeof literal === 'bigint') return timeOf(literal, bound);
  if (typeof literal === 'boolean') return literal ? 'true' : 'false';
  if (typeof literal === 'string') return bound.bind('String', literal);
  return Number.isSafeInteger(literal) && value.type === 'integer'
    ? bound.bind('Int64', literal)
    : bound.bind('Float64', literal);
}
