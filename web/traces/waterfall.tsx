/** The rows of a trace under one time axis; only those in sight are drawn. */
import { type CSSProperties, useMemo } from 'react';
import type { Range } from '#web/durations.ts';
import type { LookOf } from '#web/service-looks.ts';
import { WindowList } from '#web/ui/window-list.tsx';
import { Brush } from './brush.tsx';
import { logsSearch } from './logs-links.ts';
import { RecordRow } from './record-row.tsx';
import { namesWidth, ROW_PX } from './row-layout.ts';
import { SpanRow } from './span-row.tsx';
import { AxisLines, AxisWords, TICKS } from './time-axis.tsx';
import { serviceOf, type TraceModel } from './trace-model.ts';
import type { TraceRow } from './trace-rows.ts';

interface WaterfallProps {
  model: TraceModel;
  rows: readonly TraceRow[];
  range: Range;
  lookOf: LookOf;
  wide: boolean;
  panelOpen: boolean;
  activeIndex: number;
  openKey: string | null;
  onPick: (key: string) => void;
  onShut: (key: string) => void;
  onZoom: (range: Range) => void;
}

export function Waterfall(props: WaterfallProps) {
  const { model, rows, range, lookOf, wide, panelOpen, activeIndex, openKey } = props;
  const hasSpans = model.nodes.length > 0;
  const names = namesWidth(hasSpans, panelOpen);
  const most = !wide ? TICKS.phone : hasSpans && !panelOpen ? TICKS.wide : TICKS.part;
  const logs = useMemo(() => logsSearch(model, [['trace', model.traceId]]), [model]);
  return (
    <div style={{ '--names': names } as CSSProperties}>
      <div className="sticky top-12 z-10 flex h-7 border-y border-line bg-canvas text-2xs text-ink-faint md:top-0">
        {wide && (
          <div className="flex w-[var(--names)] shrink-0 items-center px-4">
            {hasSpans ? 'Spans' : 'Lines and errors'}
          </div>
        )}
        <Brush
          range={range}
          onZoom={props.onZoom}
          className="mx-2 min-w-0 flex-1 overflow-hidden md:mr-4 md:ml-0"
        >
          <AxisWords range={range} most={most} />
        </Brush>
      </div>
      <div className="relative">
        <div
          aria-hidden
          className="pointer-events-none absolute inset-y-0 right-2 left-2 md:right-4 md:left-[var(--names)]"
        >
          <AxisLines range={range} most={most} />
        </div>
        <WindowList
          label={hasSpans ? 'Spans' : 'Lines and errors'}
          items={rows}
          keyOf={({ key }) => key}
          rowPx={wide ? ROW_PX.wide : ROW_PX.narrow}
          total={rows.length}
          more={false}
          onMore={() => {}}
          activeIndex={activeIndex}
          row={(row, index) =>
            row.kind === 'span' ? (
              <SpanRow
                row={row}
                range={range}
                look={lookOf(row.node.span.service)}
                wide={wide}
                active={index === activeIndex}
                open={row.key === openKey}
                onPick={props.onPick}
                onShut={props.onShut}
              />
            ) : (
              <RecordRow
                row={row}
                range={range}
                look={lookOf(serviceOf(row.record))}
                wide={wide}
                active={index === activeIndex}
                open={row.key === openKey}
                logs={logs}
                onPick={props.onPick}
              />
            )
          }
        />
      </div>
    </div>
  );
}
