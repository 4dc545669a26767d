/** The traces of the last time, newest or slowest first: the way in for who has no trace id at hand. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChartGantt, RefreshCw } from 'lucide-react';
import { type FormEvent, useId } from 'react';
import { traceIdIn } from '#web/trace-id.ts';
import { Button, buttonClass, IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { CONTROL } from '#web/ui/field.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { TraceEntry } from './trace-entry.tsx';
import { PERIODS, SORTS, type TracesSearch, tidyTracesSearch } from './trace-search.ts';
import { tracesQuery } from './traces-queries.ts';

const route = getRouteApi('/shell/traces');

export function TracesScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch, isPlaceholderData, isFetching } = useQuery(tracesQuery(search));
  usePageTitle('Traces');
  const change = (next: Partial<TracesSearch>) =>
    navigate({ to: '/traces', search: tidyTracesSearch({ ...search, ...next }), resetScroll: false });
  const longest = Math.max(1, ...(data?.items ?? []).map(({ durationNs }) => durationNs));
  const services = [...new Set((data?.items ?? []).flatMap((item) => item.services))].filter(Boolean);
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex flex-col gap-3 px-4 pt-4 pb-3 md:px-6">
        <h1 className="text-lg font-semibold tracking-tight">Traces</h1>
        <Filters key={JSON.stringify(search)} search={search} services={services} change={change} />
        <div className="flex flex-wrap items-center gap-2">
          <ChoiceMenu
            label="Last"
            value={search.period ?? '1h'}
            choices={PERIODS}
            onChange={(period) => change({ period })}
          />
          <Segmented
            label="Order"
            value={search.sort ?? 'newest'}
            choices={SORTS}
            onChange={(sort) => change({ sort })}
          />
          <Button
            aria-pressed={search.only === 'errors'}
            onClick={() => change({ only: search.only ? undefined : 'errors' })}
            className={cx(search.only && 'border-accent! bg-accent-soft! text-accent-strong!')}
          >
            Only errors
          </Button>
          <IconButton
            label="Ask again"
            look="secondary"
            onClick={() => refetch()}
            className={cx('ml-auto size-8!', isFetching && 'opacity-60')}
          >
            <RefreshCw aria-hidden />
          </IconButton>
        </div>
      </header>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The traces could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={10} className="p-6" />
      ) : data.items.length === 0 ? (
        <NoTraces search={search} change={change} />
      ) : (
        <>
          <ul
            aria-label="Traces"
            className={cx('border-t border-line transition-opacity', isPlaceholderData && 'opacity-60')}
          >
            {data.items.map((item) => (
              <TraceEntry key={item.traceId} item={item} longest={longest} />
            ))}
          </ul>
          <p className="px-4 py-4 text-center text-xs text-ink-faint">
            {data.isCut
              ? 'There are more. Narrow them down by service, name, duration or time.'
              : 'These are all of them.'}
          </p>
        </>
      )}
    </div>
  );
}

interface FiltersProps {
  search: TracesSearch;
  services: readonly string[];
  change: (next: Partial<TracesSearch>) => void;
}

function Filters({ search, services, change }: FiltersProps) {
  const known = useId();
  const navigate = useNavigate();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const words = new FormData(event.currentTarget);
    const read = (name: string) => String(words.get(name) ?? '');
    const traceId = traceIdIn(read('name'));
    if (traceId) navigate({ to: '/traces/$traceId', params: { traceId } });
    else change({ name: read('name'), service: read('service'), min: Math.round(Number(read('min'))) });
  }
  return (
    <form onSubmit={submit} className="grid grid-cols-2 gap-2 md:grid-cols-[minmax(0,1fr)_12rem_10rem_auto]">
      <input
        name="name"
        type="search"
        aria-label="Name of the span, or a trace id"
        placeholder="Name, as in checkout, or a trace id"
        defaultValue={search.name}
        maxLength={200}
        className={cx(CONTROL, 'max-md:col-span-2')}
      />
      <input
        name="service"
        aria-label="Service"
        placeholder="Service"
        list={known}
        defaultValue={search.service}
        maxLength={200}
        className={CONTROL}
      />
      <datalist id={known}>
        {services.map((service) => (
          <option key={service} value={service} />
        ))}
      </datalist>
      <input
        name="min"
        type="number"
        min={0}
        aria-label="At least so many milliseconds"
        placeholder="At least … ms"
        defaultValue={search.min}
        className={CONTROL}
      />
      <Button type="submit" look="primary" className="max-md:col-span-2">
        Find
      </Button>
    </form>
  );
}

function NoTraces({ search, change }: { search: TracesSearch; change: FiltersProps['change'] }) {
  const { name, service, min, only, project, period = '1h' } = search;
  const isNarrow = [name, service, min, only].some((each) => each !== undefined);
  const at = PERIODS.findIndex(({ value }) => value === period);
  const wider = PERIODS[at + 1];
  return (
    <EmptyState
      icon={<ChartGantt aria-hidden />}
      title={`No traces in the last ${PERIODS[at]!.label}${isNarrow ? ' match' : ''}`}
      actions={
        <>
          {wider && (
            <Button look="primary" onClick={() => change({ period: wider.value })}>
              Look at {wider.label}
            </Button>
          )}
          {isNarrow && (
            <Button
              onClick={() => change({ name: undefined, service: undefined, min: undefined, only: undefined })}
            >
              Clear the filters
            </Button>
          )}
          {project !== undefined && (
            <Link
              to="/projects/$slug/setup"
              params={{ slug: project }}
              search={{ platform: 'otlp' }}
              className={buttonClass()}
            >
              Send traces
            </Link>
          )}
        </>
      }
    >
      {!isNarrow && (
        <p>
          Spans of OpenTelemetry and of Sentry’s SDKs are listed here. Programs that send only logs have
          traces too: open one from a log line or an error with a trace id.
        </p>
      )}
    </EmptyState>
  );
}
