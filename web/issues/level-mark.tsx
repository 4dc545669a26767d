/** How severe: a shape and a colour, and the word for those who see neither. */
import type { Issue } from '#contract/issues.ts';
import { cx } from '#web/ui/cx.ts';

type Level = Issue['level'];

const FILLS: Record<Level, string> = {
  fatal: 'fill-level-fatal',
  error: 'fill-level-error',
  warning: 'fill-level-warning',
  info: 'fill-level-info',
  debug: 'fill-level-debug',
};

const SHAPES: Record<Level, string> = {
  fatal: 'M5 0h6l5 5v6l-5 5H5l-5-5V5z',
  error: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z',
  warning: 'M8 1l7.5 14H.5z',
  info: 'M2 2h12v12H2z',
  debug: 'M8 1l7 7-7 7-7-7z',
};

export function LevelMark({ level, className }: { level: string; className?: string }) {
  const known = Object.hasOwn(SHAPES, level) ? (level as Level) : 'error';
  return (
    <svg
      role="img"
      aria-label={level}
      viewBox="0 0 16 16"
      className={cx('size-2.5 shrink-0', FILLS[known], className)}
    >
      <title>{level}</title>
      <path d={SHAPES[known]} />
    </svg>
  );
}
