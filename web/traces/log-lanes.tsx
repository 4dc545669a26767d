/** Of a trace that has no spans: who said something when, one lane per service, each mark as bad as the worst of it. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { offsetText, type Range } from '#web/durations.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { type LookOf, serviceName } from '#web/service-looks.ts';
import { cx } from '#web/ui/cx.ts';
import { counted } from '#web/ui/number.ts';
import { Brush } from './brush.tsx';
import { type Lane, type LaneMark, toLanes } from './lanes.ts';
import { AxisLines, AxisWords, TICKS } from './time-axis.tsx';
import type { TraceRecord } from './trace-model.ts';
import { isOpenIn, searchOf, wordsOf } from './trace-records.ts';
import { type TraceSearch, tidyTraceSearch } from './trace-search.ts';

interface LogLanesProps {
  records: readonly TraceRecord[];
  range: Range;
  lookOf: LookOf;
  wide: boolean;
  search: TraceSearch;
  onZoom: (range: Range) => void;
}

export function LogLanes({ records, range, lookOf, wide, search, onZoom }: LogLanesProps) {
  const lanes = useMemo(() => toLanes(records, range), [records, range]);
  const most = wide ? TICKS.wide : TICKS.phone;
  return (
    <figure
      aria-label={`Who said something when: ${lanes.map((lane) => `${serviceName(lane.service)} ${counted(lane.records, 'time')}`).join(', ')}`}
      className="flex rounded-md border border-line bg-surface"
    >
      {wide && (
        <div aria-hidden className="w-44 shrink-0 border-r border-line pt-6">
          {lanes.map((lane) => (
            <div key={lane.service} className="flex h-8 items-center gap-2 px-3 text-xs">
              <LaneName lane={lane} lookOf={lookOf} />
            </div>
          ))}
        </div>
      )}
      <Brush range={range} onZoom={onZoom} className="min-w-0 flex-1 overflow-hidden">
        <div className="absolute inset-0 top-6">
          <AxisLines range={range} most={most} />
        </div>
        <div className="relative h-6 border-b border-line">
          <AxisWords range={range} most={most} />
        </div>
        {lanes.map((lane) => (
          <div key={lane.service}>
            {!wide && (
              <div className="relative flex items-center gap-2 bg-surface/80 px-2 pt-1 text-xs">
                <LaneName lane={lane} lookOf={lookOf} />
              </div>
            )}
            <div className="relative h-8">
              <span className="absolute inset-x-0 top-1/2 border-t border-line-strong" />
              {lane.marks.map((mark) => (
                <Mark
                  key={mark.place}
                  mark={mark}
                  isOpen={mark.records.some((record) => isOpenIn(record, search))}
                />
              ))}
            </div>
          </div>
        ))}
      </Brush>
    </figure>
  );
}

function LaneName({ lane, lookOf }: { lane: Lane; lookOf: LookOf }) {
  return (
    <>
      <span className={cx('size-2 shrink-0 rounded-sm', lookOf(lane.service).solid)} />
      <bdi className="min-w-0 truncate">{serviceName(lane.service)}</bdi>
      <span className="ml-auto text-2xs text-ink-faint">{lane.records}</span>
    </>
  );
}

function Mark({ mark, isOpen }: { mark: LaneMark; isOpen: boolean }) {
  const { place, level, records, worst } = mark;
  const more = records.length > 1 ? ` and ${records.length - 1} more` : '';
  return (
    <Link
      from="/traces/$traceId"
      to="/traces/$traceId"
      search={(old) => tidyTraceSearch({ ...old, ...searchOf(worst) })}
      resetScroll={false}
      preload={false}
      tabIndex={-1}
      draggable={false}
      title={`${offsetText(worst.at)} ${wordsOf(worst).slice(0, 200)}${more}`}
      className="absolute inset-y-0 z-[5] flex w-3 -translate-x-1/2 items-center justify-center hover:z-10"
      style={{ left: `${place}%` }}
    >
      <span
        className={cx(
          LEVEL_LOOKS[level].dot,
          worst.kind === 'error'
            ? 'size-2.5 rotate-45'
            : cx('w-1.5 rounded-full', records.length > 3 ? 'h-5' : records.length > 1 ? 'h-4' : 'h-2.5'),
          isOpen && 'outline-2 outline-offset-2 outline-accent',
        )}
      />
    </Link>
  );
}
