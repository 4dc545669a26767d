/**
 * The story of an occurrence, or of one of its users: all that was said around the error in one order of time, the likely
 * cause first and marked. What one chooses stands in the address.
 */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { EventDetail } from '#contract/events.ts';
import type { Story, StoryItem } from '#contract/story.ts';
import { looksOf } from '#web/service-looks.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { useMedia } from '#web/ui/use-media.ts';
import { WindowList } from '#web/ui/window-list.tsx';
import { CauseCard } from './cause-card.tsx';
import {
  countBy,
  isTheError,
  laneOf,
  pauseBefore,
  readList,
  type StoryChoice,
  shownItems,
} from './story-model.ts';
import { readAround, storyQuery, userStoryQuery } from './story-query.ts';
import { StoryRow } from './story-row.tsx';
import { StoryToolbar } from './story-toolbar.tsx';

const route = getRouteApi('/shell/issues/$issueId/{-$tab}');
const ROW_PX = { wide: 30, phone: 64 };

export type ChangeStory = (next: Record<string, string | number | undefined>, replace?: boolean) => void;

export function StoryView({ issueId, detail }: { issueId: string; detail: EventDetail }) {
  const { user, around } = route.useSearch();
  const aroundMs = readAround(around);
  const ofEvent = useQuery({ ...storyQuery(issueId, detail.id, aroundMs), enabled: user === undefined });
  const ofUser = useQuery({ ...userStoryQuery(issueId, user ?? '', aroundMs), enabled: user !== undefined });
  const { data, error, refetch, isPlaceholderData } = user === undefined ? ofEvent : ofUser;
  if (error && !data) return <ErrorState error={error} retry={refetch} what="The story could not be told" />;
  if (!data) return <SkeletonLines lines={12} />;
  return (
    <div
      className={cx('transition-opacity', isPlaceholderData && 'opacity-60')}
      aria-busy={isPlaceholderData}
    >
      <Told key={`${data.event?.id} ${user}`} issueId={issueId} story={data} aroundMs={aroundMs} />
    </div>
  );
}

function Told({ issueId, story, aroundMs }: { issueId: string; story: Story; aroundMs: number }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const wide = useMedia('(min-width: 768px)');
  const [activeId, setActiveId] = useState<string | undefined>(search.line);

  const choice: StoryChoice = useMemo(
    () => ({ why: readList(search.why), kind: readList(search.kind), service: readList(search.service) }),
    [search.why, search.kind, search.service],
  );
  const items = useMemo(() => shownItems(story, choice), [story, choice]);
  const lanes = useMemo(() => countBy(story.items, laneOf), [story]);
  const lookOf = useMemo(() => looksOf(lanes.map(({ value }) => value)), [lanes]);

  const change: ChangeStory = useCallback(
    (next, replace = true) =>
      navigate({
        to: '/issues/$issueId/{-$tab}',
        params: { issueId, tab: 'story' },
        search: (old) => ({ ...old, ...next }),
        resetScroll: false,
        replace,
      }),
    [navigate, issueId],
  );
  const toggle = useCallback(
    (item: StoryItem) => {
      setActiveId(item.id);
      change({ line: item.id === search.line ? undefined : item.id });
    },
    [change, search.line],
  );
  const activeIndex = items.findIndex(({ id }) => id === activeId);
  function goTo(id: string | null | undefined) {
    if (id) setActiveId(id);
  }
  const move = (step: number) => {
    const start = items.findIndex((item) => isTheError(item, story.event));
    goTo(items[activeIndex < 0 ? start : Math.min(items.length - 1, Math.max(0, activeIndex + step))]?.id);
  };
  const showCause = () => {
    goTo(story.cause.itemId);
    if (story.cause.itemId) change({ line: story.cause.itemId });
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    down: () => move(1),
    up: () => move(-1),
    enter: () => {
      const item = items[activeIndex];
      if (item) toggle(item);
    },
    ...(story.cause.itemId && { c: showCause }),
  });

  const isFiltered = items.length < story.items.length;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <CauseCard story={story} onShow={showCause} />
      <StoryNotes story={story} />
      <StoryToolbar
        issueId={issueId}
        story={story}
        choice={choice}
        lanes={lanes}
        lookOf={lookOf}
        aroundMs={aroundMs}
        user={search.user}
        change={change}
      />
      <p className="text-xs text-ink-faint" aria-live="polite">
        {counted(items.length, 'line')}
        {isFiltered && ` of ${story.items.length}`}, times relative to the error
      </p>
      {story.items.length <= 1 && (
        <EmptyState title="Nothing else is known around this error">
          <p>
            Its event names no trace, request, session, user or host that log records or spans name too. Send
            the logs of the same program, and name at least the user or the request in both.
          </p>
        </EmptyState>
      )}
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <WindowList
          label="Story"
          items={items}
          keyOf={({ id }) => id}
          rowPx={wide ? ROW_PX.wide : ROW_PX.phone}
          total={items.length}
          more={false}
          onMore={() => {}}
          activeIndex={activeIndex}
          row={(item, index) => (
            <StoryRow
              item={item}
              lanes={lanes}
              lookOf={lookOf}
              wide={wide}
              isCause={item.id === story.cause.itemId}
              isError={isTheError(item, story.event)}
              isOpen={item.id === search.line}
              isActive={item.id === activeId}
              aroundMs={aroundMs}
              pauseNs={pauseBefore(items, index)}
              onToggle={toggle}
            />
          )}
        />
      </div>
      {isFiltered && (
        <Button
          className="self-start"
          onClick={() => change({ why: undefined, kind: undefined, service: undefined })}
        >
          Show all {story.items.length}
        </Button>
      )}
    </div>
  );
}

/** What one must know before believing the order, or that something did not happen. */
function StoryNotes({ story: { skew, cutShort = [] } }: { story: Story }) {
  const notes = [
    ...cutShort.map(({ what, text }) => ({ key: `cut ${what}`, text })),
    ...skew.map(({ service, host, text }) => ({ key: `skew ${service} ${host}`, text })),
  ];
  if (notes.length === 0) return null;
  return (
    <ul
      aria-label="Notes"
      className="flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-xs text-warn"
    >
      {notes.map(({ key, text }) => (
        <li key={key}>
          <bdi>{text}</bdi>
        </li>
      ))}
    </ul>
  );
}
