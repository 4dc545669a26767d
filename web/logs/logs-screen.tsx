/** Logs: what programs said, the newest first. Everything one chooses here stands in the address. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { SlidersHorizontal } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { ApiError } from '#web/client.ts';
import { hasFilter, withFilter, withoutFilter } from '#web/log-filters.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { SearchBar } from '#web/ui/search-bar.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { useMedia } from '#web/ui/use-media.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { useScrolledBeyond } from '#web/ui/use-scrolled.ts';
import { useStored } from '#web/ui/use-stored.ts';
import { Facets } from './facets.tsx';
import { knownFields } from './fields.ts';
import type { Rest } from './follow-note.tsx';
import { withTerms } from './groups.ts';
import { LineDetail } from './line-detail.tsx';
import { LineList } from './line-list.tsx';
import { LinePanel } from './line-panel.tsx';
import { aboveLoaded, type Line, toLines } from './lines.ts';
import { LogsHistogram } from './logs-histogram.tsx';
import { histogramQuery, linesQuery } from './logs-queries.ts';
import {
  absoluteRange,
  columnsOf,
  type LogsSearch,
  readKeys,
  type TimeRange,
  tidyLogsSearch,
  widerLook,
  withKey,
  writeKeys,
} from './logs-search.ts';
import { LogsTabs } from './logs-tabs.tsx';
import { LogsToolbar, type LogsView } from './logs-toolbar.tsx';
import { NoLines } from './no-lines.tsx';
import { searchKeys } from './search-keys.ts';
import { useAsked } from './use-asked.ts';
import { useFollow } from './use-follow.ts';
import { useHeld } from './use-held.ts';

/** Scrolled further than this, one reads, and new lines would move the text away. */
const READING_PX = 100;

/** Charts and patterns are no part of the first view. */
const PatternList = lazy(async () => ({ default: (await import('./pattern-list.tsx')).PatternList }));
const ChartView = lazy(async () => ({ default: (await import('./chart-view.tsx')).ChartView }));
const ComparisonView = lazy(async () => ({
  default: (await import('./comparison-view.tsx')).ComparisonView,
}));

const route = getRouteApi('/shell/logs');

export function LogsScreen() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const wide = useMedia('(min-width: 768px)');
  const roomy = useMedia('(min-width: 1280px)');
  const reading = useScrolledBeyond(READING_PX);
  const [wrapping, setWrapping] = useStored('logs.wrap', ['no', 'yes']);
  const [sheet, setSheet] = useState(false);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const { lines: question, counts, askedAt, askAgain, askAt, countAgain } = useAsked(search);
  usePageTitle('Logs');

  const listsLines = search.view === undefined;
  // The first lines tell which fields there are.
  const isFigures = search.view === 'chart' || search.view === 'compare';
  const pages = useInfiniteQuery({ ...linesQuery(question), enabled: listsLines || isFigures });
  const histogram = useQuery(histogramQuery(counts));
  const following = search.live === 'on';
  const savedTrigger = useRef<HTMLButtonElement>(null);
  const listed = useRef<HTMLDivElement>(null);
  const held = useHeld(listed, following);
  const rest: Rest = reading ? 'reading' : held ? 'held' : 'no';
  const live = useFollow({ on: following, rests: rest !== 'no', question, askedAt, askAt, countAgain });
  const loaded = useMemo(
    () => toLines((pages.data?.pages ?? []).flatMap((page) => page.items)),
    [pages.data],
  );
  // What follows on the oldest line that is kept is not what was loaded once.
  const lines = useMemo(
    () => (live.cut ? live.lines : aboveLoaded(live.lines, loaded)),
    [live.cut, live.lines, loaded],
  );

  const columns = useMemo(() => columnsOf(search), [search]);
  const facets = readKeys(search.facets ?? '');
  const known = useMemo(() => knownFields(loaded.map(({ record }) => record)), [loaded]);
  const keys = useMemo(() => searchKeys(known), [known]);
  const query = search.query ?? '';

  const change = useCallback(
    (next: Partial<LogsSearch>, replace = false) =>
      navigate({
        to: '/logs',
        search: tidyLogsSearch({ ...search, ...next }),
        resetScroll: false,
        replace,
      }),
    [navigate, search],
  );
  const zoom = (range: TimeRange) => change(absoluteRange(range));
  const filter = (term: string) =>
    change({ query: hasFilter(query, term) ? withoutFilter(query, term) : withFilter(query, term) });
  const setColumns = (next: readonly string[]) => change({ columns: writeKeys(next) });
  function zoomOut() {
    const wider = widerLook(search, Date.now());
    if (wider) change({ from: undefined, to: undefined, ...wider });
  }
  function setFollowing(on: boolean) {
    if (on) window.scrollTo({ top: 0 });
    change({ live: on ? 'on' : undefined, view: undefined, from: undefined, to: undefined });
    askAgain();
  }

  const setView = (view: LogsView) => change({ view: view === 'lines' ? undefined : view, live: undefined });
  const toggleView = (view: LogsView) => setView(search.view === view ? 'lines' : view);
  const narrow = (terms: readonly string[]) => change({ query: withTerms(query, terms) });

  const openKey = lines.find(({ record }) => record.id === search.record)?.key ?? null;
  const activeIndex = activeKey === null ? -1 : lines.findIndex(({ key }) => key === activeKey);
  const openLine = useCallback((line: Line) => setActiveKey(line.key), []);
  const close = () => change({ record: undefined });
  function move(step: number) {
    const from =
      activeIndex >= 0
        ? activeIndex + step
        : Math.max(
            0,
            lines.findIndex(({ key }) => key === openKey),
          );
    const next = lines[Math.min(lines.length - 1, Math.max(0, from))];
    if (!next) return;
    setActiveKey(next.key);
    // Walking with a line open is reading one after the other, not so many steps to go back.
    if (search.record !== undefined) change({ record: next.record.id }, true);
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    enter: () => activeIndex >= 0 && change({ record: lines[activeIndex]!.record.id }),
    esc: () => search.record !== undefined && close(),
    w: () => setWrapping(wrapping === 'yes' ? 'no' : 'yes'),
    f: () => setFollowing(!following),
    p: () => toggleView('patterns'),
    c: () => toggleView('chart'),
    d: () => toggleView('compare'),
    s: () => savedTrigger.current?.focus(),
    r: askAgain,
    z: zoomOut,
  });

  const { error } = pages;
  const refused = error ?? histogram.error;
  const unreadable = refused instanceof ApiError && refused.code === 'query_invalid';
  const isEmpty = pages.data !== undefined && lines.length === 0;
  const facetList = (
    <Facets
      question={counts}
      own={facets}
      names={[...known.keys()]}
      onOwn={(next) => change({ facets: writeKeys(next) })}
      onFilter={filter}
    />
  );
  const detail = search.record !== undefined && (
    <LineDetail
      id={search.record}
      known={lines.find(({ record }) => record.id === search.record)?.record}
      onFilter={filter}
      onColumn={(key) => setColumns(withKey(columns, key))}
    />
  );
  return (
    <div className={cx('flex min-w-0 flex-1 flex-col', detail && roomy && 'pr-[30rem]')}>
      <header className="flex flex-col gap-3 px-4 pt-4 pb-3 md:px-6">
        <LogsTabs current="lines" search={search} />
        <SearchBar
          label="Search logs"
          placeholder="Search: level:>=warn service:web “timed out” !user:42"
          keys={keys}
          query={query}
          onSearch={(next) => (next === query ? askAgain() : change({ query: next }))}
          refusal={unreadable ? refused.message : null}
          values={known}
        />
        <LogsToolbar
          search={search}
          total={histogram.data?.total}
          counting={histogram.isPending}
          columns={columns}
          names={[...known.keys()]}
          wrap={wrapping === 'yes'}
          following={following}
          onWrap={(wrap) => setWrapping(wrap ? 'yes' : 'no')}
          onFollow={setFollowing}
          onColumns={setColumns}
          onPeriod={(period) => change({ period, from: undefined, to: undefined })}
          onRange={zoom}
          onZoomOut={widerLook(search, Date.now()) && zoomOut}
          onAskAgain={askAgain}
          onView={setView}
          onOpenSaved={(next) => navigate({ to: '/logs', search: tidyLogsSearch(next), resetScroll: false })}
          savedTrigger={savedTrigger}
          question={question}
        >
          {!wide && (
            <Button onClick={() => setSheet(true)}>
              <SlidersHorizontal aria-hidden />
              Facets
            </Button>
          )}
        </LogsToolbar>
      </header>
      {!unreadable && !isEmpty && !isFigures && (
        <LogsHistogram
          histogram={histogram.data}
          error={histogram.error}
          stale={histogram.isPlaceholderData}
          project={search.project ?? ''}
          onZoom={(from, to) => zoom({ from, to })}
        />
      )}
      <div className="flex min-w-0 flex-1 items-start">
        {wide && !unreadable && !(isEmpty && query === '') && (
          <aside
            aria-label="Facets"
            className={cx(
              'sticky top-0 max-h-dvh w-56 shrink-0 overflow-y-auto py-3 pr-2 pl-6',
              detail && roomy && 'hidden 2xl:block',
            )}
          >
            <h2 className="sr-only">Facets</h2>
            {facetList}
          </aside>
        )}
        <div className="min-w-0 flex-1">
          <Suspense fallback={<Skeleton className="mx-4 h-64 md:mx-6" />}>
            {isFigures &&
              !unreadable &&
              (search.view === 'chart' ? (
                <ChartView
                  search={search}
                  question={question}
                  known={known}
                  onChange={change}
                  onTerms={narrow}
                  onZoom={(from, to) => zoom({ from, to })}
                />
              ) : (
                <ComparisonView
                  question={question}
                  against={search.against ?? 'previous'}
                  own={facets}
                  onAgainst={(against) => change({ against })}
                  onTerm={(term) => narrow([term])}
                  onZoom={(from, to) => zoom({ from, to })}
                />
              ))}
            {search.view === 'patterns' && (
              <PatternList
                question={question}
                sort={search.sort ?? 'records'}
                query={query}
                onSort={(sort) => change({ sort: sort === 'records' ? undefined : sort })}
                onFilter={(term) => change({ query: withFilter(query, term) })}
                onLines={(term) => change({ query: withFilter(query, term), view: undefined })}
              />
            )}
          </Suspense>
          {listsLines && (
            <LineList
              lines={lines}
              columns={columns}
              wide={wide}
              wrap={wrapping === 'yes'}
              activeIndex={activeIndex}
              openKey={openKey}
              pages={pages}
              unreadable={unreadable}
              followed={following ? { following: live, rest } : null}
              held={listed}
              total={histogram.data?.total}
              onOpen={openLine}
              onRemoveColumn={(key) => setColumns(columns.filter((each) => each !== key))}
              nothing={<NoLines search={search} change={change} />}
            />
          )}
        </div>
        {detail && roomy && <LinePanel onClose={close}>{detail}</LinePanel>}
      </div>
      {detail && !roomy && (
        <Dialog open onClose={close} title="Line" className="top-[4vh]! max-h-[92vh]! max-w-2xl!">
          {detail}
        </Dialog>
      )}
      {sheet && !wide && (
        <Dialog open onClose={() => setSheet(false)} title="Facets" className="top-[8vh]! max-h-[88vh]!">
          {facetList}
        </Dialog>
      )}
    </div>
  );
}
