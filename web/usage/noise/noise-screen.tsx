/** Noise and cost: what logs and errors take, what of that nobody needs, and what is done about it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { VolumeX } from 'lucide-react';
import { useState } from 'react';
import type { NoiseAdvice, NoisePattern, NoiseReport } from '#contract/noise.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useSession } from '#web/session.ts';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize, compactNumber, fullNumber } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { UsageTabs } from '#web/usage/usage-tabs.tsx';
import { AdviceCard } from './advice-card.tsx';
import { IssueCosts, ServiceCosts } from './cost-lists.tsx';
import { NOISE_PERIODS } from './noise-search.ts';
import { PatternTable } from './pattern-table.tsx';
import { RuleDialog } from './rule-dialog.tsx';
import { RulesCard } from './rules-card.tsx';

const route = getRouteApi('/shell/usage/noise');

/** A pattern somebody wants less of, and how. */
export interface Wanted {
  pattern: NoisePattern;
  suggestion: NoiseAdvice['suggestion'];
}

export function NoiseScreen() {
  const { project = '', period = '24h' } = route.useSearch();
  const navigate = useNavigate();
  const projects = useSession()?.projects ?? [];
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['noise', project, period],
    queryFn: ({ signal }) => api.noise({ project, period }, signal),
    placeholderData: keepPreviousData,
  });
  const slugOf = (projectId: string) => projects.find(({ id }) => id === projectId)?.slug ?? '';
  usePageTitle('Noise and cost');

  return (
    <div className="flex flex-col gap-4 px-4 py-4 md:px-6">
      <header className="flex flex-wrap items-center gap-3">
        <div className="min-w-0">
          <h1 className="text-lg font-semibold tracking-tight">Usage</h1>
          <p className="text-sm text-ink-soft">What logs and errors take, and what of that nobody needs.</p>
        </div>
        <Segmented
          label="Period"
          className="ml-auto max-w-full overflow-x-auto"
          value={period}
          choices={NOISE_PERIODS}
          onChange={(next) => navigate({ to: '/usage/noise', search: (old) => ({ ...old, period: next }) })}
        />
      </header>
      <UsageTabs current="noise" project={project} />
      <ReadOnly scope="project:admin" what="drop, sample or demote patterns" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The costs could not be measured" />
      ) : !data ? (
        <SkeletonLines lines={14} />
      ) : (
        <div className={cx('flex flex-col gap-4 transition-opacity', isPlaceholderData && 'opacity-60')}>
          <Sums report={data} />
          <RulesCard projects={projects.filter(({ slug }) => project === '' || slug === project)} />
          {data.logs.records + data.logs.notKept === 0 ? (
            <Card>
              <EmptyState icon={<VolumeX aria-hidden />} title="No logs in this time">
                <p>Look further back, or choose another project.</p>
              </EmptyState>
            </Card>
          ) : (
            <>
              <AdviceCard report={data} slugOf={slugOf} onWant={setWanted} />
              <PatternTable report={data} slugOf={slugOf} onWant={setWanted} />
            </>
          )}
          <div className="grid items-start gap-4 xl:grid-cols-2">
            <ServiceCosts services={data.services} project={project} />
            <IssueCosts issues={data.issues} />
          </div>
          <p className="max-w-prose text-xs text-ink-faint">{measured(data.estimate)}</p>
        </div>
      )}
      {wanted && (
        <RuleDialog wanted={wanted} slug={slugOf(wanted.pattern.projectId)} onClose={() => setWanted(null)} />
      )}
    </div>
  );
}

function Sums({ report: { logs, events } }: { report: NoiseReport }) {
  const sums = [
    { label: 'Log records', value: compactNumber(logs.records), title: fullNumber(logs.records) },
    { label: 'of these errors', value: compactNumber(logs.errors), title: fullNumber(logs.errors) },
    { label: 'Text of logs', value: byteSize(logs.bytes) },
    { label: 'On disk, about', value: byteSize(logs.diskBytes) },
    { label: 'Counted, not kept', value: compactNumber(logs.notKept), title: fullNumber(logs.notKept) },
    {
      label: 'Error events',
      value: compactNumber(events.events),
      title: fullNumber(events.events),
      note: events.diskBytes === null ? undefined : `about ${byteSize(events.diskBytes)} on disk`,
    },
  ];
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 xl:grid-cols-6">
        {sums.map(({ label, value, title, note }) => (
          <div key={label}>
            <dt className="text-xs text-ink-faint">{label}</dt>
            <dd className="text-xl font-semibold tracking-tight" title={title}>
              {value}
            </dd>
            {note && <dd className="text-xs text-ink-faint">{note}</dd>}
          </div>
        ))}
      </dl>
    </Card>
  );
}

function measured({ measuredOneIn, disk, comparedWithErrors }: NoiseReport['estimate']): string {
  const texts =
    measuredOneIn === 1
      ? 'Records are counted and their texts measured one by one.'
      : `Records are counted one by one; their texts are measured in one of ${fullNumber(measuredOneIn)} spans of five minutes.`;
  const weight =
    disk === 'columns'
      ? 'What they take on disk is estimated by how well each column is compressed, with the indexes.'
      : 'What they take on disk is estimated by how well whole rows are compressed, with the indexes.';
  return `${texts} ${weight}${comparedWithErrors ? '' : ' There are too many error events to hold error lines against them.'}`;
}
