/** Figures over time as lines or stacked bars. Where there is no figure a line has a gap. */
import { ChartFrame } from './chart-frame.tsx';
import { cx } from './cx.ts';
import { keyed } from './keyed.ts';
import { figureScale, lineParts } from './series.ts';
import { StackedBars } from './stacked-bars.tsx';
import { stepWords } from './trend.ts';

export interface FigureSeries {
  name: string;
  points: readonly (number | null)[];
  /** Classes. */
  fill: string;
  stroke: string;
  dot: string;
  dashed?: boolean;
}

interface SeriesChartProps {
  /** What is drawn, as in "p95 of duration". */
  label: string;
  series: readonly FigureSeries[];
  /** Milliseconds since 1970 of the first step. */
  from: number;
  stepMs: number;
  draw: 'lines' | 'bars';
  format: (value: number) => string;
  /** Height of the plot, a class. */
  height?: string;
  onZoom?: (from: number, to: number) => void;
}

export function SeriesChart(props: SeriesChartProps) {
  const { label, series, from, stepMs, draw, format, height = 'h-64', onZoom } = props;
  const steps = Math.max(0, ...series.map(({ points }) => points.length));
  if (steps === 0) return null;
  const { top, bottom } = figureScale(series, steps, draw);
  const amountsAt = (step: number) =>
    series.map(({ name, fill, points }) => ({ name, fill, amount: points[step] ?? 0 }));
  const figuresAt = (step: number) =>
    series
      .map(({ name, dot, points }) => ({ name, dot, value: points[step] ?? 0 }))
      .filter(({ value }) => value !== 0)
      .sort((a, b) => b.value - a.value)
      .map(({ name, dot, value }) => ({ name, dot, text: format(value) }));
  return (
    <ChartFrame
      label={`${label} in steps of ${stepWords(stepMs)}`}
      from={from}
      stepMs={stepMs}
      steps={steps}
      top={format(top)}
      bottom={bottom < 0 ? format(bottom) : undefined}
      grid={[0, 25, 50, 75]}
      height={height}
      figuresAt={figuresAt}
      readOut="beside"
      onZoom={onZoom}
    >
      {draw === 'bars' ? (
        <StackedBars steps={steps} amountsAt={amountsAt} top={top} />
      ) : (
        <Lines series={series} top={top} bottom={bottom} />
      )}
    </ChartFrame>
  );
}

function Lines({ series, top, bottom }: { series: readonly FigureSeries[]; top: number; bottom: number }) {
  const y = (value: number) => (100 - ((value - bottom) / (top - bottom)) * 100).toFixed(3);
  // The first series is the largest, and lies above the others.
  return keyed(series, ({ name }) => name)
    .toReversed()
    .map(({ key, item: { points, stroke, dashed } }) => (
      <path
        key={key}
        d={lineParts(points)
          .map((part) =>
            part.length === 1
              ? `M${part[0]!.step + 0.2} ${y(part[0]!.value)}h0.6`
              : part
                  .map(({ step, value }, place) => `${place === 0 ? 'M' : 'L'}${step + 0.5} ${y(value)}`)
                  .join(''),
          )
          .join('')}
        className={cx('fill-none', stroke)}
        strokeWidth={1.75}
        strokeLinejoin="round"
        strokeDasharray={dashed ? '4 3' : undefined}
        vectorEffect="non-scaling-stroke"
      />
    ));
}
