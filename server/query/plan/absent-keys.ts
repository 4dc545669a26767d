/**
 * Which attributes no record of a plan has. To look for a name costs a fifth of reading the values under it, and what
 * records say of themselves under most names of labels is nothing.
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

/** Of the conditions of a text: what it has a value for only when the key is there. */
function keysOf(text: PlanText): AttributeKey[] {
  if (text.is !== 'if') return [];
  const own = text.condition.is === 'has' ? [text.condition.key] : keysOfFilter(text.condition);
  return [...own, ...keysOf(text.value), ...keysOf(text.otherwise)];
}

function keysOfFilter(filter: PlanFilter): AttributeKey[] {
  if (filter.is === 'not') return keysOfFilter(filter.of);
  return filter.is === 'equal' ? keysOf(filter.text) : [];
}

function without(text: PlanText, absent: readonly AttributeKey[]): PlanText {
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

function withoutIn(filter: PlanFilter, absent: readonly AttributeKey[]): PlanFilter {
  if (filter.is === 'not') return { is: 'not', of: withoutIn(filter.of, absent) };
  return filter.is === 'equal' ? { ...filter, text: without(filter.text, absent) } : filter;
}
