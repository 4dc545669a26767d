/**
 * Parameters of Loki's API: times, durations, limits, in every spelling that its clients use. Source of the rules:
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#timestamps, and what its clients send.
 */

import { Rejection } from '#server/platform/rejection.ts';
import { readDuration } from '#server/query/logql/units.ts';

const NS_PER_S = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;
/** `start` without a value: so long before `end`. */
const SINCE = 3_600n * NS_PER_S;
/** Points that a range query has when nobody says its step. */
const STEPS = 250n;
/** Longest integer that is read as seconds; a longer one is nanoseconds. */
const SECONDS_DIGITS_MAX = 10;
/** About the year 2262, where 64 bits of nanoseconds end. */
const LATEST_NS = 9_223_372_036_854_775_807n;

export const badParameter = (what: string): Rejection => new Rejection('request_invalid', 400, what);

/** Nanoseconds since 1970; undefined when there is no value. */
export function readTime(form: URLSearchParams, name: string): bigint | undefined {
  const text = form.get(name)?.trim();
  if (!text) return undefined;
  const time = timeOf(text);
  if (time === undefined || time > LATEST_NS || time < -LATEST_NS)
    throw badParameter(`could not parse '${name}' parameter: "${text.slice(0, 100)}" is no time`);
  return time;
}

function timeOf(text: string): bigint | undefined {
  if (/^-?\d{1,19}$/.test(text))
    return text.length <= SECONDS_DIGITS_MAX ? BigInt(text) * NS_PER_S : BigInt(text);
  if (/^-?\d*\.\d*(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)))
    // To the millisecond, as Loki: a float has no nanoseconds of today.
    return BigInt(Math.round(Number(text) * 1_000)) * NS_PER_MS;
  return rfc3339(text);
}

const RFC3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d)$/;

function rfc3339(text: string): bigint | undefined {
  const [, seconds, fraction = '', zone] = RFC3339.exec(text) ?? [];
  const ms = seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone}`.toUpperCase());
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NS_PER_MS + BigInt(fraction.padEnd(9, '0'));
}

/** Nanoseconds, from seconds (`15`, `0.5`) or a duration (`15s`, `250ms`); undefined when there is no value. */
export function readSpan(form: URLSearchParams, name: string): bigint | undefined {
  const text = form.get(name)?.trim();
  if (!text) return undefined;
  const ns = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) * 1e9 : readDuration(text);
  if (!Number.isSafeInteger(Math.round(ns)))
    throw badParameter(
      `could not parse '${name}' parameter: "${text.slice(0, 100)}" is neither seconds nor a duration such as 15s`,
    );
  return BigInt(Math.round(ns));
}

export interface TimeRange {
  start: bigint;
  /** Not included. */
  end: bigint;
}

/** `start`, `end` and `since`; also `from` and `to`, as some clients call them. */
export function readRange(form: URLSearchParams, now: bigint): TimeRange {
  const end = readTime(form, 'end') ?? readTime(form, 'to') ?? now;
  const since = readSpan(form, 'since') ?? SINCE;
  const start = readTime(form, 'start') ?? readTime(form, 'from') ?? (end > now ? now : end) - since;
  if (end < start) throw badParameter('end timestamp must not be before or equal to start time');
  return { start, end };
}

export function readStep(form: URLSearchParams, { start, end }: TimeRange): bigint {
  const step = readSpan(form, 'step');
  if (step !== undefined && step <= 0n)
    throw badParameter(
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  if (step !== undefined) return step;
  const seconds = (end - start) / STEPS / NS_PER_S;
  return seconds > 1n ? seconds * NS_PER_S : NS_PER_S;
}

/** A count from 1 on; more than `max` is refused, or cut when a longer list than ours does no harm. */
export function readCount(
  form: URLSearchParams,
  names: readonly string[],
  { byDefault, max }: { byDefault: number; max: number },
): number {
  const name = names.find((one) => form.get(one));
  if (name === undefined) return byDefault;
  const count = Number(form.get(name));
  if (!Number.isInteger(count))
    throw badParameter(`could not parse '${name}' parameter: it must be a whole number`);
  if (count <= 0) throw badParameter(`${name} must be a positive value`);
  return Math.min(count, max);
}

export function readDirection(form: URLSearchParams): 'forward' | 'backward' {
  const direction = (form.get('direction') ?? '').toLowerCase();
  if (direction === '' || direction === 'backward') return 'backward';
  if (direction === 'forward') return 'forward';
  throw badParameter(`invalid direction "${direction.slice(0, 100)}": it is forward or backward`);
}
