/**
 * Figures over time as lines or stacked bars, drawn as bar-chart.tsx draws: shapes are stretched, words are HTML.
 * Pointing or arrow keys read out what every series has at a step. Where there is no figure a line has a gap.
 */
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { cx } from './cx.ts';
import { keyed } from './keyed.ts';
import { figureScale, lineParts } from './series.ts';
import { absoluteTime, axisTime } from './time.ts';
import { axisTicks, stepWords } from './trend.ts';

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
  /** Some steps were chosen by dragging: from the beginning of the first to the end of the last. */
  onZoom?: (from: number, to: number) => void;
}

/** What is read out at once; a box with more covers the chart. */
const READ_OUT_MAX = 12;

export function SeriesChart(props: SeriesChartProps) {
  const { label, series, from, stepMs, draw, format, height = 'h-64', onZoom } = props;
  const [pointed, setPointed] = useState<number | null>(null);
  const [drag, setDrag] = useState<number | null>(null);
  const steps = Math.max(0, ...series.map(({ points }) => points.length));
  if (steps === 0) return null;
  const { top, bottom } = figureScale(series, steps, draw);
  const at = pointed === null ? steps - 1 : Math.min(pointed, steps - 1);
  const axis = { from, stepMs, counts: new Array<number>(steps).fill(0) };
  const words = (step: number) =>
    `${absoluteTime(from + step * stepMs)}: ${
      figuresAt(series, step)
        .map(({ name, value }) => `${name} ${format(value)}`)
        .join(', ') || 'nothing'
    }`;

  function stepAt(event: PointerEvent<HTMLDivElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(steps - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * steps)));
  }
  function onUp(event: PointerEvent<HTMLDivElement>) {
    const end = stepAt(event);
    if (onZoom && drag !== null && drag !== end)
      onZoom(from + Math.min(drag, end) * stepMs, from + (Math.max(drag, end) + 1) * stepMs);
    setDrag(null);
  }
  function onKey(event: KeyboardEvent) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    setPointed(Math.min(steps - 1, Math.max(0, (pointed ?? (move > 0 ? -1 : steps)) + move)));
    event.preventDefault();
  }

  return (
    <figure className="min-w-0">
      <div
        role="slider"
        aria-label={`${label} in steps of ${stepWords(stepMs)}`}
        aria-valuemin={0}
        aria-valuemax={steps - 1}
        aria-valuenow={at}
        aria-valuetext={words(at)}
        tabIndex={0}
        className={cx('relative rounded-sm', onZoom && 'cursor-crosshair touch-pan-y select-none', height)}
        onPointerMove={(event) => setPointed(stepAt(event))}
        onPointerDown={(event) => {
          setPointed(stepAt(event));
          if (!onZoom || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag(stepAt(event));
        }}
        onPointerUp={onUp}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => setPointed(null)}
        onKeyDown={onKey}
        onBlur={() => setPointed(null)}
      >
        <span className="absolute top-0 left-0 -translate-y-1/2 bg-surface pr-1 text-2xs text-ink-faint">
          {format(top)}
        </span>
        {bottom < 0 && (
          <span className="absolute bottom-0 left-0 translate-y-1/2 bg-surface pr-1 text-2xs text-ink-faint">
            {format(bottom)}
          </span>
        )}
        <svg
          aria-hidden
          viewBox={`0 0 ${steps} 100`}
          preserveAspectRatio="none"
          className="size-full overflow-visible"
        >
          {[0, 25, 50, 75].map((y) => (
            <line
              key={y}
              x1={0}
              x2={steps}
              y1={y}
              y2={y}
              className="stroke-line"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {pointed !== null && <rect x={at} y={0} width={1} height={100} className="fill-hover" />}
          {draw === 'bars' ? (
            axis.counts
              .map((_, step) => axis.from + step)
              .map((key, step) => <Bar key={key} step={step} series={series} top={top} />)
          ) : (
            <Lines series={series} top={top} bottom={bottom} />
          )}
          {drag !== null && pointed !== null && drag !== pointed && (
            <rect
              x={Math.min(drag, pointed)}
              y={0}
              width={Math.abs(drag - pointed) + 1}
              height={100}
              className="fill-accent/20 stroke-accent"
              vectorEffect="non-scaling-stroke"
            />
          )}
          <line
            x1={0}
            x2={steps}
            y1={100}
            y2={100}
            className="stroke-line-strong"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        {pointed !== null && (
          <ReadOut
            series={series}
            step={at}
            share={(at + 0.5) / steps}
            title={`${absoluteTime(from + at * stepMs)} · ${stepWords(stepMs)}`}
            format={format}
          />
        )}
      </div>
      <div aria-hidden className="relative mt-1 h-4 text-2xs text-ink-faint">
        {axisTicks(axis, 6).map((tick) => (
          <span
            key={tick.at}
            className="absolute -translate-x-1/2 whitespace-nowrap"
            style={{ left: `${tick.share * 100}%` }}
          >
            {axisTime(tick.at, steps * stepMs)}
          </span>
        ))}
      </div>
    </figure>
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

function Bar({ step, series, top }: { step: number; series: readonly FigureSeries[]; top: number }) {
  let below = 0;
  return keyed(series, ({ name }) => name).map(({ key, item: { points, fill } }) => {
    const value = points[step] ?? 0;
    if (value <= 0) return null;
    const height = Math.max(0.8, (value / top) * 100);
    below += height;
    return <rect key={key} x={step + 0.1} width={0.8} y={100 - below} height={height} className={fill} />;
  });
}

const figuresAt = (series: readonly FigureSeries[], step: number) =>
  series.flatMap(({ points, ...each }) => {
    const value = points[step];
    return value === null || value === undefined || value === 0 ? [] : [{ ...each, value }];
  });

function ReadOut({
  series,
  step,
  share,
  title,
  format,
}: {
  series: readonly FigureSeries[];
  step: number;
  share: number;
  title: string;
  format: (value: number) => string;
}) {
  const figures = figuresAt(series, step).toSorted((a, b) => b.value - a.value);
  return (
    <div
      className={cx(
        'pointer-events-none absolute top-1 z-10 w-max max-w-72 rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs shadow-float',
        share < 0.5 ? 'translate-x-3' : '-translate-x-[calc(100%+0.75rem)]',
      )}
      style={{ left: `${share * 100}%` }}
    >
      <div className="text-ink-faint">{title}</div>
      {figures.length === 0 && <div>Nothing</div>}
      {keyed(figures.slice(0, READ_OUT_MAX), ({ name }) => name).map(
        ({ key, item: { name, dot, value } }) => (
          <div key={key} className="flex items-center gap-1.5">
            <span className={cx('size-2 shrink-0 rounded-sm', dot)} />
            <bdi className="min-w-0 truncate">{name}</bdi>
            <span className="ml-auto pl-3 font-semibold whitespace-nowrap tabular-nums">{format(value)}</span>
          </div>
        ),
      )}
      {figures.length > READ_OUT_MAX && (
        <div className="text-ink-faint">and {figures.length - READ_OUT_MAX} smaller</div>
      )}
    </div>
  );
}
