/**
 * What a change made different: what was configured before it and after it, field by field. Bounded; texts are cut, and of a
 * long one the lines that differ are shown. Pure.
 */
import type { AuditDifference } from '#contract/audit.ts';
import { SECRET } from './harmless.ts';

/** A value of the configuration, as its row has it or as its JSON has. */
export type Configured = Readonly<Record<string, unknown>>;
type Shown = AuditDifference['before'];

/** Of one entry: what a person reads, and 20 KB at most. */
export const DIFFERENCES_MAX = 40;
const CHARS_MAX = 200;
const FIELDS_MAX = 2_000;
const DEPTH_MAX = 5;

/** `more`: of how many it is not told. */
export function differencesOf(
  before: Configured,
  after: Configured,
): { differences: AuditDifference[]; more: number } {
  const [old, now] = [flat(before), flat(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])].filter(
    (field) => old.get(field) !== now.get(field),
  );
  return {
    differences: fields.slice(0, DIFFERENCES_MAX).map((field) => ({
      field: field.slice(0, CHARS_MAX),
      ...shown(field, old.get(field), now.get(field)),
    })),
    more: Math.max(0, fields.length - DIFFERENCES_MAX),
  };
}

type Leaf = string | number | boolean | null;

/** By path: `condition.test.threshold`. Lists of plain values are one value. */
function flat(of: Configured): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const add = (path: string, value: unknown, depth: number): void => {
    if (leaves.size >= FIELDS_MAX || value === undefined) return;
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    )
      leaves.set(path, value);
    else if (depth >= DEPTH_MAX || (Array.isArray(value) && value.every((one) => typeof one !== 'object')))
      leaves.set(path, JSON.stringify(value));
    else
      for (const [name, one] of Object.entries(value as object))
        add(path === '' ? name : `${path}.${name}`, one, depth + 1);
  };
  add('', of, 0);
  return leaves;
}

function shown(
  field: string,
  before: Leaf | undefined,
  after: Leaf | undefined,
): { before: Shown; after: Shown } {
  if (SECRET.test(field)) return { before: hidden(before), after: hidden(after) };
  if (typeof before !== 'string' || typeof after !== 'string')
    return { before: plain(before), after: plain(after) };
  if (Math.max(before.length, after.length) <= CHARS_MAX)
    return { before: plain(before), after: plain(after) };
  const [old, now] = withoutCommon(before.split('\n'), after.split('\n'));
  return { before: plain(old.join('\n')), after: plain(now.join('\n')) };
}

/** The lines between those that both begin and end with. */
function withoutCommon(
  old: readonly string[],
  now: readonly string[],
): [readonly string[], readonly string[]] {
  const shorter = Math.min(old.length, now.length);
  let first = 0;
  while (first < shorter && old[first] === now[first]) first++;
  let last = 0;
  while (last < shorter - first && old.at(-1 - last) === now.at(-1 - last)) last++;
  return [old.slice(first, old.length - last), now.slice(first, now.length - last)];
}

const hidden = (value: Leaf | undefined): Shown =>
  value === undefined || value === '' ? null : '(left out)';

/** An address with a password in it is a secret whatever its field is called. */
const WITH_CREDENTIALS = /:\/\/[^/\s@]{1,300}@/;

function plain(value: Leaf | undefined): Shown {
  if (typeof value !== 'string') return value ?? null;
  if (WITH_CREDENTIALS.test(value)) return '(left out)';
  const text = value.toWellFormed();
  return text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX - 1).toWellFormed()}…` : text;
}
