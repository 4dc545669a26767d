/** How many lines there were when, by level; dragging over the bars zooms into them. */

import type { LogHistogram } from '#contract/logs.ts';
import { histogramSeries } from '#web/log-levels.ts';
import { BarChart } from '#web/ui/bar-chart.tsx';
import { cx } from '#web/ui/cx.ts';
import { sentenceOf } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { NotKeptNote } from './not-kept-note.tsx';

/** As many as the server counts at most, so that bars are what it counted. */
const BARS_MAX = 121;

interface LogsHistogramProps {
  histogram: LogHistogram | undefined;
  error: unknown;
  stale: boolean;
  project: string;
  onZoom: (from: number, to: number) => void;
}

export function LogsHistogram({ histogram, error, stale, project, onZoom }: LogsHistogramProps) {
  const series = histogram ? histogramSeries(histogram) : [];
  return (
    <div
      className={cx(
        'mx-4 mb-4 min-h-37 rounded-lg border border-line bg-surface px-3 pt-3 md:mx-6',
        stale && 'opacity-60',
      )}
    >
      {error && !histogram ? (
        <p role="alert" className="pt-6 text-center text-sm text-ink-soft">
          The lines could not be counted. {sentenceOf(error)}
        </p>
      ) : !histogram ? (
        <Skeleton className="h-24 w-full" />
      ) : series.length === 0 ? (
        <p className="flex h-24 items-center justify-center text-xs text-ink-faint">No lines to count.</p>
      ) : (
        <>
          <BarChart label="Lines" series={series} barsMax={BARS_MAX} height="h-22" onZoom={onZoom} />
          <ul className="mt-0.5 flex flex-wrap gap-x-3 text-2xs text-ink-soft">
            {series.map(({ name, dot, counts }) => (
              <li key={name} className="flex items-center gap-1">
                <span aria-hidden className={cx('size-2 rounded-sm', dot)} />
                <span
                  title={counted(
                    counts.reduce((sum, count) => sum + count, 0),
                    'line',
                  )}
                >
                  {name}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {histogram && <NotKeptNote notKept={histogram.notKept} project={project} className="pt-1 pb-2" />}
    </div>
  );
}
