/** The tabs that show one occurrence: its stack and surroundings, why it is in this issue, and all of it raw. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { EventView } from '#web/issues/event/event-view.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { EventBar } from './event-bar.tsx';
import { eventCodeQuery, eventQuery } from './issue-queries.ts';
import type { TabId } from './tabs.ts';

/** What one looks at after the stack. */
const GroupingView = lazy(async () => ({ default: (await import('./grouping-view.tsx')).GroupingView }));
const StoryView = lazy(async () => ({
  default: (await import('#web/issues/story/story-view.tsx')).StoryView,
}));
const CauseHint = lazy(async () => ({
  default: (await import('#web/issues/story/cause-hint.tsx')).CauseHint,
}));
const RawView = lazy(async () => ({ default: (await import('./raw-view.tsx')).RawView }));

interface EventTabProps {
  issueId: string;
  eventId: string;
  /** The newest occurrence there is by now. */
  newestId: string;
  tab: TabId;
}

export function EventTab({ issueId, eventId, newestId, tab }: EventTabProps) {
  const { data, error, refetch, isFetching, isPlaceholderData } = useQuery({
    ...eventQuery(issueId, eventId),
    placeholderData: keepPreviousData,
  });
  // Asked for by the id: the latest may be another one by then. Without it the page is as it is without any code host.
  const { data: code } = useQuery({
    ...eventCodeQuery(issueId, data?.id ?? ''),
    enabled: data !== undefined,
  });
  if (error) return <ErrorState error={error} retry={refetch} what="The occurrence could not be loaded" />;
  if (!data) return <SkeletonLines lines={12} />;
  return (
    <div
      className={cx('transition-opacity', isPlaceholderData && 'opacity-60')}
      aria-busy={isPlaceholderData}
    >
      <EventBar
        issueId={issueId}
        event={data}
        tab={tab}
        onNewer={eventId === 'latest' && newestId !== data.id && !isFetching ? refetch : undefined}
      />
      {tab === 'stack' && (
        <Suspense fallback={null}>
          <CauseHint key={data.id} issueId={issueId} eventId={data.id} />
        </Suspense>
      )}
      {tab === 'stack' && <EventView key={data.id} detail={data} code={code} />}
      <Suspense fallback={<SkeletonLines lines={12} />}>
        {tab === 'story' && <StoryView issueId={issueId} detail={data} />}
        {tab === 'grouping' && <GroupingView detail={data} />}
        {tab === 'raw' && <RawView detail={data} />}
      </Suspense>
    </div>
  );
}
