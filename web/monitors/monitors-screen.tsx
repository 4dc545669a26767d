/** The cron monitors by name: how each stands, what is expected next, and what came in the period. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Timer } from 'lucide-react';
import { api } from '#web/client.ts';
import { useSession } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { MoreButton } from '#web/ui/more-button.tsx';
import { QueryField } from '#web/ui/query-field.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { useListKeys } from '#web/ui/use-list-keys.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { COLUMNS, MonitorRow } from './monitor-row.tsx';
import { monitorsQuery } from './monitors-queries.ts';
import { type MonitorsSearch, PERIODS, readMonitorsSearch, USUAL_PERIOD } from './monitors-search.ts';
import { TimelineLegend } from './timeline.tsx';

const route = getRouteApi('/shell/monitors');

export function MonitorsScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } =
    useInfiniteQuery(monitorsQuery(search));
  usePageTitle('Monitors');
  const monitors = data?.pages.flatMap(({ items }) => items) ?? [];
  const change = (next: Partial<MonitorsSearch>) =>
    navigate({ to: '/monitors', search: readMonitorsSearch({ ...search, ...next }), resetScroll: false });
  const { project, period } = search;
  const { active, list } = useListKeys<HTMLUListElement>({
    count: monitors.length,
    fieldId: 'monitor-query',
    onOpen: (at) =>
      navigate({ to: '/monitors/$id', params: { id: monitors[at]!.id }, search: { project, period } }),
  });
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex flex-col gap-3 px-4 pt-4 pb-3 md:px-6">
        <h1 className="text-lg font-semibold tracking-tight">Monitors</h1>
        <div className="flex flex-wrap items-center gap-2">
          <QueryField
            id="monitor-query"
            label="Part of a name"
            value={search.query}
            maxLength={200}
            onSearch={(query) => change({ query })}
          />
          <ChoiceMenu
            label="Last"
            value={search.period ?? USUAL_PERIOD}
            choices={PERIODS}
            onChange={(period) => change({ period })}
          />
        </div>
      </header>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The monitors could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={10} className="p-6" />
      ) : monitors.length === 0 ? (
        <NoMonitors search={search} change={change} />
      ) : (
        <>
          <div
            className={cx(
              COLUMNS,
              'items-center border-y border-line bg-sunken py-1.5 text-xs text-ink-faint',
            )}
          >
            <span aria-hidden className="max-md:hidden">
              Monitor
            </span>
            <span aria-hidden className="max-md:hidden">
              Check-ins
            </span>
            <TimelineLegend />
          </div>
          <ul ref={list} aria-label="Monitors" className={cx(isPlaceholderData && 'opacity-60')}>
            {monitors.map((monitor, at) => (
              <MonitorRow key={monitor.id} monitor={monitor} search={search} active={at === active} />
            ))}
          </ul>
          <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} className="m-4 self-center">
            More monitors
          </MoreButton>
        </>
      )}
    </div>
  );
}

interface NoMonitorsProps {
  search: MonitorsSearch;
  change: (next: Partial<MonitorsSearch>) => void;
}

function NoMonitors({ search: { query, project }, change }: NoMonitorsProps) {
  if (query)
    return (
      <EmptyState
        icon={<Timer aria-hidden />}
        title={`No monitor has “${query}” in its name`}
        actions={<Button onClick={() => change({ query: undefined })}>Show all monitors</Button>}
      />
    );
  return <FirstCheckIn project={project} />;
}

/** How to send a first check-in, ready to be pasted. */
function FirstCheckIn({ project }: { project: string | undefined }) {
  const session = useSession();
  const slug = project ?? session?.projects[0]?.slug;
  const { data } = useQuery({
    queryKey: ['guides', slug],
    queryFn: ({ signal }) => api.guides(slug ?? '', signal),
    enabled: slug !== undefined,
    retry: false,
  });
  const dsn = data?.dsn ?? 'DSN';
  return (
    <EmptyState
      icon={<Timer aria-hidden />}
      title="No job has checked in yet"
      actions={
        slug && (
          <Link to="/projects/$slug/setup" params={{ slug }} className={buttonClass()}>
            Set-up guide
          </Link>
        )
      }
    >
      <p>
        A monitor knows when a job is expected, and makes an issue when it does not come, fails or takes too
        long. It is here as soon as the job checks in. Around any command:
      </p>
      <CodeBlock
        what="command with sentry-cli"
        code={`SENTRY_DSN=${dsn} \\\n  sentry-cli monitors run nightly-backup \\\n  --schedule "0 3 * * *" --timezone Europe/Berlin \\\n  -- ./backup.sh`}
      />
      <p>At the end of a script, with nothing installed:</p>
      <CodeBlock what="command with curl" code={`curl "${cronAddress(dsn)}?status=ok"`} />
      <p>
        The SDKs have <code>withMonitor</code> (JavaScript) and <code>@monitor</code> (Python), with a{' '}
        <code>monitor_config</code> that brings the schedule along.
      </p>
    </EmptyState>
  );
}

/** `https://KEY@HOST/PREFIX/PROJECT` as the address of a check-in. */
function cronAddress(dsn: string): string {
  if (!URL.canParse(dsn)) return 'https://…/api/PROJECT/cron/nightly-backup/KEY/';
  const { protocol, host, username, pathname } = new URL(dsn);
  const at = pathname.lastIndexOf('/');
  return `${protocol}//${host}${pathname.slice(0, at)}/api/${pathname.slice(at + 1)}/cron/nightly-backup/${username}/`;
}
