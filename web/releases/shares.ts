/** Shares of releases in words. Close to all, the digits that are left are the ones that matter. */

/** `100 %`, `99.98 %`, `97.1 %`, `62 %`; a dash where nothing was counted. Cut, so that no crash is rounded away. */
export function shareText(share: number | null): string {
  if (share === null) return '–';
  if (share >= 1) return '100 %';
  const percent = share * 100;
  const digits = percent >= 99 ? 2 : percent >= 90 ? 1 : 0;
  const factor = 10 ** digits;
  const cut = Math.floor(percent * factor + 1e-9) / factor;
  return percent > 0 && cut === 0 ? '<1 %' : `${cut.toFixed(digits)} %`;
}

export type Tone = 'good' | 'warn' | 'danger' | 'plain';

/** Below 98 % something is wrong, below 95 % people talk about it. */
export const healthTone = (share: number | null): Tone =>
  share === null ? 'plain' : share >= 0.98 ? 'good' : share >= 0.95 ? 'warn' : 'danger';

/** How a share differs from an earlier one, in points: `+0.4 points`; empty: not at all, or nothing to compare. */
export function differenceText(now: number | null, before: number | null): string {
  if (now === null || before === null) return '';
  const points = (now - before) * 100;
  if (Math.abs(points) < 0.005) return '';
  const digits = Math.abs(points) < 1 ? 2 : 1;
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(digits)} points`;
}
