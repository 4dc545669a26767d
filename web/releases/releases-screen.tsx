/** The releases, the newest first: which is in use, and how well each does. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Package } from 'lucide-react';
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
import { COLUMNS, ReleaseRow } from './release-row.tsx';
import { releasesQuery } from './releases-queries.ts';
import { LIST_PERIOD, PERIODS, type ReleasesSearch, readReleasesSearch } from './releases-search.ts';

const route = getRouteApi('/shell/releases');

export function ReleasesScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } =
    useInfiniteQuery(releasesQuery(search));
  usePageTitle('Releases');
  const releases = data?.pages.flatMap(({ items }) => items) ?? [];
  const change = (next: Partial<ReleasesSearch>) =>
    navigate({ to: '/releases', search: readReleasesSearch({ ...search, ...next }), resetScroll: false });
  const { active, list } = useListKeys<HTMLUListElement>({
    count: releases.length,
    fieldId: 'release-query',
    onOpen: (at) =>
      navigate({
        to: '/releases/$version',
        params: { version: releases[at]!.version },
        search: { project: search.project },
      }),
  });
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex flex-col gap-3 px-4 pt-4 pb-3 md:px-6">
        <h1 className="text-lg font-semibold tracking-tight">Releases</h1>
        <div className="flex flex-wrap items-center gap-2">
          <QueryField
            id="release-query"
            label="Part of a version"
            value={search.query}
            maxLength={250}
            onSearch={(query) => change({ query })}
          />
          <ChoiceMenu
            label="Health of the last"
            value={search.period ?? LIST_PERIOD}
            choices={PERIODS}
            onChange={(period) => change({ period })}
          />
        </div>
      </header>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The releases could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={10} className="p-6" />
      ) : releases.length === 0 ? (
        <NoReleases search={search} change={change} />
      ) : (
        <>
          <div
            aria-hidden
            className={cx(
              COLUMNS,
              'hidden border-y border-line bg-sunken py-1.5 text-xs text-ink-faint md:grid',
            )}
          >
            <span>Release</span>
            <span className="text-right">Adoption</span>
            <span className="text-right">Crash-free sessions</span>
            <span className="text-right">Crash-free users</span>
            <span className="text-right">Events</span>
            <span className="text-right">New issues</span>
          </div>
          <ul
            ref={list}
            aria-label="Releases"
            className={cx('border-line max-md:border-t', isPlaceholderData && 'opacity-60')}
          >
            {releases.map((release, at) => (
              <ReleaseRow
                key={release.version}
                release={release}
                project={search.project}
                active={at === active}
              />
            ))}
          </ul>
          <MoreButton pages={{ hasNextPage, isFetchingNextPage, fetchNextPage }} className="m-4 self-center">
            Older releases
          </MoreButton>
        </>
      )}
    </div>
  );
}

interface NoReleasesProps {
  search: ReleasesSearch;
  change: (next: Partial<ReleasesSearch>) => void;
}

function NoReleases({ search: { query, project }, change }: NoReleasesProps) {
  if (query)
    return (
      <EmptyState
        icon={<Package aria-hidden />}
        title={`No release has “${query}” in its version`}
        actions={<Button onClick={() => change({ query: undefined })}>Show all releases</Button>}
      />
    );
  return (
    <EmptyState
      icon={<Package aria-hidden />}
      title="No releases yet"
      actions={
        project && (
          <Link to="/projects/$slug/setup" params={{ slug: project }} className={buttonClass()}>
            Set-up guide
          </Link>
        )
      }
    >
      <p>
        A release is here as soon as an event names it: give the SDK a <code>release</code>. Say in the
        pipeline what is in it:
      </p>
      <CodeBlock
        what="commands"
        code={`sentry-cli releases new "$VERSION"\nsentry-cli releases set-commits "$VERSION" --auto\nsentry-cli releases finalize "$VERSION"`}
      />
    </EmptyState>
  );
}
