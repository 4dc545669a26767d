/** Two periods in words. */
import type { LogAgainst } from '#contract/logs.ts';
import { fullNumber } from '#web/ui/number.ts';

const DAY_MS = 86_400_000;

export const AGAINST: readonly { value: LogAgainst; label: string; longestMs: number }[] = [
  { value: 'previous', label: 'Right before', longestMs: Number.POSITIVE_INFINITY },
  { value: 'day', label: 'A day earlier', longestMs: DAY_MS },
  { value: 'week', label: 'A week earlier', longestMs: 7 * DAY_MS },
];

/** Periods that overlap cannot be compared: what is offered for a period of this length. */
export const againstFor = (lengthMs: number) => AGAINST.filter(({ longestMs }) => lengthMs <= longestMs);

/** `+25 %`, `−3.1 %`, `12 times as many`; null where there was nothing to compare with. */
export function changeWords(now: number, before: number): string {
  if (now === before) return 'as many';
  if (before === 0) return 'none before';
  if (now >= 10 * before) return `${fullNumber(Math.round(now / before))} times as many`;
  const percent = ((now - before) / before) * 100;
  const size = Math.abs(percent) < 10 ? Math.abs(percent).toFixed(1) : Math.abs(percent).toFixed(0);
  return `${percent < 0 ? '−' : '+'}${size} %`;
}

/** A share with as many digits as tell it from none. */
export function shareOf(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const share = (part / whole) * 100;
  if (share < 0.01) return '<0.01 %';
  return `${share.toFixed(share < 1 ? 2 : share < 99.95 ? 1 : part === whole ? 0 : 2)} %`;
}
