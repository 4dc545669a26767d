/** From each failure that made an issue to the check-in after which all was well, newest first. */
import { Link } from '@tanstack/react-router';
import type { MonitorDetail } from '#contract/monitors.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { runtimeWords } from './words.ts';

export function Incidents({ monitor: { incidents, environments } }: { monitor: MonitorDetail }) {
  return (
    <Card title="Issues" note={incidents.length > 0 ? 'newest first' : undefined} flush>
      {incidents.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">None: it has not failed.</p>
      ) : (
        <ul aria-label="Issues of the monitor">
          {incidents.map(({ id, environment, startedAt, endedAt, issue }) => (
            <li key={id} className="flex flex-col gap-1 border-b border-line px-4 py-2.5 last:border-0">
              <div className="flex items-center gap-2 text-sm">
                {issue ? (
                  <Link
                    to="/issues/$issueId/{-$tab}"
                    params={{ issueId: issue.id }}
                    className="min-w-0 truncate font-medium hover:underline"
                    title={issue.title}
                  >
                    {issue.shortId}
                  </Link>
                ) : (
                  <span className="text-ink-soft">no issue</span>
                )}
                <Badge tone={endedAt ? 'good' : 'danger'}>{endedAt ? 'Over' : 'Open'}</Badge>
                {environments.length > 1 && (
                  <bdi className="min-w-0 truncate text-xs text-ink-faint">{environment}</bdi>
                )}
              </div>
              <p className="text-xs text-ink-faint">
                <RelativeTime time={startedAt} />
                {endedAt && `, for ${runtimeWords(Date.parse(endedAt) - Date.parse(startedAt))}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
