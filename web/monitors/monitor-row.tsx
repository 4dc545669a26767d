/** One monitor of the list: its name, what it expects, and its check-ins over time. */
import { Link } from '@tanstack/react-router';
import type { MonitorList } from '#contract/monitors.ts';
import { Badge } from '#web/ui/badge.tsx';
import { cx } from '#web/ui/cx.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import type { MonitorsSearch } from './monitors-search.ts';
import { StateBadge } from './state-badge.tsx';
import { Timeline } from './timeline.tsx';
import { scheduleWords } from './words.ts';

/** Shared with the header, so that names and bars line up. */
export const COLUMNS = 'grid gap-x-6 gap-y-2 px-4 md:grid-cols-[minmax(0,1fr)_9rem_minmax(0,1.2fr)] md:px-6';

interface MonitorRowProps {
  monitor: MonitorList['items'][number];
  search: MonitorsSearch;
  active: boolean;
}

export function MonitorRow({ monitor, search: { project, period }, active }: MonitorRowProps) {
  const { schedule } = monitor.config;
  const environments = monitor.environments.map(({ name }) => name);
  return (
    <li
      className={cx(
        COLUMNS,
        'relative items-center border-b border-line py-2.5 hover:bg-hover has-[a:focus-visible]:bg-hover',
        active && 'shadow-[inset_3px_0_0_var(--accent)]',
      )}
    >
      <div className="min-w-0">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <StateBadge state={monitor.state} />
          <Link
            to="/monitors/$id"
            params={{ id: monitor.id }}
            search={{ project, period }}
            data-row-focus
            className="min-w-0 text-sm font-semibold outline-none [overflow-wrap:anywhere] after:absolute after:inset-0"
          >
            <bdi>{monitor.slug}</bdi>
          </Link>
          {monitor.muted && <Badge title="It makes no issues">Muted</Badge>}
          {monitor.configProblems.length > 0 && (
            <Badge tone="warn" title={monitor.configProblems.join('; ')}>
              Schedule unusable
            </Badge>
          )}
        </div>
        <div className="flex min-w-0 flex-wrap gap-x-2 text-xs text-ink-faint">
          {schedule ? (
            <span className={cx(schedule.type === 'crontab' && 'font-mono')}>{scheduleWords(schedule)}</span>
          ) : (
            <span>no schedule</span>
          )}
          {schedule?.type === 'crontab' && <span>{schedule.timezone}</span>}
          {environments.length > 0 && (
            <span className="truncate" title={environments.join(', ')}>
              <bdi>
                {environments.length > 2 ? `${environments.length} environments` : environments.join(', ')}
              </bdi>
            </span>
          )}
          {!project && <span className="truncate">{monitor.project.name}</span>}
        </div>
      </div>
      <div className="flex gap-x-3 text-xs text-ink-soft md:flex-col">
        {monitor.lastCheckInAt && (
          <span>
            last <RelativeTime time={monitor.lastCheckInAt} />
          </span>
        )}
        {monitor.nextExpectedAt && (
          <span>
            next <RelativeTime time={monitor.nextExpectedAt} />
          </span>
        )}
      </div>
      <Timeline timeline={monitor.timeline} className="relative h-7" />
    </li>
  );
}
