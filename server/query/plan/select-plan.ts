/**
 * What a SELECT over one table asks of the engine: values with their types, a condition, groups, an order, a limit.
 * A dialect builds it out of names from telemetry-tables.ts and functions.ts; compile-select.ts alone makes SQL of it.
 * Values of users stand in it as data.
 */
import type { AggregateName, FunctionName } from './functions.ts';
import type { PlanRange } from './plan.ts';
import type { TableName } from './telemetry-tables.ts';

/** `map` and `list` can be shown and not computed with; `null` is the type of the literal. */
export type ValueType = 'text' | 'integer' | 'number' | 'time' | 'boolean' | 'map' | 'list' | 'null';

export type PlanValue = { readonly type: ValueType } & (
  | { is: 'column'; table: TableName; name: string }
  /** The text under a key of a map; empty when there is none. */
  | { is: 'entry'; table: TableName; map: string; key: string }
  /** A column of the query in FROM, by its number. */
  | { is: 'inner'; at: number }
  /** Times are nanoseconds since 1970. */
  | { is: 'literal'; value: string | number | boolean | bigint | null }
  | { is: 'call'; name: FunctionName; of: readonly PlanValue[] }
  | {
      is: 'aggregate';
      name: AggregateName;
      of: readonly PlanValue[];
      /** The level of a quantile, the number of values of topK. */
      parameter?: number;
      /** Only rows for which it holds. */
      where?: PlanValue;
    }
);

export interface PlanOrder {
  by: PlanValue;
  descending: boolean;
  nulls?: 'first' | 'last';
}

export interface SelectPlan {
  /** A table of ours and the span of its time that is read, or the query in parentheses that stands in FROM. */
  from: { is: 'table'; table: TableName; range: PlanRange } | { is: 'select'; select: SelectPlan };
  columns: readonly { name: string; value: PlanValue }[];
  distinct: boolean;
  /** A condition on the rows that are read. */
  where?: PlanValue;
  /** Undefined: rows are not grouped. Empty: all are one group. */
  groupBy?: readonly PlanValue[];
  /** A condition on groups. */
  having?: PlanValue;
  orderBy: readonly PlanOrder[];
  /** Undefined inside FROM: all. */
  limit?: number;
  offset: number;
}

/** Whether two values are the same expression. */
export function isSameValue(a: PlanValue, b: PlanValue): boolean {
  if (a.is !== b.is || a.type !== b.type) return false;
  switch (a.is) {
    case 'column':
      return b.is === 'column' && a.name === b.name;
    case 'entry':
      return b.is === 'entry' && a.map === b.map && a.key === b.key;
    case 'inner':
      return b.is === 'inner' && a.at === b.at;
    case 'literal':
      return b.is === 'literal' && a.value === b.value;
    case 'call':
      return b.is === 'call' && a.name === b.name && areSame(a.of, b.of);
    case 'aggregate':
      return (
        b.is === 'aggregate' &&
        a.name === b.name &&
        a.parameter === b.parameter &&
        areSame(a.of, b.of) &&
        (a.where && b.where ? isSameValue(a.where, b.where) : a.where === b.where)
      );
  }
}

const areSame = (a: readonly PlanValue[], b: readonly PlanValue[]) =>
  a.length === b.length && a.every((one, at) => isSameValue(one, b[at]!));
