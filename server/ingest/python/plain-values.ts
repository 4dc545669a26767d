/**
 * Values of a pickle as fields of a record. Values that are shared, or contain themselves, would unfold to any size: the
 * walk goes so deep and so far and no further, and what lies beyond is left out.
 */
import type { AttributeValue } from '#server/record/log.ts';
import type { PickledDict, PickledValue } from './unpickle.ts';

const DEPTH_MAX = 16;
/** Values and characters of one record, as unfolded. */
const VALUES_MAX = 10_000;
const CHARS_MAX = 4 * 1024 * 1024;

export function plainFields(dict: PickledDict): Record<string, AttributeValue> {
  return fieldsOf(dict, { values: VALUES_MAX, chars: CHARS_MAX }, DEPTH_MAX);
}

interface Budget {
  values: number;
  chars: number;
}

function fieldsOf(dict: PickledDict, budget: Budget, depth: number): Record<string, AttributeValue> {
  const fields: [string, AttributeValue][] = [];
  for (const [name, value] of dict) {
    budget.chars -= name.length;
    if (isSpent(budget)) break;
    fields.push([name, plain(value, budget, depth - 1)]);
  }
  return Object.fromEntries(fields);
}

function plain(value: PickledValue, budget: Budget, depth: number): AttributeValue {
  budget.values -= 1;
  if (typeof value === 'string') {
    budget.chars -= value.length;
    return budget.chars < 0 ? null : value;
  }
  // JSON has no infinity.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value === 'boolean') return value;
  if (depth <= 0) return null;
  if (value instanceof Map) return fieldsOf(value, budget, depth);
  const list: AttributeValue[] = [];
  for (const element of value) {
    if (isSpent(budget)) break;
    list.push(plain(element, budget, depth - 1));
  }
  return list;
}

const isSpent = ({ values, chars }: Budget) => values <= 0 || chars <= 0;
