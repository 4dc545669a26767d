/** Less noise of one project: what is expected and what that costs, what is filtered, and how floods are held small. */
import { useQuery } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { ExpectedCard } from './expected-card.tsx';
import { FilterLists } from './filter-lists.tsx';
import { FloodsCard } from './floods-card.tsx';
import { KnownFilters } from './known-filters.tsx';
import type { ProjectTabProps } from './project-screen.tsx';

export function FiltersTab({ project: { slug } }: ProjectTabProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['filters', slug],
    queryFn: ({ signal }) => api.filters(slug, signal),
    refetchInterval: 30_000,
  });
  return (
    <>
      <p className="max-w-prose text-sm text-ink-soft">
        What is filtered is not kept. It is counted on the page Usage, each with its reason. A change is true
        for what is processed from then on.
      </p>
      <ReadOnly scope="project:admin" what="change filters" />
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The filters could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={12} />
      ) : (
        <>
          <ExpectedCard slug={slug} filters={data} />
          <KnownFilters slug={slug} filters={data} />
          <FilterLists slug={slug} filters={data} />
          <FloodsCard slug={slug} filters={data} />
        </>
      )}
    </>
  );
}
