/** Usage: the ledger. What was sent, what became of it and why, what it costs on disk, and what waits for a hand. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ChartColumn, CircleCheck, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { Usage } from '#contract/usage.ts';
import { api } from '#web/client.ts';
import { QuotaBars } from '#web/quota-bars.tsx';
import { useSession } from '#web/session.ts';
import { BarChart } from '#web/ui/bar-chart.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize, compactNumber, fullNumber } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { DeadLetters } from './dead-letters.tsx';
import { DiskUse } from './disk-use.tsx';
import { KindTable } from './kind-table.tsx';
import { type Ledger, OUTCOMES, readLedger } from './ledger.ts';
import { PERIODS } from './usage-search.ts';
import { UsageTabs } from './usage-tabs.tsx';

const route = getRouteApi('/shell/usage');

export function UsageScreen() {
  const { project = '', period = '24h' } = route.useSearch();
  const navigate = useNavigate();
  const name = useSession()?.projects.find((each) => each.slug === project)?.name;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['usage', project, period],
    queryFn: ({ signal }) => api.usage({ project, period }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const ledger = useMemo(() => data && readLedger(data), [data]);
  usePageTitle('Usage');

  return (
    <div className="flex flex-col gap-4 px-4 py-4 md:px-6">
      <header className="flex flex-wrap items-center gap-3">
        <div className="min-w-0">
          <h1 className="text-lg font-semibold tracking-tight">Usage</h1>
          <p className="text-sm text-ink-soft">
            Everything {name ? `${name} sent` : 'that was sent'}, and what became of it.
          </p>
        </div>
        <Segmented
          label="Period"
          className="ml-auto max-w-full overflow-x-auto"
          value={period}
          choices={PERIODS}
          onChange={(next) => navigate({ to: '/usage', search: (old) => ({ ...old, period: next }) })}
        />
      </header>
      <UsageTabs current="ledger" project={project} />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The ledger could not be loaded" />
      ) : !data || !ledger ? (
        <UsageSkeleton />
      ) : (
        <div className={cx('flex flex-col gap-4 transition-opacity', isPlaceholderData && 'opacity-60')}>
          {ledger.sent === 0 ? (
            <Card>
              <EmptyState icon={<ChartColumn aria-hidden />} title="Nothing was sent in this time">
                <p>
                  Look further back, choose another project, or check the DSN in the program that should send.
                </p>
              </EmptyState>
            </Card>
          ) : (
            <>
              <Balance ledger={ledger} backlogBytes={data.backlogBytes} />
              <Card title="Over time" note={<Legend ledger={ledger} />}>
                <BarChart
                  label="Records"
                  series={OUTCOMES.flatMap((outcome) => {
                    const trend = data.series.find((each) => each.outcome === outcome.id)?.trend;
                    if (!trend || ledger.byOutcome[outcome.id] === 0) return [];
                    return [
                      {
                        name: outcome.label,
                        fill: outcome.fill,
                        dot: outcome.dot,
                        from: Date.parse(trend.from),
                        stepMs: trend.stepSeconds * 1000,
                        counts: trend.counts,
                      },
                    ];
                  })}
                />
              </Card>
              <KindTable kinds={ledger.kinds} />
            </>
          )}
          <Quotas quotas={data.quotas} />
          <div className="grid items-start gap-4 xl:grid-cols-[22rem_minmax(0,1fr)]">
            <DiskUse disk={data.disk} />
            <DeadLetters key={project} project={project} />
          </div>
        </div>
      )}
    </div>
  );
}

/** Sent = stored + dropped + rejected + dead-lettered + discarded, as a sum one can check by eye. */
function Balance({ ledger, backlogBytes }: { ledger: Ledger; backlogBytes: number }) {
  const balanced = ledger.differences.length === 0;
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 xl:grid-cols-6">
        <div>
          <dt className="text-xs text-ink-faint">Sent</dt>
          <dd className="text-xl font-semibold tracking-tight" title={fullNumber(ledger.sent)}>
            {compactNumber(ledger.sent)}
          </dd>
          <dd className="text-xs text-ink-faint">{byteSize(ledger.bytes)}</dd>
        </div>
        {OUTCOMES.map((outcome, index) => (
          <div key={outcome.id} title={outcome.meaning}>
            <dt className="flex items-center gap-1.5 text-xs text-ink-faint">
              <span aria-hidden className="text-ink-faint">
                {index === 0 ? '=' : '+'}
              </span>
              <span aria-hidden className={cx('size-2 rounded-sm', outcome.dot)} />
              {outcome.label}
            </dt>
            <dd
              className="text-xl font-semibold tracking-tight"
              title={fullNumber(ledger.byOutcome[outcome.id])}
            >
              {compactNumber(ledger.byOutcome[outcome.id])}
            </dd>
            <dd className="text-xs text-pretty text-ink-faint">{outcome.meaning}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 flex flex-wrap items-start gap-x-6 gap-y-2 border-t border-line pt-3 text-sm">
        {balanced ? (
          <p className="flex items-start gap-2 text-good">
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
            The ledger balances: lines and chart, counted apart, agree on every outcome.
          </p>
        ) : (
          <p className="flex items-start gap-2 text-warn">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            <span>
              The ledger does not balance:{' '}
              {ledger.differences
                .map(
                  (each) =>
                    `${each.outcome.replace('_', '-')} ${fullNumber(each.lines)} in the lines, ${fullNumber(each.chart)} in the chart`,
                )
                .join('; ')}
              .{backlogBytes > 0 && ' Records are still being processed; look again in a moment.'}
            </span>
          </p>
        )}
        <p className="text-ink-soft xl:ml-auto">
          {backlogBytes > 0
            ? `${byteSize(backlogBytes)} accepted and not processed yet: the newest numbers still move.`
            : 'Nothing waits to be processed.'}
        </p>
      </div>
    </Card>
  );
}

/** Nothing where no project has a quota. */
function Quotas({ quotas }: { quotas: Usage['quotas'] }) {
  const projects = useSession()?.projects ?? [];
  const named = projects.filter(({ id }) => quotas.some(({ projectId }) => projectId === id));
  if (named.length === 0) return null;
  return (
    <Card title="Quotas" note="of today, in UTC">
      <div className="grid gap-x-8 gap-y-2.5 lg:grid-cols-2">
        {named.map(({ id, name }) => (
          <QuotaBars
            key={id}
            prefix={`${name}: `}
            used={quotas.filter(({ projectId }) => projectId === id)}
          />
        ))}
      </div>
    </Card>
  );
}

function Legend({ ledger }: { ledger: Ledger }) {
  return (
    <span className="ml-2 flex flex-wrap gap-x-3">
      {OUTCOMES.filter((outcome) => ledger.byOutcome[outcome.id] > 0).map((outcome) => (
        <span key={outcome.id} className="flex items-center gap-1.5">
          <span aria-hidden className={cx('size-2 rounded-sm', outcome.dot)} />
          {outcome.label}
        </span>
      ))}
    </span>
  );
}

function UsageSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4">
      <span className="sr-only">Loading the ledger…</span>
      <Skeleton className="h-36 rounded-lg" />
      <Skeleton className="h-52 rounded-lg" />
      <Skeleton className="h-64 rounded-lg" />
    </div>
  );
}
