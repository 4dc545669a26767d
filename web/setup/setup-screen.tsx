/** Set-up: pick the platform, paste a few lines, and see the first event arrive. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ProjectSummary } from '#contract/people.ts';
import { api } from '#web/client.ts';
import { useSession } from '#web/session.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { CONTROL } from '#web/ui/field.tsx';
import { InlineCode } from '#web/ui/inline-code.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { useEntryInSight } from '#web/ui/use-entry-in-sight.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { PlatformIcon } from './platform-icon.tsx';
import { useFirstEvent } from './use-first-event.ts';
import { useFirstLog } from './use-first-log.ts';

const route = getRouteApi('/shell/projects/$slug/setup');

export function SetupScreen() {
  const { slug } = route.useParams();
  const { platform } = route.useSearch();
  const project = useSession()?.projects.find((each) => each.slug === slug);
  const { data, error, refetch } = useQuery({
    queryKey: ['guides', slug],
    queryFn: ({ signal }) => api.guides(slug, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [filter, setFilter] = useState('');
  const name = project?.name ?? slug;
  usePageTitle(`Set up ${name}`);
  const guides = data?.guides ?? [];
  const chosen =
    guides.find((guide) => guide.id === platform) ??
    guides.find((guide) => guide.id === project?.platform) ??
    guides[0];
  const list = useEntryInSight<HTMLUListElement>(chosen?.id ?? '');

  if (error)
    return <ErrorState error={error} retry={refetch} what="The guides could not be loaded" wholePage />;
  const shown = guides.filter((guide) => guide.name.toLowerCase().includes(filter.trim().toLowerCase()));

  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-5 md:px-6">
      <header className="mb-5">
        <h1 className="text-lg font-semibold tracking-tight">Set up {name}</h1>
        <p className="mt-0.5 text-sm text-ink-soft">
          The SDK you know, pointed here. Any Sentry SDK works: only the DSN is ours.
        </p>
      </header>
      <div className="mb-5 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-surface py-1.5 pr-1.5 pl-4">
        <span className="text-sm font-medium">DSN</span>
        <code className="min-w-0 flex-1 font-mono text-xs [overflow-wrap:anywhere] select-all">
          {data?.dsn ?? '…'}
        </code>
        {data && <CopyButton text={data.dsn} what="DSN" words="Copy" />}
      </div>
      <div className="grid gap-6 md:grid-cols-[13rem_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-2">
          <input
            type="search"
            aria-label="Find a platform"
            placeholder="Find a platform…"
            className={CONTROL}
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          <ul
            ref={list}
            className="-mx-1 flex gap-1 overflow-x-auto p-1 md:max-h-[30rem] md:flex-col md:overflow-y-auto"
          >
            {shown.map((guide) => (
              <li key={guide.id} data-entry={guide.id} className="shrink-0">
                <Link
                  to="/projects/$slug/setup"
                  params={{ slug }}
                  search={{ platform: guide.id }}
                  replace
                  resetScroll={false}
                  aria-current={guide === chosen ? 'true' : undefined}
                  className={cx(
                    'flex items-center gap-2.5 rounded-md py-1.5 pr-3 pl-1.5 text-sm transition-colors',
                    guide === chosen
                      ? 'bg-accent-soft font-medium text-accent-strong'
                      : 'text-ink-soft hover:bg-hover hover:text-ink',
                  )}
                >
                  <PlatformIcon id={guide.id} className="size-7" />
                  {guide.name}
                </Link>
              </li>
            ))}
            {data && shown.length === 0 && (
              <li className="px-2 py-3 text-sm text-ink-faint">
                No guide has this name. Any Sentry SDK with the DSN above works too.
              </li>
            )}
          </ul>
        </div>
        <div className="min-w-0">
          {chosen ? (
            <ol className="flex flex-col gap-5">
              {chosen.steps.map((step, index) => (
                <li key={step.text + step.code} className="flex gap-3">
                  <span
                    aria-hidden
                    className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent-strong"
                  >
                    {index + 1}
                  </span>
                  <div className="flex min-w-0 flex-1 flex-col gap-2 pt-0.5">
                    <p className="text-sm">
                      <InlineCode text={step.text} />
                    </p>
                    {step.code && (
                      <CodeBlock
                        code={step.code}
                        language={step.language}
                        what={`code of step ${index + 1}`}
                      />
                    )}
                  </div>
                </li>
              ))}
            </ol>
          ) : (
            <SkeletonLines lines={8} />
          )}
          {chosen?.sends === 'logs' ? <FirstLog project={project} /> : <FirstEvent project={project} />}
        </div>
      </div>
    </div>
  );
}

function FirstLog({ project }: { project: ProjectSummary | undefined }) {
  const record = useFirstLog(project);
  return (
    <Arrival has={record !== null}>
      {record ? (
        <>
          <CircleCheck aria-hidden className="size-5 shrink-0 text-good" />
          <div className="min-w-0 flex-1">
            <p className="font-semibold text-good">It arrived</p>
            <bdi className="line-clamp-2 font-mono text-xs [overflow-wrap:anywhere]">{record.body}</bdi>
          </div>
          <Link to="/logs" search={{ project: project?.slug }} className={buttonClass('primary')}>
            Open the logs
          </Link>
        </>
      ) : (
        <>
          <Pulse />
          <span className="min-w-0 flex-1">Waiting for a log record… It appears here by itself.</span>
        </>
      )}
    </Arrival>
  );
}

/** The box at the end of a guide: dashed while one waits, green when it came. */
function Arrival({ has, children }: { has: boolean; children: ReactNode }) {
  return (
    <div
      aria-live="polite"
      className={cx(
        'mt-6 flex flex-wrap items-center gap-3 rounded-lg border p-4 text-sm',
        has ? 'border-good bg-good-soft' : 'border-dashed border-line-strong',
      )}
    >
      {children}
    </div>
  );
}

function Pulse() {
  return (
    <span aria-hidden className="relative flex size-3 shrink-0">
      <span className="absolute inset-0 rounded-full bg-accent opacity-60 motion-safe:animate-ping" />
      <span className="relative size-3 rounded-full bg-accent" />
    </span>
  );
}

function FirstEvent({ project }: { project: ProjectSummary | undefined }) {
  const arrival = useFirstEvent(project);
  return (
    <Arrival has={arrival !== null}>
      {arrival ? (
        <>
          <CircleCheck aria-hidden className="size-5 shrink-0 text-good" />
          <div className="min-w-0 flex-1">
            <p className="font-semibold text-good">It arrived</p>
            <bdi className="line-clamp-2 [overflow-wrap:anywhere]">{arrival.title}</bdi>
          </div>
          <Link
            to="/issues/$issueId/{-$tab}"
            params={{ issueId: arrival.issueId }}
            className={buttonClass('primary')}
          >
            Open the issue
          </Link>
        </>
      ) : (
        <>
          <Pulse />
          <span className="min-w-0 flex-1">
            {project?.firstEventAt ? (
              <>
                The first event arrived <RelativeTime time={project.firstEventAt} />. Waiting for the next
                one…
              </>
            ) : (
              'Waiting for the first event… It appears here by itself.'
            )}
          </span>
          {project?.firstEventAt && (
            <Link to="/issues" search={{ project: project.slug }} className={buttonClass('secondary')}>
              Go to the issues
            </Link>
          )}
        </>
      )}
    </Arrival>
  );
}
