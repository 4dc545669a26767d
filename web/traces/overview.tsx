/** All of a trace at once, small: every span a line, failures red; what is looked at closely stands out. */
import { memo } from 'react';
import { placeIn, type Range } from '#web/durations.ts';
import type { LookOf } from '#web/service-looks.ts';
import { Brush } from './brush.tsx';
import { AxisWords, TICKS } from './time-axis.tsx';
import type { SpanNode, TraceModel } from './trace-model.ts';

/** Lines that are drawn: more are finer than the picture is high. */
const LINES_MAX = 1500;
const WIDTH = 1000;
const HEIGHT = 56;

interface OverviewProps {
  model: TraceModel;
  range: Range;
  lookOf: LookOf;
  wide: boolean;
  onZoom: (range: Range) => void;
}

export function Overview({ model, range, lookOf, wide, onZoom }: OverviewProps) {
  const { whole } = model;
  const isZoomed = range.from > whole.from || range.to < whole.to;
  return (
    <Brush range={whole} onZoom={onZoom} className="overflow-hidden rounded-md border border-line bg-surface">
      <div className="relative h-5 border-b border-line">
        <AxisWords range={whole} most={wide ? TICKS.wide : TICKS.phone} />
      </div>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="block h-14 w-full"
        aria-hidden
      >
        <Lines model={model} lookOf={lookOf} />
      </svg>
      {isZoomed && (
        <>
          <Shade from={0} to={placeIn(whole, range.from)} />
          <Shade from={placeIn(whole, range.to)} to={100} />
        </>
      )}
    </Brush>
  );
}

function Shade({ from, to }: { from: number; to: number }) {
  return (
    <div
      className="pointer-events-none absolute inset-y-0 bg-canvas/80"
      style={{ left: `${from}%`, width: `${to - from}%` }}
    />
  );
}

const Lines = memo(function Lines({ model, lookOf }: { model: TraceModel; lookOf: LookOf }) {
  const every = Math.ceil(model.nodes.length / LINES_MAX);
  const shown = model.nodes.filter((node, n) => n % every === 0 || node.span.status === 'error');
  const high = HEIGHT / Math.max(shown.length, 8);
  const paths = new Map<string, string[]>();
  shown.forEach((node, n) => {
    const stroke = node.span.status === 'error' ? 'stroke-level-error' : lookOf(node.span.service).stroke;
    const path = paths.get(stroke) ?? [];
    paths.set(stroke, path);
    path.push(lineOf(node, model.whole, (n + 0.5) * high));
  });
  return [...paths].map(([stroke, path]) => (
    <path key={stroke} d={path.join('')} className={stroke} strokeWidth={Math.max(0.5, high * 0.6)} />
  ));
});

function lineOf({ start, end }: SpanNode, whole: Range, y: number): string {
  const from = (placeIn(whole, start) / 100) * WIDTH;
  const to = Math.max(from + 1, (placeIn(whole, end) / 100) * WIDTH);
  return `M${from.toFixed(1)} ${y.toFixed(1)}H${to.toFixed(1)}`;
}
