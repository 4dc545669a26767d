/** The impact of an issue as a number; by pointing at it one reads what it is made of. */
import type { ImpactScore as Impact } from '#contract/impact.ts';
import { cx } from '#web/ui/cx.ts';
import { scoreText, scoreTitle } from './impact-words.ts';

export function ImpactScore({ impact, className }: { impact: Impact; className?: string }) {
  return (
    <span title={scoreTitle(impact)} className={cx('tabular-nums', className)}>
      {scoreText(impact)}
    </span>
  );
}
