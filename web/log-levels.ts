/** How the levels of logs look, and their counts as the chart draws them. */
import type { LogHistogram, LogLevel } from '#contract/logs.ts';
import type { StackedSeries } from '#web/ui/bar-chart.tsx';

interface LevelLook {
  fill: string;
  dot: string;
  /** Ink of the word. */
  ink: string;
  /** The row: its edge, and for what needs eyes its ground. */
  row: string;
}

export const LEVEL_LOOKS: Record<LogLevel, LevelLook> = {
  fatal: {
    fill: 'fill-level-fatal',
    dot: 'bg-level-fatal',
    ink: 'text-danger font-semibold',
    row: 'border-l-level-fatal bg-danger-soft/45',
  },
  error: {
    fill: 'fill-level-error',
    dot: 'bg-level-error',
    ink: 'text-danger',
    row: 'border-l-level-error bg-danger-soft/25',
  },
  warn: {
    fill: 'fill-level-warning',
    dot: 'bg-level-warning',
    ink: 'text-warn',
    row: 'border-l-level-warning',
  },
  info: { fill: 'fill-level-info', dot: 'bg-level-info', ink: 'text-info', row: 'border-l-level-info/50' },
  debug: {
    fill: 'fill-level-debug',
    dot: 'bg-level-debug',
    ink: 'text-ink-faint',
    row: 'border-l-line-strong',
  },
  trace: { fill: 'fill-line-strong', dot: 'bg-line-strong', ink: 'text-ink-faint', row: 'border-l-line' },
  unknown: { fill: 'fill-bar', dot: 'bg-bar', ink: 'text-ink-faint', row: 'border-l-transparent' },
};

/** The worst first: at the bottom of a bar, where it is easiest to compare with its neighbours. */
export const LEVELS = Object.keys(LEVEL_LOOKS) as LogLevel[];

export function histogramSeries({ from, stepMs, levels }: LogHistogram): StackedSeries[] {
  return LEVELS.flatMap((level) => {
    const counts = levels.find((each) => each.level === level)?.counts;
    return counts ? [{ name: level, from, stepMs, counts, ...pick(LEVEL_LOOKS[level]) }] : [];
  });
}

const pick = ({ fill, dot }: LevelLook) => ({ fill, dot });
