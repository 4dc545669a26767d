/** Check-ins over time as bars, and what the colours mean. */
import type { MonitorDetail, Timeline as Shape } from '#contract/monitors.ts';
import { cx } from '#web/ui/cx.ts';
import { keyed } from '#web/ui/keyed.ts';
import { barsOf, gapSteps, summaryOf } from './timeline-bars.ts';
import { CHECK_INS } from './words.ts';

interface TimelineProps {
  timeline: Shape;
  gaps?: MonitorDetail['gaps'];
  className?: string;
}

export function Timeline({ timeline, gaps = [], className }: TimelineProps) {
  const { steps } = timeline;
  return (
    <svg
      role="img"
      aria-label={summaryOf(timeline)}
      viewBox={`0 0 ${steps} 100`}
      preserveAspectRatio="none"
      className={cx('block w-full', className)}
    >
      <rect x={0} y={97} width={steps} height={3} className="fill-line-strong" />
      {keyed(gapSteps(gaps, timeline), ({ words }) => words).map(({ key, item: { x, width, words } }) => (
        <rect key={key} x={x} y={0} width={width} height={97} className="fill-line">
          <title>{words}</title>
        </rect>
      ))}
      {barsOf(timeline).map(({ at, pieces, words }) => (
        <g key={at}>
          <title>{words}</title>
          {pieces.map(({ fill, height, below }) => (
            <rect
              key={below}
              x={at + 0.1}
              y={97 - (below + height) * 0.97}
              width={0.8}
              height={height * 0.97}
              className={fill}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

export function TimelineLegend() {
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-2xs text-ink-faint">
      {CHECK_INS.map(({ status, word, fill }) => (
        <li key={status} className="flex items-center gap-1">
          <svg aria-hidden viewBox="0 0 8 10" className="h-2.5 w-2">
            <rect width={8} height={10} className={fill} />
          </svg>
          {word}
        </li>
      ))}
    </ul>
  );
}
