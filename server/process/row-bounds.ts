/**
 * Bounds of what a record of a flood, log record or span, may bring into a row. What is beyond them is cut, and the
 * attribute `tandem.cut` says so.
 */
import type { AttributeValue } from '#server/record/log.ts';

/** Characters of a column that holds a name or an id. */
export const COLUMN_CHARS_MAX = 200;
/** Of the name and the value of an attribute. */
export const NAME_CHARS_MAX = 200;
export const VALUE_CHARS_MAX = 65_536;
/** Attributes of one record; the rest is left out. */
export const ATTRIBUTES_MAX = 512;
/** Tells readers that a record is not whole. */
export const CUT_ATTRIBUTE = 'tandem.cut';

/** The level a record was sent with, when a noise rule has given it a lower one. */
export const DEMOTED_ATTRIBUTE = 'tandem.demoted_from';

/** A clock ahead by more is wrong; such a record would stand above all others until that time comes. */
const FUTURE_MS_MAX = 3_600_000;
/** 2000-01-01. Older records are read from files, or their clock has no battery. */
const OLDEST_MS = 946_684_800_000;

/** Nanoseconds. A time that cannot be true is replaced by the time of arrival. */
export function believableTime(time: string | undefined, receivedAt: number): bigint {
  if (time !== undefined && time.length > 9 && time.length < 20) {
    const ms = Number(time.slice(0, -6));
    if (ms >= OLDEST_MS && ms <= receivedAt + FUTURE_MS_MAX) return BigInt(time);
  }
  return BigInt(receivedAt) * 1_000_000n;
}

/** What readers make of the text of a value that was none. */
export function typeOfAttribute(
  value: Exclude<AttributeValue, string | null>,
): 'number' | 'boolean' | 'json' {
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'json';
}

export function bounded(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
}
