/**
 * Bars over time, one or several series stacked. SVG rectangles stretched to the width there is; words and labels
 * are HTML, so that they are never stretched. Pointing or arrow keys read out one bar; where one may zoom, dragging
 * or shift and arrow keys choose some.
 */
import { type KeyboardEvent, type PointerEvent, useId, useState } from 'react';
import { cx } from './cx.ts';
import { keyed } from './keyed.ts';
import { compactNumber, fullNumber } from './number.ts';
import { absoluteTime, axisTime } from './time.ts';
import { axisTicks, type Mark, placeMarks, rebucket, type Series, scaleTop, stepWords } from './trend.ts';

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
  /** Some bars were chosen: from the beginning of the first to the end of the last. */
  onZoom?: (from: number, to: number) => void;
}

/** Bars that are being chosen, in the order of choosing. */
interface Brush {
  anchor: number;
  head: number;
  /** By a button held down; false: by keys. */
  held: boolean;
}

const KEYS_HINT = 'Shift and arrow keys choose a span, Enter zooms into it.';

export function BarChart({
  label,
  series,
  marks = [],
  barsMax = 96,
  className,
  height = 'h-28',
  onZoom,
}: BarChartProps) {
  const id = useId();
  const [pointed, setPointed] = useState<number | null>(null);
  const [brush, setBrush] = useState<Brush | null>(null);
  const stacked = series.map((each) => ({ ...each, ...rebucket(each, barsMax) }));
  const shape = stacked[0];
  if (!shape || shape.counts.length === 0) return null;
  const steps = shape.counts.length;
  const totals = shape.counts.map((_, step) =>
    stacked.reduce((sum, each) => sum + (each.counts[step] ?? 0), 0),
  );
  const top = scaleTop(Math.max(...totals));
  const spanMs = steps * shape.stepMs;
  const sum = totals.reduce((total, count) => total + count, 0);
  const name = `${label}: ${fullNumber(sum)} in ${stepWords(spanMs)}, ${fullNumber(Math.max(...totals))} at most in ${stepWords(shape.stepMs)}`;

  const chosen = brush && {
    first: Math.min(brush.anchor, brush.head, steps - 1),
    last: Math.min(Math.max(brush.anchor, brush.head), steps - 1),
  };

  function stepAt(event: PointerEvent<HTMLDivElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const step = Math.floor(((event.clientX - box.left) / box.width) * steps);
    return Math.min(steps - 1, Math.max(0, step));
  }
  function onDown(event: PointerEvent<HTMLDivElement>) {
    const step = stepAt(event);
    setPointed(step);
    if (!onZoom || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setBrush({ anchor: step, head: step, held: true });
  }
  function onMove(event: PointerEvent<HTMLDivElement>) {
    const step = stepAt(event);
    setPointed(step);
    if (brush?.held && step !== brush.head) setBrush({ ...brush, head: step });
  }
  function zoom(first: number, last: number) {
    setBrush(null);
    setPointed(null);
    onZoom?.(shape!.from + first * shape!.stepMs, shape!.from + (last + 1) * shape!.stepMs);
  }
  function onKey(event: KeyboardEvent) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move) {
      const at = pointed ?? (move > 0 ? -1 : steps);
      const head = Math.min(steps - 1, Math.max(0, at + move));
      setPointed(head);
      if (onZoom)
        setBrush(event.shiftKey ? { anchor: brush?.anchor ?? pointed ?? head, head, held: false } : null);
    } else if (event.key === 'Enter' && onZoom && pointed !== null)
      zoom(chosen?.first ?? pointed, chosen?.last ?? pointed);
    else if (event.key === 'Escape' && brush) setBrush(null);
    else return;
    event.preventDefault();
  }

  return (
    <figure className={cx('min-w-0', className)}>
      <div
        role="slider"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={steps - 1}
        aria-valuenow={pointed ?? steps - 1}
        aria-valuetext={
          chosen
            ? `${absoluteTime(shape.from + chosen.first * shape.stepMs)} to ${absoluteTime(shape.from + (chosen.last + 1) * shape.stepMs)}`
            : readOut(shape, totals, pointed ?? steps - 1)
        }
        aria-describedby={onZoom && `${id}-hint`}
        tabIndex={0}
        className={cx('relative rounded-sm', onZoom && 'cursor-crosshair touch-pan-y select-none', height)}
        onPointerMove={onMove}
        onPointerDown={onDown}
        onPointerUp={() => {
          // Pressing one bar without dragging reads it out, as pointing does.
          if (brush?.held && chosen && chosen.first !== chosen.last) zoom(chosen.first, chosen.last);
          else setBrush(null);
        }}
        onPointerCancel={() => setBrush(null)}
        onPointerLeave={() => setPointed(null)}
        onKeyDown={onKey}
        onBlur={() => {
          setPointed(null);
          setBrush(null);
        }}
      >
        {onZoom && (
          <span id={`${id}-hint`} className="sr-only">
            {KEYS_HINT}
          </span>
        )}
        <span className="absolute top-0 left-0 -translate-y-1/2 bg-surface pr-1 text-2xs text-ink-faint">
          {compactNumber(top)}
        </span>
        <svg
          aria-hidden
          viewBox={`0 0 ${steps} 100`}
          preserveAspectRatio="none"
          className="size-full overflow-visible"
        >
          {[0, 50].map((y) => (
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
          {pointed !== null && <rect x={pointed} y={0} width={1} height={100} className="fill-hover" />}
          {Array.from(totals.keys(), (step) => (
            <Bar key={step} step={step} stacked={stacked} top={top} />
          ))}
          {chosen && (
            <rect
              x={chosen.first}
              y={0}
              width={chosen.last - chosen.first + 1}
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
        <Marks marks={marks} from={shape.from} spanMs={spanMs} />
        {pointed !== null && (
          <ReadOut
            stacked={stacked}
            step={pointed}
            share={(pointed + 0.5) / steps}
            total={totals[pointed] ?? 0}
            span={chosen && chosen.first !== chosen.last ? chosen : null}
          />
        )}
      </div>
      <div aria-hidden className="relative mt-1 h-4 text-2xs text-ink-faint">
        {axisTicks(shape, 6).map((tick) => (
          <span
            key={tick.at}
            className="absolute -translate-x-1/2 whitespace-nowrap"
            style={{ left: `${tick.share * 100}%` }}
          >
            {axisTime(tick.at, spanMs)}
          </span>
        ))}
      </div>
    </figure>
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

function Bar({ step, stacked, top }: { step: number; stacked: readonly StackedSeries[]; top: number }) {
  let below = 0;
  return stacked.map((each) => {
    const count = each.counts[step] ?? 0;
    if (count === 0) return null;
    // A count too small to see still gets a sliver: zero and few are different facts.
    const height = Math.max(1.5, (count / top) * 100);
    below += height;
    return (
      <rect
        key={each.name}
        x={step + 0.1}
        width={0.8}
        y={100 - below}
        height={height}
        className={each.fill}
      />
    );
  });
}

function ReadOut({
  stacked,
  step,
  share,
  total,
  span,
}: {
  stacked: readonly StackedSeries[];
  step: number;
  share: number;
  total: number;
  /** The bars that are being chosen, of which the length is told, and not what is in one of them. */
  span: { first: number; last: number } | null;
}) {
  const first = stacked[0];
  if (!first) return null;
  return (
    <div
      className={cx(
        'pointer-events-none absolute bottom-full z-10 mb-1 rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs whitespace-nowrap shadow-float',
        share < 0.2 ? 'left-0' : share > 0.8 ? 'right-0' : '-translate-x-1/2',
      )}
      style={share >= 0.2 && share <= 0.8 ? { left: `${share * 100}%` } : undefined}
    >
      <div className="text-ink-faint">
        {absoluteTime(first.from + (span?.first ?? step) * first.stepMs)} ·{' '}
        {stepWords(first.stepMs * (span ? span.last - span.first + 1 : 1))}
      </div>
      {span ? null : stacked.length === 1 ? (
        <div className="font-semibold">{fullNumber(total)}</div>
      ) : (
        stacked.map((each) =>
          each.counts[step] ? (
            <div key={each.name} className="flex items-center gap-1.5">
              <span className={cx('size-2 rounded-sm', each.dot)} />
              {each.name}
              <span className="ml-auto pl-3 font-semibold">{fullNumber(each.counts[step])}</span>
            </div>
          ) : null,
        )
      )}
    </div>
  );
}

const readOut = (series: Series, totals: readonly number[], step: number) =>
  `${absoluteTime(series.from + step * series.stepMs)}: ${fullNumber(totals[step] ?? 0)}`;
