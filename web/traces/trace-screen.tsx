/** One trace: its spans, log records and errors on one time line. Everything one chooses here stands in the address. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { Trace } from '#contract/traces.ts';
import { ApiError } from '#web/client.ts';
import type { Range } from '#web/durations.ts';
import { looksOf } from '#web/service-looks.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { useMedia } from '#web/ui/use-media.ts';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { levelOf } from './lanes.ts';
import { LogLanes } from './log-lanes.tsx';
import { NoTrace } from './no-trace.tsx';
import { Overview } from './overview.tsx';
import { ErrorDetail, LogDetail } from './record-detail.tsx';
import { SidePanel } from './side-panel.tsx';
import { SpanDetail } from './span-detail.tsx';
import { TraceHeader, TraceNotes } from './trace-header.tsx';
import { type TraceModel, toModel } from './trace-model.ts';
import { isOpenIn, searchOf } from './trace-records.ts';
import { isChosen, type TraceRow, traceRows } from './trace-rows.ts';
import { type TraceSearch, tidyTraceSearch, writeZoom, zoomOf } from './trace-search.ts';
import { TraceToolbar } from './trace-toolbar.tsx';
import { traceQuery } from './traces-queries.ts';
import { Waterfall } from './waterfall.tsx';

const route = getRouteApi('/shell/traces/$traceId');

export function TraceScreen() {
  const { traceId } = route.useParams();
  const { data, error, refetch } = useQuery(traceQuery(traceId));
  usePageTitle(`Trace ${traceId.slice(0, 8)}`);
  if (data) return <Loaded key={data.traceId} trace={data} />;
  if (error instanceof ApiError && error.status === 404)
    return <NoTrace traceId={traceId} retry={() => refetch()} />;
  if (error)
    return <ErrorState wholePage error={error} retry={refetch} what="The trace could not be loaded" />;
  return <TraceSkeleton />;
}

const NONE: ReadonlySet<string> = new Set();
/** Around a span that is zoomed to, as a share of it: where it stands among its neighbours. */
const BESIDE = 0.05;

function Loaded({ trace }: { trace: Trace }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const wide = useMedia('(min-width: 768px)');
  const roomy = useMedia('(min-width: 1280px)');
  const [shut, setShut] = useState(NONE);
  /** Undefined: nobody has walked yet; then it is what the address opens. */
  const [activeKey, setActiveKey] = useState<string>();
  const findBox = useRef<HTMLInputElement>(null);

  const model = useMemo(() => toModel(trace), [trace]);
  const lookOf = useMemo(() => looksOf(model.services), [model]);
  const range = useMemo(() => zoomOf(search, model.whole), [search, model]);
  const hasSpans = model.nodes.length > 0;
  const choice = useMemo(
    () => ({
      shut,
      withRecords: !hasSpans || search.rows !== 'spans',
      find: search.find ?? '',
      onlyErrors: search.only === 'errors',
      service: search.service ?? '',
    }),
    [shut, hasSpans, search.rows, search.find, search.only, search.service],
  );
  const rows = useMemo(() => traceRows(model, choice), [model, choice]);

  const change = useCallback(
    (next: Partial<TraceSearch>, replace = true) =>
      navigate({
        to: '/traces/$traceId',
        params: { traceId: trace.traceId },
        search: (old) => tidyTraceSearch({ ...old, ...next }),
        resetScroll: false,
        replace,
      }),
    [navigate, trace.traceId],
  );
  const zoom = (next: Range) => change({ zoom: writeZoom(next, model.whole) });
  const toggle = useCallback(
    (key: string) =>
      setShut((old) => {
        const next = new Set(old);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
    [],
  );

  // Then everything is open, and stays so.
  const isFiltered = isChosen(choice);
  const openRow = rows.find((row) => isRowOpen(row, search));
  const openKey = openRow?.key ?? null;
  const activeIndex = rows.findIndex(({ key }) => key === (activeKey ?? openKey));
  const isPanelOpen = (search.span ?? search.record ?? search.event) !== undefined;
  const close = () => change({ span: undefined, record: undefined, event: undefined });
  const open = (row: TraceRow, replace: boolean) =>
    change(
      row.kind === 'span' ? { span: row.key, record: undefined, event: undefined } : searchOf(row.record),
      replace,
    );
  function goTo(row: TraceRow | undefined) {
    if (!row) return;
    setActiveKey(row.key);
    // Walking with a detail open is reading one after the other, not so many steps to go back.
    if (isPanelOpen) open(row, true);
  }
  const current = () => rows[activeIndex] ?? openRow;
  function move(step: number) {
    const at = current();
    goTo(at ? rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(at) + step))] : rows[0]);
  }
  function inwards() {
    const at = current();
    if (at?.kind === 'span' && at.hasInside && !at.isOpen) toggle(at.key);
    else if (at?.kind === 'span' && at.hasInside) move(1);
  }
  function outwards() {
    const at = current();
    if (at?.kind === 'span' && at.hasInside && at.isOpen && !isFiltered) toggle(at.key);
    else if (at) goTo(rows.slice(0, rows.indexOf(at)).findLast(({ depth }) => depth < at.depth));
  }
  function nextError() {
    const all = shut.size === 0 ? rows : traceRows(model, { ...choice, shut: NONE });
    const from = all.findIndex(({ key }) => key === current()?.key) + 1;
    const next = [...all.slice(from), ...all.slice(0, from)].find(isBad);
    if (next && !rows.some(({ key }) => key === next.key)) setShut(NONE);
    goTo(next);
  }
  function zoomToSpan(key: string | undefined) {
    const node = model.nodeOf.get(key ?? '');
    if (!node) return;
    const beside = Math.max(1, (node.end - node.start) * BESIDE);
    zoom({ from: node.start - beside, to: node.end + beside });
  }
  useShortcuts({
    down: () => move(1),
    up: () => move(-1),
    right: inwards,
    left: outwards,
    j: () => move(1),
    k: () => move(-1),
    enter: () => {
      const at = current();
      if (at) open(at, false);
    },
    esc: () => isPanelOpen && close(),
    '/': () => findBox.current?.focus(),
    e: nextError,
    z: () => zoomToSpan(current()?.key),
    'shift-z': () => change({ zoom: undefined }),
    l: () => change({ rows: search.rows === 'spans' ? undefined : 'spans' }),
  });

  const picture = { model, range, lookOf, wide, onZoom: zoom };
  const panel = isPanelOpen ? panelOf(model, search, zoomToSpan) : null;
  const isZoomed = range.from > model.whole.from || range.to < model.whole.to;
  return (
    <div className={cx('flex min-w-0 flex-1 flex-col', panel && roomy && 'pr-[30rem]')}>
      <div className="flex flex-col gap-3 px-4 pt-4 pb-3 md:px-6">
        <TraceHeader model={model} />
        <TraceNotes model={model} cutShort={trace.cutShort} />
        {hasSpans ? (
          <Overview {...picture} />
        ) : (
          <LogLanes {...picture} records={model.records} search={search} />
        )}
        <TraceToolbar
          model={model}
          search={search}
          lookOf={lookOf}
          isZoomed={isZoomed}
          findBox={findBox}
          change={change}
          onShutAll={() =>
            setShut(new Set(model.nodes.filter((node) => node.below > 0).map(({ key }) => key)))
          }
          onOpenAll={() => setShut(NONE)}
        />
      </div>
      {rows.length === 0 ? (
        <EmptyState
          title="Nothing in this trace matches"
          actions={
            <Button onClick={() => change({ find: undefined, only: undefined, service: undefined })}>
              Show all of it
            </Button>
          }
        />
      ) : (
        <Waterfall
          {...picture}
          rows={rows}
          panelOpen={panel !== null && roomy}
          activeIndex={activeIndex}
          openKey={openKey}
          onPick={setActiveKey}
          onShut={toggle}
        />
      )}
      {panel && (
        <SidePanel title={panel.title} beside={roomy} onClose={close}>
          {panel.content}
        </SidePanel>
      )}
    </div>
  );
}

const isRowOpen = (row: TraceRow, search: TraceSearch) =>
  row.kind === 'span' ? row.key === search.span : isOpenIn(row.record, search);

const isBad = (row: TraceRow) =>
  row.kind === 'span'
    ? row.node.span.status === 'error'
    : row.record.kind === 'error' || ['error', 'fatal'].includes(levelOf(row.record));

function panelOf(
  model: TraceModel,
  search: TraceSearch,
  zoomToSpan: (key: string) => void,
): { title: string; content: ReactNode } {
  const node = model.nodeOf.get(search.span ?? '');
  if (node)
    return {
      title: 'Span',
      content: <SpanDetail key={node.key} model={model} node={node} onZoom={() => zoomToSpan(node.key)} />,
    };
  const record = model.records.find((each) => isOpenIn(each, search));
  if (record?.kind === 'log')
    return { title: 'Line', content: <LogDetail key={record.key} model={model} place={record} /> };
  if (record) return { title: 'Error', content: <ErrorDetail key={record.key} place={record} /> };
  return {
    title: 'Not here',
    content: (
      <p className="text-sm text-ink-soft">
        What the address names is not among the parts of the trace that are stored and shown.
      </p>
    ),
  };
}

function TraceSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4 px-4 py-4 md:px-6">
      <h1 className="sr-only">Trace</h1>
      <span className="sr-only">Loading…</span>
      <Skeleton className="h-7 w-72 max-w-full" />
      <Skeleton className="h-10 w-[32rem] max-w-full" />
      <Skeleton className="h-20 w-full" />
      {['8%', '12%', '20%', '24%', '40%', '44%', '60%'].map((left) => (
        <div key={left} className="flex gap-6">
          <Skeleton className="h-4 w-1/4" />
          <div className="flex-1" style={{ paddingLeft: left }}>
            <Skeleton className="h-4 w-1/3" />
          </div>
        </div>
      ))}
    </div>
  );
}
