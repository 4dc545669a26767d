/** The two ways to ask logs: a search and its lines, and SQL. */
import { Link } from '@tanstack/react-router';
import { cx } from '#web/ui/cx.ts';
import type { LogsSearch } from './logs-search.ts';

interface LogsTabsProps {
  current: 'lines' | 'sql';
  /** What both have in common goes along. */
  search: Pick<LogsSearch, 'project' | 'period' | 'from' | 'to'>;
}

export function LogsTabs({ current, search: { project, period, from, to } }: LogsTabsProps) {
  const common = {
    ...(project ? { project } : {}),
    ...(period ? { period } : {}),
    ...(from && to ? { from, to } : {}),
  };
  const tab = (isCurrent: boolean) =>
    cx(
      'flex h-7 items-center rounded-md px-2.5 text-sm font-medium pointer-coarse:h-10',
      isCurrent ? 'bg-accent-soft text-accent-strong' : 'text-ink-soft hover:bg-hover hover:text-ink',
    );
  return (
    <div className="flex items-center gap-4">
      <h1 className="text-lg font-semibold tracking-tight">Logs</h1>
      <nav aria-label="Ways to ask" className="flex gap-1">
        <Link
          to="/logs"
          search={common}
          className={tab(current === 'lines')}
          aria-current={current === 'lines' ? 'page' : undefined}
        >
          Lines
        </Link>
        <Link
          to="/logs/sql"
          search={common}
          className={tab(current === 'sql')}
          aria-current={current === 'sql' ? 'page' : undefined}
        >
          SQL
        </Link>
      </nav>
    </div>
  );
}
