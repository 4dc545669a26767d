/** One release beside the one before it: who uses it, how well it does, what is in it and what came with it. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReleaseDetail } from '#contract/releases.ts';
import { Badge } from '#web/ui/badge.tsx';
import { BarChart } from '#web/ui/bar-chart.tsx';
import { buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { DetailHead } from '#web/ui/detail-head.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ExternalLink } from '#web/ui/external-link.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { Comparison } from './comparison.tsx';
import { ReleaseCommits } from './release-commits.tsx';
import { ReleaseIssues } from './release-issues.tsx';
import { ReleasePatterns } from './release-patterns.tsx';
import { releaseQuery } from './releases-queries.ts';
import { PAGE_PERIOD, PERIODS, readReleaseSearch } from './releases-search.ts';
import { VersionText } from './version-text.tsx';

const route = getRouteApi('/shell/releases/$version');

export function ReleaseScreen() {
  const { version } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(releaseQuery(version, search));
  usePageTitle(`Release ${version.slice(0, 80)}`);
  const go = (to: string | null | undefined) =>
    to && navigate({ to: '/releases/$version', params: { version: to }, search });
  useShortcuts({
    h: () => go(data?.previous?.version),
    l: () => go(data?.next),
    esc: () => navigate({ to: '/releases', search: { project: search.project } }),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The release could not be loaded" wholePage />;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <DetailHead
        parent={
          <Link to="/releases" search={{ project: search.project }}>
            Releases
          </Link>
        }
        context={data?.projects.map(({ name }) => name).join(', ') || 'no project'}
        title={
          <>
            <VersionText version={version} />
            <CopyButton text={version} what="version" />
          </>
        }
        badges={data && <Dates release={data} />}
        actions={
          <>
            <Neighbour version={data?.previous?.version} words="Older" search={search} />
            <Neighbour version={data?.next} words="Newer" search={search} />
            <ChoiceMenu
              label="Last"
              value={search.period ?? PAGE_PERIOD}
              choices={PERIODS}
              onChange={(period) =>
                navigate({
                  to: '/releases/$version',
                  params: { version },
                  search: readReleaseSearch({ ...search, period }),
                  resetScroll: false,
                })
              }
            />
          </>
        }
      >
        {data?.url && <ExternalLink url={data.url} className="text-sm" />}
      </DetailHead>
      {!data ? (
        <SkeletonLines lines={14} className="p-6" />
      ) : (
        <Sides release={data} project={search.project} />
      )}
    </div>
  );
}

function Dates({ release }: { release: ReleaseDetail }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 text-sm text-ink-soft">
      {release.releasedAt ? (
        <span>
          released <RelativeTime time={release.releasedAt} />
        </span>
      ) : (
        <Badge title="Nobody has finalized it">not finalized</Badge>
      )}
      {release.lastEventAt && (
        <span>
          last event <RelativeTime time={release.lastEventAt} />
        </span>
      )}
    </span>
  );
}

interface NeighbourProps {
  version: string | null | undefined;
  words: 'Older' | 'Newer';
  search: { project?: string };
}

function Neighbour({ version, words, search }: NeighbourProps) {
  const icon =
    words === 'Older' ? <ChevronLeft aria-hidden /> : <ChevronRight aria-hidden className="order-last" />;
  if (!version) return null;
  return (
    <Link
      to="/releases/$version"
      params={{ version }}
      search={search}
      title={`${words}: ${version} (${words === 'Older' ? 'h' : 'l'})`}
      className={buttonClass('secondary')}
    >
      {icon}
      {words}
    </Link>
  );
}

function Sides({ release, project }: { release: ReleaseDetail; project: string | undefined }) {
  return (
    <div className="grid min-w-0 gap-4 px-4 pb-6 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <Comparison release={release} />
        <Course release={release} />
        <ReleaseIssues version={release.version} project={project} />
        <ReleasePatterns version={release.version} project={project} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <ReleaseCommits release={release} />
        <Deploys release={release} />
      </div>
    </div>
  );
}

function Course({ release }: { release: ReleaseDetail }) {
  const { sessionTrend, crashTrend, eventTrend, health } = release;
  const shape = { from: Date.parse(sessionTrend.from), stepMs: sessionTrend.stepSeconds * 1000 };
  const marks = release.deployList.map(({ environment, finishedAt }) => ({
    at: Date.parse(finishedAt),
    label: environment,
  }));
  return (
    <Card title={health.sessions > 0 ? 'Sessions' : 'Events'}>
      {health.sessions > 0 ? (
        <BarChart
          label="Sessions"
          marks={marks}
          series={[
            {
              ...shape,
              name: 'Crashed',
              counts: crashTrend.counts,
              fill: 'fill-level-error',
              dot: 'bg-level-error',
            },
            {
              ...shape,
              name: 'Without a crash',
              counts: sessionTrend.counts.map((count, at) => count - (crashTrend.counts[at] ?? 0)),
              fill: 'fill-bar',
              dot: 'bg-bar',
            },
          ]}
        />
      ) : (
        <BarChart
          label="Events"
          marks={marks}
          series={[{ ...shape, name: 'Events', counts: eventTrend.counts, fill: 'fill-bar', dot: 'bg-bar' }]}
        />
      )}
    </Card>
  );
}

function Deploys({ release: { deployList } }: { release: ReleaseDetail }) {
  return (
    <Card title="Deploys" note={deployList.length > 0 ? String(deployList.length) : undefined}>
      {deployList.length === 0 ? (
        <p className="text-sm text-ink-faint">
          None told. <code>sentry-cli deploys new -r VERSION -e production</code> says where it runs.
        </p>
      ) : (
        <ul className="flex flex-col gap-2 text-sm">
          {deployList.map(({ id, environment, name, url, finishedAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-2">
              <Badge tone="info">{environment}</Badge>
              {name && <bdi className="min-w-0 [overflow-wrap:anywhere]">{name}</bdi>}
              <RelativeTime time={finishedAt} className="text-xs text-ink-faint" />
              {url && <ExternalLink url={url} className="text-xs" />}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
