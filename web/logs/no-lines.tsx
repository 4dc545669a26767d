/** Why there are no lines, and what to do next: send the first ones, look further back, or ask for less. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Radio, SearchX } from 'lucide-react';
import { api } from '#web/client.ts';
import { millisecondsOf } from '#web/log-time.ts';
import { useSession } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { newestQuery } from './logs-queries.ts';
import { absoluteRange, type LogsSearch, PERIODS, widerLook } from './logs-search.ts';

/** Around the newest line, when one goes to it. */
const AROUND_MS = 30 * 60_000;

interface NoLinesProps {
  search: LogsSearch;
  change: (next: Partial<LogsSearch>) => void;
}

export function NoLines({ search, change }: NoLinesProps) {
  const { data: newest, isPending } = useQuery(newestQuery(search.project ?? ''));
  if (isPending) return <SkeletonLines lines={6} className="p-6" />;
  if (newest === null) return <NoLogsYet project={search.project} />;

  const wider = widerLook(search, Date.now());
  const period = PERIODS.find(({ value }) => value === (search.period ?? '1h'))!.label;
  const when = search.from === undefined ? `in the last ${period}` : 'in this range';
  const at = newest && millisecondsOf(newest.timestamp);
  return (
    <EmptyState
      icon={<SearchX aria-hidden />}
      title={search.query ? `No line ${when} matches` : `No lines ${when}`}
      actions={
        <>
          {wider && (
            <Button look="primary" onClick={() => change({ from: undefined, to: undefined, ...wider })}>
              {wider.period
                ? `Look at ${PERIODS.find(({ value }) => value === wider.period)!.label}`
                : 'Look at a wider range'}
            </Button>
          )}
          {search.query ? (
            <Button onClick={() => change({ query: undefined })}>Clear the search</Button>
          ) : (
            at !== undefined && (
              <Button onClick={() => change(absoluteRange({ from: at - AROUND_MS, to: at + 1000 }))}>
                Go to the newest line
              </Button>
            )
          )}
        </>
      }
    >
      {search.query ? (
        <p>Words are looked for in the body, key:value in the fields, attributes and labels.</p>
      ) : (
        at !== undefined && (
          <p>
            The newest line arrived <RelativeTime time={new Date(at).toISOString()} />.
          </p>
        )
      )}
    </EmptyState>
  );
}

/** The guides whose lines show that logs arrive; the page of the set-up has all of them. */
const GUIDES = ['pipe', 'otlp', 'loki', 'jsonl'];

function NoLogsYet({ project }: { project: string | undefined }) {
  const session = useSession();
  const slug = project ?? session?.projects[0]?.slug;
  const name = session?.projects.find((each) => each.slug === slug)?.name ?? slug;
  const { data } = useQuery({
    queryKey: ['guides', slug],
    queryFn: ({ signal }) => api.guides(slug ?? '', signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: slug !== undefined,
  });
  const guides = data?.guides.filter(({ id }) => GUIDES.includes(id)) ?? [];
  return (
    <div className="mx-auto w-full max-w-3xl px-4 pb-10">
      <EmptyState
        icon={<Radio aria-hidden />}
        title={`${name ?? 'Nobody'} has not sent any logs yet`}
        actions={
          slug !== undefined && (
            <Link
              to="/projects/$slug/setup"
              params={{ slug }}
              search={{ platform: 'loki' }}
              className={buttonClass('primary')}
            >
              Set up {name}
            </Link>
          )
        }
      >
        <p>
          Pipe what a program prints, point OpenTelemetry, a Loki client or syslog here, or send JSON lines.
          The key of the project is filled in.
        </p>
      </EmptyState>
      <div className="flex flex-col gap-5">
        {guides.map((guide) => {
          const step = guide.steps.find(({ language }) => language === 'sh') ?? guide.steps[0];
          return (
            step && (
              <section key={guide.id}>
                <h3 className="mb-1.5 text-sm font-semibold">{guide.name}</h3>
                <p className="mb-2 text-sm text-ink-soft">{step.text}</p>
                <CodeBlock code={step.code} language={step.language} what={`code for ${guide.name}`} />
              </section>
            )
          );
        })}
      </div>
    </div>
  );
}
