/** One rule of the list: how it stands, what it waits for, when it fired. */
import { Link } from '@tanstack/react-router';
import type { AlertRule } from '#contract/alerts.ts';
import { cx } from '#web/ui/cx.ts';
import { compactNumber, counted } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { Sparkline } from '#web/ui/sparkline.tsx';
import { RuleState } from './rule-state.tsx';
import { conditionWords } from './words.ts';

/** Shared with the header, so that names and bars line up. */
export const COLUMNS =
  'grid items-center gap-x-6 gap-y-2 px-4 md:grid-cols-[minmax(0,1fr)_7rem_9rem_8rem] md:px-6';

const DAY_MS = 86_400_000;

interface RuleRowProps {
  rule: AlertRule;
  project: string | undefined;
  active: boolean;
}

export function RuleRow({ rule, project, active }: RuleRowProps) {
  const fired = rule.daily.reduce((sum, count) => sum + count, 0);
  const value = rule.samples.at(-1)?.value ?? null;
  return (
    <li
      className={cx(
        COLUMNS,
        'relative border-b border-line py-2.5 hover:bg-hover has-[a:focus-visible]:bg-hover',
        active && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <div className="min-w-0">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <RuleState rule={rule} />
          <Link
            to="/alerts/$id"
            params={{ id: rule.id }}
            search={{ project }}
            data-row-focus
            className="min-w-0 text-sm font-semibold outline-none [overflow-wrap:anywhere] after:absolute after:inset-0"
          >
            <bdi>{rule.name}</bdi>
          </Link>
        </div>
        <p className="truncate text-xs text-ink-faint" title={conditionWords(rule.condition)}>
          <bdi>{conditionWords(rule.condition)}</bdi>
        </p>
        {rule.problem && (
          <p className="truncate text-xs text-warn" title={rule.problem.message}>
            <bdi>{rule.problem.message}</bdi>
          </p>
        )}
      </div>
      <span className="text-xs text-ink-soft">
        {rule.lastFiredAt ? <RelativeTime time={rule.lastFiredAt} /> : 'never'}
      </span>
      <Sparkline
        series={{ from: Date.now() - rule.daily.length * DAY_MS, stepMs: DAY_MS, counts: rule.daily }}
        label={`Fired ${counted(fired, 'time')} in 14 days`}
        className="h-6 w-full max-md:hidden"
      />
      <span className="flex min-w-0 items-center gap-2 text-xs text-ink-soft tabular-nums max-md:hidden">
        {value === null ? '–' : compactNumber(value)}
        {rule.samples.length > 1 && <Values rule={rule} />}
      </span>
    </li>
  );
}

/** The values of the last hours as a line. */
function Values({ rule: { samples } }: { rule: AlertRule }) {
  const values = samples.map(({ value }) => value ?? 0);
  const [low, high] = [Math.min(0, ...values), Math.max(1, ...values)];
  const points = values.map(
    (value, at) => `${at},${(24 - ((value - low) / (high - low)) * 22 - 1).toFixed(2)}`,
  );
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${values.length - 1} 24`}
      preserveAspectRatio="none"
      className="h-6 min-w-0 flex-1"
    >
      <polyline
        points={points.join(' ')}
        className="fill-none stroke-series-1"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
