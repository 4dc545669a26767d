/** A result drawn: bars over time, or a bar for each text. */
import type { LogLevel } from '#contract/logs.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { BarChart } from '#web/ui/bar-chart.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { keyed } from '#web/ui/keyed.ts';
import { fullNumber } from '#web/ui/number.ts';
import type { ChartData } from './chart-data.ts';

const COLOURS = [
  { fill: 'fill-accent', dot: 'bg-accent' },
  { fill: 'fill-level-info', dot: 'bg-level-info' },
  { fill: 'fill-level-warning', dot: 'bg-level-warning' },
  { fill: 'fill-level-fatal', dot: 'bg-level-fatal' },
  { fill: 'fill-level-error', dot: 'bg-level-error' },
  { fill: 'fill-bar', dot: 'bg-bar' },
] as const;

export function ResultChart({ chart }: { chart: ChartData }) {
  if (chart.is === 'texts') return <TextBars {...chart} />;
  const series = chart.series.map(({ name, counts }, at) => ({
    name: name || 'not said',
    counts,
    from: chart.from,
    stepMs: chart.stepMs,
    ...(Object.hasOwn(LEVEL_LOOKS, name) ? LEVEL_LOOKS[name as LogLevel] : COLOURS[at % COLOURS.length]!),
  }));
  return (
    <Card>
      <BarChart label={chart.label} series={series} height="h-36" barsMax={200} />
      {series.length > 1 && (
        <ul aria-label="Colours" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
          {series.map(({ name, dot }) => (
            <li key={name} className="flex items-center gap-1.5">
              <span className={cx('size-2 rounded-sm', dot)} />
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function TextBars({ label, bars }: Extract<ChartData, { is: 'texts' }>) {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  return (
    <Card>
      <ul aria-label={label} className="grid grid-cols-[fit-content(40%)_1fr_auto] gap-x-3 gap-y-1.5 text-xs">
        {keyed(bars, ({ name }) => name).map(({ key, item: { name, value } }) => (
          <li key={key} className="col-span-3 grid grid-cols-subgrid items-center">
            <bdi className="truncate" title={name}>
              {name || 'not said'}
            </bdi>
            <span className="h-3 rounded-sm bg-sunken">
              <span
                className="block h-full min-w-px rounded-sm bg-accent"
                style={{ width: `${(value / most) * 100}%` }}
              />
            </span>
            <span className="font-mono">{fullNumber(Number(value.toPrecision(6)))}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
