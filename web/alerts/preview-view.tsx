/** What a rule would have said of what is stored: how often, when, and its values beside the threshold. */
import type { AlertCondition, AlertPreview } from '#contract/alerts.ts';
import { compactNumber, counted } from '#web/ui/number.ts';
import { type FigureSeries, SeriesChart } from '#web/ui/series-chart.tsx';
import { absoluteTime } from '#web/ui/time.ts';
import { PREVIEW_PERIODS, type PreviewPeriod } from './alerts-search.ts';

/** Points of the chart: more are thinner than a line. */
const POINTS_MAX = 240;
/** Firings that are listed; the number tells of all. */
const LISTED = 5;

const LOOKS = [
  { fill: 'fill-series-1', stroke: 'stroke-series-1', dot: 'bg-series-1' },
  { fill: 'fill-series-2', stroke: 'stroke-series-2', dot: 'bg-series-2' },
  { fill: 'fill-series-3', stroke: 'stroke-series-3', dot: 'bg-series-3' },
  { fill: 'fill-series-4', stroke: 'stroke-series-4', dot: 'bg-series-4' },
  { fill: 'fill-series-5', stroke: 'stroke-series-5', dot: 'bg-series-5' },
] as const;
const THRESHOLD = { fill: 'fill-danger', stroke: 'stroke-danger', dot: 'bg-danger', dashed: true };

interface PreviewViewProps {
  preview: AlertPreview;
  condition: AlertCondition;
  period: PreviewPeriod;
}

export function PreviewView({ preview, condition, period }: PreviewViewProps) {
  const isOfValues = condition.kind === 'log' && condition.test.is !== 'newPattern';
  const length = PREVIEW_PERIODS.find(({ value }) => value === period)!.label;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="text-sm" aria-live="polite">
        <b>
          {preview.fired === 0
            ? `It would not have fired in the last ${length}.`
            : `It would have fired ${counted(preview.fired, 'time')} in the last ${length}.`}
        </b>{' '}
        <span className="text-ink-soft">
          Now: <bdi>{preview.now}</bdi>.
        </span>
      </p>
      <SeriesChart
        label={isOfValues ? 'Values' : 'Firings'}
        series={isOfValues ? valuesOf(preview) : firedOf(preview)}
        from={preview.from}
        stepMs={preview.stepMs * factorOf(preview, isOfValues)}
        draw={isOfValues ? 'lines' : 'bars'}
        format={(value) => (Number.isInteger(value) ? compactNumber(value) : value.toPrecision(3))}
        height="h-40"
      />
      {preview.firings.length > 0 && <Firings preview={preview} />}
      {preview.notices.length > 0 && (
        <ul className="flex flex-col gap-0.5 text-xs text-ink-faint">
          {preview.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Firings({ preview: { firings, fired } }: { preview: AlertPreview }) {
  return (
    <ul aria-label="When it would have fired" className="flex flex-col gap-1 text-xs">
      {firings
        .slice(-LISTED)
        .toReversed()
        .map(({ from, title, value }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two of the same name may fire at the same time.
          <li key={at} className="flex min-w-0 gap-2">
            <time dateTime={new Date(from).toISOString()} className="shrink-0 text-ink-faint tabular-nums">
              {absoluteTime(from)}
            </time>
            <bdi className="min-w-0 flex-1 truncate">{title}</bdi>
            {value !== null && <span className="tabular-nums">{compactNumber(value)}</span>}
          </li>
        ))}
      {fired > LISTED && <li className="text-ink-faint">and {fired - LISTED} earlier</li>}
    </ul>
  );
}

const factorOf = ({ series }: AlertPreview, isOfValues: boolean) =>
  isOfValues ? Math.max(1, Math.ceil((series[0]?.values.length ?? 0) / POINTS_MAX)) : 1;

function valuesOf(preview: AlertPreview): FigureSeries[] {
  const factor = factorOf(preview, true);
  const lines = preview.series.map(
    ({ name, values }, at): FigureSeries => ({
      name: name || 'value',
      points: thin(values, factor),
      ...LOOKS[at % LOOKS.length]!,
    }),
  );
  if (!preview.thresholds.some((value) => value !== null)) return lines;
  return [...lines, { name: 'threshold', points: thin(preview.thresholds, factor), ...THRESHOLD }];
}

const firedOf = ({ series }: AlertPreview): FigureSeries[] =>
  series.map(({ name, values }) => ({ name, points: values, ...LOOKS[0] }));

/** The largest of so many neighbours: what fires must not vanish between two points. */
function thin(values: readonly (number | null)[], factor: number): (number | null)[] {
  if (factor === 1) return [...values];
  return Array.from({ length: Math.ceil(values.length / factor) }, (_, at) => {
    const known = values.slice(at * factor, (at + 1) * factor).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}
