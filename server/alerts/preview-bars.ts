/** A preview as bars: how many firings began in each step of its time. */
import type { AlertPreview } from '#contract/alerts.ts';

/** Milliseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** Firings that a preview lists; it counts them all. */
export const FIRINGS_LISTED_MAX = 200;
/** Bars that can be told apart on a phone. */
export const BARS = 56;

export function bars(
  times: readonly number[],
  { from, to }: Span,
): Pick<AlertPreview, 'from' | 'to' | 'stepMs' | 'series' | 'thresholds'> {
  const stepMs = Math.ceil((to - from) / BARS);
  const values = new Array<number>(BARS).fill(0);
  for (const time of times) values[Math.min(BARS - 1, Math.max(0, Math.floor((time - from) / stepMs)))]! += 1;
  return { from, to: from + BARS * stepMs, stepMs, series: [{ name: 'fired', values }], thresholds: [] };
}
