/** How the occurrences differ: for every tag the values it has, the most common first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { TagDistribution } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { tagTermText } from '#web/issues/search-query.ts';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted, fullNumber, percent } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';

const PERIODS = [
  { value: '24h', label: '24 h' },
  { value: '14d', label: '14 d' },
  { value: '90d', label: '90 d' },
] as const;

export function TagsTab({ issueId }: { issueId: string }) {
  const [period, setPeriod] = useState<'24h' | '14d' | '90d'>('14d');
  const { data, error, refetch } = useQuery({
    queryKey: ['issue', issueId, 'tags', period],
    queryFn: ({ signal }) => api.issueTags(issueId, period, signal),
  });
  if (error) return <ErrorState error={error} retry={refetch} what="The tags could not be loaded" />;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Segmented size="small" label="Period" value={period} onChange={setPeriod} choices={PERIODS} />
        {data && (
          <p className="text-xs text-ink-faint">
            {data.sampled ? 'From the newest ' : 'From all '}
            {counted(data.events, 'event')} of that time
          </p>
        )}
      </div>
      {!data ? (
        <SkeletonLines lines={10} />
      ) : data.tags.length === 0 ? (
        <EmptyState title="No tags in this time">
          <p>
            Tags are what the program says about itself: browser, customer, feature flag. Set them in the SDK
            with setTag.
          </p>
        </EmptyState>
      ) : (
        <div className="grid gap-4 md:grid-cols-2 2xl:grid-cols-3">
          {data.tags.map((tag) => (
            <TagCard key={tag.key} tag={tag} events={data.events} issueId={issueId} />
          ))}
        </div>
      )}
    </div>
  );
}

function TagCard({ tag, events, issueId }: { tag: TagDistribution; events: number; issueId: string }) {
  const others = tag.distinctValues - tag.top.length;
  return (
    <Card
      title={<bdi className="font-mono text-xs [overflow-wrap:anywhere]">{tag.key}</bdi>}
      note={tag.events < events ? `in ${percent(tag.events, events)} of the events` : undefined}
    >
      <ul className="flex flex-col gap-1.5">
        {tag.top.map(({ value, events: count }) => (
          <li key={value} className="relative text-xs">
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId, tab: 'occurrences' }}
              search={{ query: tagTermText(tag.key, value) }}
              title={`${counted(count, 'event')}. Shows these occurrences`}
              className="relative flex items-center gap-3 overflow-hidden rounded bg-sunken px-2 py-1 hover:ring-1 hover:ring-accent"
            >
              <span
                aria-hidden
                className="absolute inset-y-0 left-0 bg-accent-soft"
                style={{ width: `${(count / Math.max(1, tag.events)) * 100}%` }}
              />
              <bdi className="relative min-w-0 flex-1 truncate">
                {value || <i className="text-ink-faint">empty</i>}
              </bdi>
              <span className="relative shrink-0 font-medium">{percent(count, tag.events)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {others > 0 && <p className="mt-2 text-xs text-ink-faint">and {fullNumber(others)} other values</p>}
    </Card>
  );
}
