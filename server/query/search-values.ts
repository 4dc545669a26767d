/** What a value of a search means as a number or a time. Whoever errs is told the column and what was expected. */
import { searchError } from './search.ts';
import type { Comparison, Pattern } from './search-filter.ts';

const MAGNITUDES: Record<string, number> = { '': 1, k: 1e3, m: 1e6, b: 1e9 };
const UNITS_MS: Record<string, number> = { s: 1e3, m: 6e4, min: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** `500`, `1.5k`, `2m`. */
export function searchNumber(value: string, column: number): number {
  const [, digits, magnitude] = /^(-?\d+(?:\.\d+)?)([kmb]?)$/i.exec(value) ?? [];
  if (digits === undefined)
    throw searchError(column, `expected a number such as 500 or 1.5k, not "${value}"`);
  return Number(digits) * MAGNITUDES[magnitude!.toLowerCase()]!;
}

/** Milliseconds since 1970, `from` included, `to` not; either end may be open. */
export interface TimeRange {
  from?: number;
  to?: number;
}

/**
 * `-24h`: within the last 24 hours; `+24h`: longer ago; `2026-05-01`: that day; `2026-05-01T10:00:00Z`: that
 * second; with a comparison the time before or after. Without a zone a time is UTC.
 */
export function searchTime(
  term: { value: Pattern | string; operator?: Comparison; column: number },
  now: number,
): TimeRange {
  const text = typeof term.value === 'string' ? term.value : term.value.join('*');
  const relative = /^([+-]?)(\d{1,6})(s|m|min|h|d|w)$/.exec(text);
  if (relative) {
    const instant = now - Number(relative[2]) * UNITS_MS[relative[3]!]!;
    if (term.operator) return within(term.operator, { from: instant, to: instant });
    return relative[1] === '+' ? { to: instant } : { from: instant };
  }
  const stated = statedTime(text);
  if (!stated)
    throw searchError(
      term.column,
      `expected a time such as -24h, 2026-05-01 or 2026-05-01T10:00:00, not "${text}"`,
    );
  return term.operator ? within(term.operator, stated) : stated;
}

function within(operator: Comparison, { from, to }: Required<TimeRange>): TimeRange {
  switch (operator) {
    case '>':
      return { from: to };
    case '>=':
      return { from };
    case '<':
      return { to: from };
    case '<=':
      return { to };
  }
}

function statedTime(text: string): Required<TimeRange> | undefined {
  const [, date, time, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ??
    [];
  if (date === undefined) return undefined;
  const from = Date.parse(`${date}T${time ?? '00:00'}${zone ?? 'Z'}`);
  if (Number.isNaN(from)) return undefined;
  const precision = time === undefined ? UNITS_MS.d! : time.length === 5 ? UNITS_MS.m! : UNITS_MS.s!;
  return { from, to: from + precision };
}
