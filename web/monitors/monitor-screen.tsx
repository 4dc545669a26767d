/** One monitor: what it expects, its environments over time, its check-ins and the issues it made. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { BellOff, TriangleAlert } from 'lucide-react';
import type { MonitorDetail } from '#contract/monitors.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Card } from '#web/ui/card.tsx';
import { DetailHead } from '#web/ui/detail-head.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { CheckIns } from './check-ins.tsx';
import { Incidents } from './incidents.tsx';
import { MonitorActions } from './monitor-actions.tsx';
import { monitorQuery } from './monitors-queries.ts';
import { type MonitorSearch, PERIODS, readMonitorSearch, USUAL_PERIOD } from './monitors-search.ts';
import { StateBadge } from './state-badge.tsx';
import { Timeline, TimelineLegend } from './timeline.tsx';
import { minutesWords, scheduleWords } from './words.ts';

const route = getRouteApi('/shell/monitors/$id');

export function MonitorScreen() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(monitorQuery(id, search));
  usePageTitle(data ? `Monitor ${data.slug}` : 'Monitor');
  const change = (next: Partial<MonitorSearch>) =>
    navigate({
      to: '/monitors/$id',
      params: { id },
      search: readMonitorSearch({ ...search, ...next }),
      resetScroll: false,
    });
  const back = { to: '/monitors', search: { project: search.project, period: search.period } } as const;
  useShortcuts({ esc: () => navigate(back) });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The monitor could not be loaded" wholePage />;
  if (!data) return <SkeletonLines lines={14} className="p-6" />;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <DetailHead
        parent={<Link {...back}>Monitors</Link>}
        context={data.project.name}
        title={<bdi>{data.slug}</bdi>}
        badges={
          <>
            <StateBadge state={data.state} />
            {data.muted && <Badge title="It makes no issues">Muted</Badge>}
          </>
        }
        actions={
          <>
            <ChoiceMenu
              label="Last"
              value={search.period ?? USUAL_PERIOD}
              choices={PERIODS}
              onChange={(period) => change({ period })}
            />
            <MonitorActions monitor={data} onDeleted={() => navigate(back)} />
          </>
        }
      >
        <Problems monitor={data} />
      </DetailHead>
      <div className="grid min-w-0 gap-4 px-4 pb-6 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Environments monitor={data} />
          <CheckIns
            id={id}
            environments={data.environments.map(({ name }) => name)}
            environment={search.environment}
            onEnvironment={(environment) => change({ environment })}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Expected monitor={data} />
          <Incidents monitor={data} />
        </div>
      </div>
    </div>
  );
}

function Problems({ monitor }: { monitor: MonitorDetail }) {
  if (monitor.configProblems.length === 0) return null;
  return (
    <div className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="font-medium">
          The configuration that was sent cannot be used, so nothing can be missed:
        </p>
        <ul>
          {monitor.configProblems.map((problem) => (
            <li key={problem}>
              <bdi>{problem}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Environments({ monitor }: { monitor: MonitorDetail }) {
  const { environments, timelines, gaps, config } = monitor;
  return (
    <Card
      title="Check-ins over time"
      note={environments.length > 1 ? 'each environment by itself' : undefined}
      flush
    >
      <ul aria-label="Environments">
        {environments.map((environment) => {
          const timeline = timelines.find((one) => one.environment === environment.name)?.timeline;
          const isFailing = environment.failures > 0 && environment.failures < config.failureThreshold;
          return (
            <li key={environment.name} className="flex flex-col gap-2 border-b border-line px-4 py-3">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-soft">
                <bdi className="text-sm font-medium text-ink [overflow-wrap:anywhere]">
                  {environment.name}
                </bdi>
                <StateBadge state={environment.state} />
                {isFailing && (
                  <span>
                    {environment.failures} of {config.failureThreshold} failures in a row
                  </span>
                )}
                <span className="md:ml-auto">
                  last <RelativeTime time={environment.lastCheckInAt} />
                </span>
                {environment.nextExpectedAt && (
                  <span>
                    next expected <RelativeTime time={environment.nextExpectedAt} />
                  </span>
                )}
              </div>
              {timeline && <Timeline timeline={timeline} gaps={gaps} className="h-12" />}
            </li>
          );
        })}
      </ul>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
        <TimelineLegend />
        {gaps.length > 0 && (
          <span className="flex items-center gap-1 text-2xs text-ink-faint">
            <span aria-hidden className="h-2.5 w-2 bg-line" />
            Tandem took no check-ins: nothing in it counts as missed
          </span>
        )}
      </div>
    </Card>
  );
}

function Expected({ monitor: { config, muted, paused } }: { monitor: MonitorDetail }) {
  const { schedule } = config;
  const rows: [string, string][] = [
    ['Schedule', schedule ? scheduleWords(schedule) : 'none: nothing can be missed'],
    ...(schedule?.type === 'crontab' ? ([['Time zone', schedule.timezone]] as [string, string][]) : []),
    ['Missed after', minutesWords(config.marginMinutes)],
    ['May run for', minutesWords(config.maxRuntimeMinutes)],
    ['An issue after', times(config.failureThreshold, 'failure')],
    ['Resolved after', times(config.recoveryThreshold, 'good check-in')],
  ];
  return (
    <Card title="What is expected">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-ink-faint">{name}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
      {(muted || paused) && (
        <p className="mt-3 flex gap-2 text-xs text-ink-soft">
          <BellOff aria-hidden className="size-4 shrink-0" />
          {paused
            ? 'Paused: check-ins are kept, and nothing is expected.'
            : 'Muted: it is watched and makes no issues.'}
        </p>
      )}
    </Card>
  );
}

const times = (count: number, what: string) => (count === 1 ? `1 ${what}` : `${count} ${what}s in a row`);
