/** What services and issues cost, the costliest first. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { NoiseReport } from '#contract/noise.ts';
import { Card } from '#web/ui/card.tsx';
import { byteSize, counted, fullNumber } from '#web/ui/number.ts';

export function ServiceCosts({ services, project }: { services: NoiseReport['services']; project: string }) {
  return (
    <Card title="By service" note={counted(services.length, 'service')}>
      {services.length === 0 && <p className="text-sm text-ink-faint">No logs in this time.</p>}
      <Bars
        bars={services.map((each) => ({
          id: each.service,
          bytes: each.diskBytes,
          name: (
            <Link
              to="/logs"
              search={{
                query: each.service === '' ? '!has:service' : `service:${JSON.stringify(each.service)}`,
                ...(project ? { project } : {}),
              }}
              className="min-w-0 truncate hover:underline"
            >
              <bdi>{each.service || 'no service'}</bdi>
            </Link>
          ),
          facts: [
            counted(each.records, 'record'),
            each.errors > 0 && counted(each.errors, 'error'),
            each.notKept > 0 && `${fullNumber(each.notKept)} not kept`,
          ],
        }))}
      />
    </Card>
  );
}

export function IssueCosts({ issues }: { issues: NoiseReport['issues'] }) {
  return (
    <Card title="By issue" note="error events">
      {issues.length === 0 && <p className="text-sm text-ink-faint">No error events in this time.</p>}
      <Bars
        bars={issues.map((issue) => ({
          id: issue.id,
          bytes: issue.diskBytes ?? 0,
          name: (
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId: issue.id }}
              className="min-w-0 truncate hover:underline"
            >
              <bdi>{issue.title}</bdi>
            </Link>
          ),
          facts: [issue.shortId, counted(issue.events, 'event')],
        }))}
      />
    </Card>
  );
}

interface Bar {
  id: string;
  name: ReactNode;
  bytes: number;
  facts: (string | false)[];
}

function Bars({ bars }: { bars: readonly Bar[] }) {
  const largest = Math.max(1, ...bars.map(({ bytes }) => bytes));
  return (
    <ul className="flex max-h-96 flex-col gap-2.5 overflow-y-auto">
      {bars.map(({ id, name, bytes, facts }) => (
        <li key={id} className="text-sm">
          <div className="flex justify-between gap-3">
            {name}
            <span className="shrink-0">{byteSize(bytes)}</span>
          </div>
          <div aria-hidden className="mt-1 h-1 overflow-hidden rounded-full bg-sunken">
            <div
              className="h-full rounded-full bg-bar"
              style={{ width: `${Math.max(0.5, (bytes / largest) * 100)}%` }}
            />
          </div>
          <p className="mt-0.5 text-xs text-ink-faint">{facts.filter(Boolean).join(' · ')}</p>
        </li>
      ))}
    </ul>
  );
}
