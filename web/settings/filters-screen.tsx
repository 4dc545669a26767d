/** Less noise of one project: what is expected and what that costs, what is filtered, and how floods are held small. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { buttonClass } from '#web/ui/button.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { ExpectedCard } from './expected-card.tsx';
import { FilterLists } from './filter-lists.tsx';
import { FloodsCard } from './floods-card.tsx';
import { KnownFilters } from './known-filters.tsx';
import { SettingsFrame } from './settings-frame.tsx';

const route = getRouteApi('/shell/settings/projects/$slug/filters');

export function FiltersScreen() {
  const { slug } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['filters', slug],
    queryFn: ({ signal }) => api.filters(slug, signal),
    refetchInterval: 30_000,
  });
  return (
    <SettingsFrame
      section="projects"
      title={`Filters of ${slug}`}
      lead="What is filtered is not kept. It is counted on the page Usage, each with its reason. A change is true for what is processed from then on."
      actions={
        <Link to="/settings/projects/$slug" params={{ slug }} className={buttonClass('secondary')}>
          All settings
        </Link>
      }
    >
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
    </SettingsFrame>
  );
}
