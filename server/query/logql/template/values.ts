/** The values of a template: texts, numbers, booleans, times, lists and maps, as Go prints and compares them. */
import { printNumber } from '#server/query/logql/units.ts';

/** A moment, nanoseconds since 1970, in a zone; printed by `date`. */
export class Time {
  readonly ns: bigint;
  readonly zone: string;
  constructor(ns: bigint, zone = 'UTC') {
    this.ns = ns;
    this.zone = zone;
  }
}

export type Value = string | number | boolean | null | undefined | Time | Value[] | { [key: string]: Value };

/** What went wrong while a template ran. */
export class TemplateError extends Error {}

/** Characters that a template, or a function in it, may make: as much as a body may have. */
export const TEMPLATE_CHARS_MAX = 1_048_576;

export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Time) return true;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** As Go's fmt prints with %v. */
export function printValue(value: Value): string {
  if (value === undefined || value === null) return '<no value>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return printFloat(value);
  if (value instanceof Time) return `${value.ns}`;
  if (Array.isArray(value)) return `[${value.map(printValue).join(' ')}]`;
  if (typeof value === 'object')
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${printValue(value[key])}`)
      .join(' ')}]`;
  return String(value);
}

/** %v of a number: an exponent from 1e+21 on and below 1e-4. */
export function printFloat(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e21) return printNumber(value);
  if (size !== 0 && Number.isFinite(value) && (size >= 1e21 || size < 1e-4))
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return printNumber(value);
}
