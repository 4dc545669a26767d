/** Counts over time as bars, one or several series stacked, with moments worth seeing among them. */
import { ChartFrame } from './chart-frame.tsx';
import { cx } from './cx.ts';
import { keyed } from './keyed.ts';
import { compactNumber, fullNumber } from './number.ts';
import { StackedBars } from './stacked-bars.tsx';
import { absoluteTime } from './time.ts';
import { type Mark, placeMarks, rebucket, type Series, scaleTop, stepWords } from './trend.ts';

export interface StackedSeries extends Series {
  name: string;
  /** Classes for the fill of a bar and for the dot in the legend. */
  fill: string;
  dot: string;
}

interface BarChartProps {
  /** What is counted, as in "Events". */
  label: string;
  series: readonly StackedSeries[];
  marks?: readonly Mark[];
  barsMax?: number;
  className?: string;
  /** Height of the plot, a class. */
  height?: string;
  onZoom?: (from: number, to: number) => void;
}

export function BarChart(props: BarChartProps) {
  const { label, series, marks = [], barsMax = 96, className, height = 'h-28', onZoom } = props;
  const stacked = series.map((each) => ({ ...each, ...rebucket(each, barsMax) }));
  const shape = stacked[0];
  if (!shape || shape.counts.length === 0) return null;
  const { from, stepMs } = shape;
  const steps = shape.counts.length;
  const amountsAt = (step: number) =>
    stacked.map(({ name, fill, dot, counts }) => ({ name, fill, dot, amount: counts[step] ?? 0 }));
  const totals = shape.counts.map((_, step) => amountsAt(step).reduce((sum, { amount }) => sum + amount, 0));
  const highest = Math.max(...totals);
  const sum = totals.reduce((total, count) => total + count, 0);
  const top = scaleTop(highest);
  const figuresAt = (step: number) =>
    stacked.length === 1
      ? [{ name: '', dot: '', text: fullNumber(totals[step] ?? 0) }]
      : amountsAt(step)
          .filter(({ amount }) => amount > 0)
          .map(({ name, dot, amount }) => ({ name, dot, text: fullNumber(amount) }));
  return (
    <ChartFrame
      label={`${label}: ${fullNumber(sum)} in ${stepWords(steps * stepMs)}, ${fullNumber(highest)} at most in ${stepWords(stepMs)}`}
      from={from}
      stepMs={stepMs}
      steps={steps}
      top={compactNumber(top)}
      grid={[0, 50]}
      height={height}
      className={className}
      figuresAt={figuresAt}
      readOut="above"
      onZoom={onZoom}
      over={<Marks marks={marks} from={from} spanMs={steps * stepMs} />}
    >
      <StackedBars steps={steps} amountsAt={amountsAt} top={top} />
    </ChartFrame>
  );
}

function Marks({ marks, from, spanMs }: { marks: readonly Mark[]; from: number; spanMs: number }) {
  return keyed(placeMarks(marks, from, spanMs), (mark) => mark.label).map(
    ({ key, item: { at, label, share, words } }) => (
      <span
        key={key}
        title={`${label}, ${absoluteTime(at)}`}
        className="absolute inset-y-0 w-3 -translate-x-1/2"
        style={{ left: `${share * 100}%` }}
      >
        <span className="absolute inset-y-0 left-1/2 border-l border-dashed border-ink-faint" />
        {words && (
          <span
            className={cx(
              'absolute -top-1.5 bg-surface px-0.5 text-2xs whitespace-nowrap text-ink-soft',
              words === 'left' ? 'right-1/2 mr-0.5' : 'left-1/2 ml-0.5',
            )}
          >
            {label}
          </span>
        )}
      </span>
    ),
  );
}
