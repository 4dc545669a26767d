/** What a query may name: tables, columns and functions with their sentences, for completion and for the docs. */
import {
  AGGREGATES,
  FUNCTIONS,
  type PlanAggregate,
  type PlanFunction,
} from '#server/query/plan/functions.ts';
import { TABLE_NAMES, tableOf } from '#server/query/plan/telemetry-tables.ts';

const columnsOf = (name: (typeof TABLE_NAMES)[number]) =>
  Object.entries(tableOf(name).columns).map(([column, { type, says, aliases = [] }]) => ({
    name: column,
    type,
    description: says,
    aliases: [...aliases],
  }));

const WORDS: Readonly<Record<string, string>> = { same: 'value', any: 'value', comparable: 'value' };
const word = (type: string) => WORDS[type] ?? type;

function argumentsOf({ takes, optional = 0 }: PlanFunction | PlanAggregate, isOpen = false): string {
  const words = takes.map((type, at) => `${word(type)}${at >= takes.length - optional ? '?' : ''}`);
  return `${words.join(', ')}${isOpen ? ', …' : ''}`;
}

export function sqlSchema() {
  const scalars = Object.entries<PlanFunction>(FUNCTIONS).map(([name, spec]) => ({
    name,
    arguments: argumentsOf(spec, spec.isOpen),
    gives: spec.gives === 'first' ? 'value' : word(spec.gives),
    description: spec.says ?? '',
    isAggregate: false,
  }));
  const aggregates = Object.entries<PlanAggregate>(AGGREGATES).map(([name, spec]) => ({
    name,
    arguments: argumentsOf(spec),
    gives: spec.gives === 'first' ? 'value' : spec.gives,
    description: spec.says,
    isAggregate: true,
  }));
  return {
    tables: TABLE_NAMES.map((name) => ({ name, description: tableOf(name).says, columns: columnsOf(name) })),
    functions: [...aggregates, ...scalars],
  };
}
