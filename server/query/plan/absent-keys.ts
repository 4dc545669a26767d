/**
 * Which attributes no record of a plan has. To look for a name costs a fifth of reading the values under it, and most
 * names stand in one of the three maps of a record, or in none.
 */
import { compilePresence } from './compile-lists.ts';
import type { AttributeKey, Plan, PlanFilter, PlanText } from './plan.ts';
import type { Reading } from './run-plan.ts';

/** Texts that are the same for every record of the plan, without the keys that none of them has. */
export async function withoutAbsentKeys(
  { telemetry, deadline, signal }: Reading,
  plan: Plan,
  texts: readonly PlanText[],
): Promise<PlanText[]> {
  const keys = texts.flatMap(keysOf);
  if (keys.length === 0) return [...texts];
  const { sql, params } = compilePresence(plan, keys);
  const [row] = await telemetry.select<{ present: number[] }>(plan.projects, sql, {
    params,
    timeoutMs: deadline.left(),
    signal,
  });
  const absent = keys.filter((_, at) => row?.present[at] !== 1);
  return texts.map((text) => without(text, absent));
}

/** Where a field is looked for, in this order. */
const keysOfField = (name: string): AttributeKey[] => [
  { of: 'attributes', name },
  { of: 'labels', name },
  { of: 'resource', name },
];

/** What a text has a value for only when the key is there. */
function keysOf(text: PlanText): AttributeKey[] {
  if (text.is === 'start') return keysOf(text.of);
  if (text.is === 'field') return keysOfField(text.name);
  if (text.is !== 'if') return [];
  const own = text.condition.is === 'has' ? [text.condition.key] : keysOfFilter(text.condition);
  return [...own, ...keysOf(text.value), ...keysOf(text.otherwise)];
}

function keysOfFilter(filter: PlanFilter): AttributeKey[] {
  if (filter.is === 'not') return keysOfFilter(filter.of);
  return filter.is === 'equal' ? keysOf(filter.text) : [];
}

function without(text: PlanText, absent: readonly AttributeKey[]): PlanText {
  if (text.is === 'start') return { ...text, of: without(text.of, absent) };
  if (text.is === 'field') return fieldWithout(text, absent);
  if (text.is !== 'if') return text;
  const { condition } = text;
  if (condition.is === 'has' && absent.includes(condition.key)) return without(text.otherwise, absent);
  return {
    is: 'if',
    condition: withoutIn(condition, absent),
    value: without(text.value, absent),
    otherwise: without(text.otherwise, absent),
  };
}

/** In one map alone it is what stands there, or empty as it is anywhere else. */
function fieldWithout(field: Extract<PlanText, { is: 'field' }>, absent: readonly AttributeKey[]): PlanText {
  const isAbsent = ({ of }: AttributeKey) =>
    absent.some((key) => key.of === of && key.name === field.name && !key.asLabel);
  const [key, ...others] = keysOfField(field.name).filter((each) => !isAbsent(each));
  if (key === undefined) return { is: 'constant', value: '' };
  return others.length === 0 ? { is: 'attribute', key } : field;
}

function withoutIn(filter: PlanFilter, absent: readonly AttributeKey[]): PlanFilter {
  if (filter.is === 'not') return { is: 'not', of: withoutIn(filter.of, absent) };
  return filter.is === 'equal' ? { ...filter, text: without(filter.text, absent) } : filter;
}
