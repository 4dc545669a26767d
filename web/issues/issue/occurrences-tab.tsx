/** Every occurrence of the issue, newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { EventSummary } from '#contract/events.ts';
import { ApiError, api } from '#web/client.ts';
import { EVENT_KEYS } from '#web/issues/list/search-keys.ts';
import { useSuggestions } from '#web/issues/use-suggestions.ts';
import { Card } from '#web/ui/card.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SearchBar } from '#web/ui/search-bar.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { WindowList } from '#web/ui/window-list.tsx';

const PAGE_ROWS = 50;
const ROW_PX = 41;
const COLUMNS =
  'grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-4 px-4 md:grid-cols-[6rem_6rem_minmax(0,1fr)_minmax(0,1fr)] lg:grid-cols-[6rem_6rem_9rem_7rem_minmax(0,1fr)_minmax(0,1fr)]';

const NO_VALUES: ReadonlyMap<string, readonly string[]> = new Map();

interface OccurrencesTabProps {
  issueId: string;
  project: string;
  query: string;
}

export function OccurrencesTab({ issueId, project, query }: OccurrencesTabProps) {
  const navigate = useNavigate();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ['issue', issueId, 'events', query],
      queryFn: ({ pageParam, signal }) =>
        api.issueEvents(issueId, { cursor: pageParam, limit: PAGE_ROWS, query }, signal),
      initialPageParam: '',
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      staleTime: Number.POSITIVE_INFINITY,
    });
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  const events = data?.pages.flatMap((page) => page.items) ?? [];
  const notices = data?.pages[0]?.notices ?? [];
  const suggestions = useSuggestions(project, EVENT_KEYS, NO_VALUES);
  const unreadable = error instanceof ApiError && error.code === 'query_invalid';

  return (
    <div className="flex flex-col gap-3">
      <SearchBar
        label="Search occurrences"
        placeholder="Search: release:1.2.3 user.email:ada@example.com"
        keys={suggestions.keys}
        values={suggestions.values}
        onTyped={suggestions.onTyped}
        query={query}
        onSearch={(next) =>
          navigate({
            to: '/issues/$issueId/{-$tab}',
            params: { issueId, tab: 'occurrences' },
            search: { query: next || undefined },
            resetScroll: false,
          })
        }
        refusal={unreadable ? error.message : null}
      />
      {notices.map((notice) => (
        <p key={notice} className="text-xs text-info">
          {notice}
        </p>
      ))}
      {error && !unreadable ? (
        <ErrorState error={error} retry={refetch} what="The occurrences could not be loaded" />
      ) : unreadable ? null : isPending ? (
        <SkeletonLines lines={10} />
      ) : events.length === 0 ? (
        <EmptyState title={query ? 'No occurrence matches' : 'No occurrence is kept any more'}>
          <p>
            {query
              ? 'Search for less, or for another value.'
              : 'They are older than the time events are kept. The issue itself stays.'}
          </p>
        </EmptyState>
      ) : (
        <Card flush>
          <div aria-hidden className={`${COLUMNS} border-b border-line py-2 text-xs text-ink-faint`}>
            <span>When</span>
            <span className="hidden md:block">Event</span>
            <span className="hidden lg:block">Release</span>
            <span className="hidden lg:block">Environment</span>
            <span>User</span>
            <span className="hidden md:block">Address</span>
          </div>
          <WindowList
            label="Occurrences"
            items={events}
            keyOf={(event) => event.id}
            rowPx={ROW_PX}
            total={events.length}
            more={hasNextPage}
            onMore={onMore}
            row={(event) => <OccurrenceRow event={event} issueId={issueId} />}
          />
        </Card>
      )}
    </div>
  );
}

function OccurrenceRow({ event, issueId }: { event: EventSummary; issueId: string }) {
  return (
    <div
      className={`${COLUMNS} group relative items-center border-b border-line py-2.5 text-xs hover:bg-hover`}
    >
      <RelativeTime time={event.timestamp} className="relative z-10 text-ink-soft" />
      <Link
        to="/issues/$issueId/{-$tab}"
        params={{ issueId, tab: 'stack' }}
        search={{ event: event.id }}
        aria-label={`Event ${event.id.slice(0, 8)}`}
        className="hidden font-mono text-accent after:absolute after:inset-0 group-hover:underline max-md:absolute max-md:inset-0 max-md:block max-md:text-transparent md:block"
      >
        {event.id.slice(0, 8)}
      </Link>
      <bdi className="hidden truncate lg:block" title={event.release}>
        {event.release}
      </bdi>
      <bdi className="hidden truncate lg:block">{event.environment}</bdi>
      <bdi className="truncate" title={event.user}>
        {event.user || <span className="text-ink-faint">unknown</span>}
      </bdi>
      <bdi className="hidden truncate font-mono text-2xs text-ink-soft md:block" title={event.url}>
        {event.url}
      </bdi>
    </div>
  );
}
