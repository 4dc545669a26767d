/**
 * What every chart over time has around its shapes: scale, grid, base line, time axis, and a read-out of the step that is
 * pointed at or reached by arrow keys. Where one may zoom, dragging or shift and arrow keys choose some steps. Shapes are
 * SVG stretched to the width there is, a step wide as 1 and the plot 100 high; words are HTML, so they are never stretched.
 */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react';
import { cx } from './cx.ts';
import { keyed } from './keyed.ts';
import { absoluteTime, axisTime } from './time.ts';
import { axisTicks, stepWords } from './trend.ts';

/** What a series has at a step. */
export interface Figure {
  /** Empty where there is only one series. */
  name: string;
  /** Class of its colour. */
  dot: string;
  text: string;
}

interface ChartFrameProps {
  /** Names the whole chart to who cannot see it. */
  label: string;
  /** Milliseconds since 1970 of the first step. */
  from: number;
  stepMs: number;
  steps: number;
  /** Words for the upper end of the scale, and for the lower one when that is not 0. */
  top: string;
  bottom?: string | undefined;
  /** Lines across the plot: percent from its top. */
  grid: readonly number[];
  /** Height of the plot, a class. */
  height: string;
  className?: string | undefined;
  figuresAt: (step: number) => readonly Figure[];
  /** `above` the plot, or `beside` the step where there may be many figures. */
  readOut: 'above' | 'beside';
  /** Some steps were chosen: from the beginning of the first to the end of the last. */
  onZoom?: ((from: number, to: number) => void) | undefined;
  /** HTML over the plot. */
  over?: ReactNode;
  /** The shapes. */
  children: ReactNode;
}

/** Steps that are being chosen, in the order of choosing. */
interface Brush {
  anchor: number;
  head: number;
  /** By a button held down; false: by keys. */
  held: boolean;
}

interface Span {
  first: number;
  last: number;
}

const KEYS_HINT = 'Shift and arrow keys choose a span, Enter zooms into it.';

export function ChartFrame(props: ChartFrameProps) {
  const { label, from, stepMs, steps, top, bottom, grid, height, className, figuresAt, readOut } = props;
  const { onZoom, over, children } = props;
  const id = useId();
  const [at, setPointed] = useState<number | null>(null);
  const [brush, setBrush] = useState<Brush | null>(null);
  const last = steps - 1;
  // There may be fewer steps than when it was pointed at.
  const pointed = at === null ? null : Math.min(at, last);
  const chosen = brush && {
    first: Math.min(brush.anchor, brush.head, last),
    last: Math.min(Math.max(brush.anchor, brush.head), last),
  };
  const timeOf = (step: number) => from + step * stepMs;

  function stepAt(event: PointerEvent<HTMLDivElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(last, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * steps)));
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
  function onUp() {
    // Pressing one step without dragging reads it out, as pointing does.
    if (brush?.held && chosen && chosen.first !== chosen.last) zoom(chosen);
    else setBrush(null);
  }
  function zoom(span: Span) {
    setBrush(null);
    setPointed(null);
    onZoom?.(timeOf(span.first), timeOf(span.last + 1));
  }
  function onKey(event: KeyboardEvent) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move) {
      const head = Math.min(last, Math.max(0, (pointed ?? (move > 0 ? -1 : steps)) + move));
      setPointed(head);
      if (onZoom)
        setBrush(event.shiftKey ? { anchor: brush?.anchor ?? pointed ?? head, head, held: false } : null);
    } else if (event.key === 'Enter' && onZoom && pointed !== null)
      zoom(chosen ?? { first: pointed, last: pointed });
    else if (event.key === 'Escape' && brush) setBrush(null);
    else return;
    event.preventDefault();
  }

  return (
    <figure className={cx('min-w-0', className)}>
      <div
        role="slider"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={pointed ?? last}
        aria-valuetext={
          chosen
            ? `${absoluteTime(timeOf(chosen.first))} to ${absoluteTime(timeOf(chosen.last + 1))}`
            : `${absoluteTime(timeOf(pointed ?? last))}: ${wordsOf(figuresAt(pointed ?? last))}`
        }
        aria-describedby={onZoom && `${id}-hint`}
        tabIndex={0}
        className={cx('relative rounded-sm', onZoom && 'cursor-crosshair touch-pan-y select-none', height)}
        onPointerMove={onMove}
        onPointerDown={onDown}
        onPointerUp={onUp}
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
        <span className={cx('top-0 -translate-y-1/2', SCALE)}>{top}</span>
        {bottom !== undefined && <span className={cx('bottom-0 translate-y-1/2', SCALE)}>{bottom}</span>}
        <svg
          aria-hidden
          viewBox={`0 0 ${steps} 100`}
          preserveAspectRatio="none"
          className="size-full overflow-visible"
        >
          {grid.map((y) => (
            <Line key={y} y={y} steps={steps} className="stroke-line" />
          ))}
          {pointed !== null && <Steps span={{ first: pointed, last: pointed }} className="fill-hover" />}
          {children}
          {chosen && <Steps span={chosen} className="fill-accent/20 stroke-accent" />}
          <Line y={100} steps={steps} className="stroke-line-strong" />
        </svg>
        {over}
        {pointed !== null && (
          <ReadOut
            title={titleOf(chosen ?? { first: pointed, last: pointed }, from, stepMs)}
            // Of a span the length is told, and not what is in one of its steps.
            figures={chosen && chosen.first !== chosen.last ? null : figuresAt(pointed)}
            share={(pointed + 0.5) / steps}
            place={readOut}
          />
        )}
      </div>
      <div aria-hidden className="relative mt-1 h-4 text-2xs text-ink-faint">
        {axisTicks({ from, stepMs, steps }, 6).map((tick) => (
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

const SCALE = 'absolute left-0 bg-surface pr-1 text-2xs text-ink-faint';

const wordsOf = (figures: readonly Figure[]) =>
  figures.map(({ name, text }) => (name ? `${name} ${text}` : text)).join(', ') || 'nothing';

const titleOf = ({ first, last }: Span, from: number, stepMs: number) =>
  `${absoluteTime(from + first * stepMs)} · ${stepWords(stepMs * (last - first + 1))}`;

function Line({ y, steps, className }: { y: number; steps: number; className: string }) {
  return <line x1={0} x2={steps} y1={y} y2={y} className={className} vectorEffect="non-scaling-stroke" />;
}

function Steps({ span, className }: { span: Span; className: string }) {
  return (
    <rect
      x={span.first}
      y={0}
      width={span.last - span.first + 1}
      height={100}
      className={className}
      vectorEffect="non-scaling-stroke"
    />
  );
}

/** What is read out at once; a box with more covers the chart. */
const READ_OUT_MAX = 12;

function ReadOut({
  title,
  figures,
  share,
  place,
}: {
  title: string;
  /** Null: only the title. */
  figures: readonly Figure[] | null;
  share: number;
  place: ChartFrameProps['readOut'];
}) {
  const { className, left } = place === 'above' ? aboveAt(share) : besideAt(share);
  return (
    <div
      className={cx(
        'pointer-events-none absolute z-10 w-max max-w-72 rounded-md border border-line-strong bg-raised px-2.5 py-1.5 text-xs shadow-float',
        className,
      )}
      style={left === undefined ? undefined : { left: `${left * 100}%` }}
    >
      <div className="text-ink-faint">{title}</div>
      {figures?.length === 0 && <div>Nothing</div>}
      {keyed(figures?.slice(0, READ_OUT_MAX) ?? [], ({ name }) => name).map(
        ({ key, item: { name, dot, text } }) => (
          <div key={key} className="flex items-center gap-1.5">
            {name && <span className={cx('size-2 shrink-0 rounded-sm', dot)} />}
            {name && <bdi className="min-w-0 truncate">{name}</bdi>}
            <span
              className={cx('font-semibold whitespace-nowrap tabular-nums', name !== '' && 'ml-auto pl-3')}
            >
              {text}
            </span>
          </div>
        ),
      )}
      {figures && figures.length > READ_OUT_MAX && (
        <div className="text-ink-faint">and {figures.length - READ_OUT_MAX} more</div>
      )}
    </div>
  );
}

/** Near the edges it stands at the edge. */
function aboveAt(share: number): { className: string; left?: number } {
  if (share < 0.2) return { className: 'bottom-full mb-1 left-0' };
  if (share > 0.8) return { className: 'bottom-full mb-1 right-0' };
  return { className: 'bottom-full mb-1 -translate-x-1/2', left: share };
}

const besideAt = (share: number) => ({
  className: cx('top-1', share < 0.5 ? 'translate-x-3' : '-translate-x-[calc(100%+0.75rem)]'),
  left: share,
});
