/** The lines, or why there are none; below them how it goes on. */
import type { ReactNode, RefObject } from 'react';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState, sentenceOf } from '#web/ui/error-state.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { Skeleton } from '#web/ui/skeleton.tsx';
import { WindowList } from '#web/ui/window-list.tsx';
import { FollowNote, type Rest } from './follow-note.tsx';
import { LineHeader } from './line-header.tsx';
import { LineRow, tableWidthMin } from './line-row.tsx';
import type { Line } from './lines.ts';
import { LINES_MAX } from './logs-queries.ts';
import type { Following } from './use-follow.ts';

/** Heights of a row before it is measured. */
const ROW_PX = 27;
const PHONE_ROW_PX = 78;
/** With more columns the table may be wider than its place; then it scrolls sideways, and its header with it. */
const COLUMNS_FIT = 3;

interface Pages {
  data: unknown;
  error: unknown;
  isPending: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => void;
  refetch: () => void;
}

interface LineListProps {
  lines: readonly Line[];
  columns: readonly string[];
  wide: boolean;
  wrap: boolean;
  activeIndex: number;
  openKey: string | null;
  pages: Pages;
  unreadable: boolean;
  /** Null: one does not follow. */
  followed: { following: Following; rest: Rest } | null;
  /** The lines themselves, which a pointer may hold. */
  held: RefObject<HTMLDivElement | null>;
  total: number | undefined;
  onOpen: (line: Line) => void;
  onRemoveColumn: (key: string) => void;
  /** Shown where nothing was found. */
  nothing: ReactNode;
}

export function LineList(props: LineListProps) {
  const { lines, columns, wide, wrap, activeIndex, openKey, pages, followed } = props;
  if (props.unreadable)
    return (
      <EmptyState title="The search cannot be read">
        <p>The place is marked in the search above. Change it and press Enter.</p>
      </EmptyState>
    );
  if (pages.error && !pages.data)
    return <ErrorState error={pages.error} retry={pages.refetch} what="The lines could not be loaded" />;
  if (pages.isPending) return <LinesSkeleton />;
  if (lines.length === 0 && !followed) return props.nothing;

  const more = pages.hasNextPage && !followed?.following.cut;
  const sideways = wide && columns.length > COLUMNS_FIT;
  return (
    <div className={sideways ? 'overflow-x-auto' : undefined}>
      <div style={sideways ? { minWidth: tableWidthMin(columns) } : undefined}>
        {wide && <LineHeader columns={columns} onRemove={props.onRemoveColumn} />}
        {followed && <FollowNote {...followed} />}
        <div ref={props.held}>
          <WindowList
            label="Lines"
            items={lines}
            keyOf={({ key }) => key}
            rowPx={wide ? ROW_PX : PHONE_ROW_PX}
            total={Math.max(props.total ?? 0, lines.length)}
            more={more}
            onMore={() => !pages.isFetchingNextPage && pages.fetchNextPage()}
            activeIndex={activeIndex}
            row={(line, index) => (
              <LineRow
                line={line}
                columns={columns}
                wide={wide}
                wrap={wrap}
                active={index === activeIndex}
                open={line.key === openKey}
                onOpen={props.onOpen}
              />
            )}
          />
        </div>
        <p className="px-4 py-4 text-center text-xs text-ink-faint" aria-live="polite">
          {ending(props, more)}
        </p>
      </div>
    </div>
  );
}

function ending({ pages, lines, followed }: LineListProps, more: boolean): string {
  if (pages.isFetchingNextPage) return 'Loading more…';
  if (pages.error) return `The next lines could not be loaded. ${sentenceOf(pages.error)}`;
  if (followed?.following.cut) return 'Older lines are left out while you follow new ones.';
  if (more) return '';
  if (lines.length >= LINES_MAX)
    return `These are the newest ${fullNumber(lines.length)}. Narrow the search or the period to see others.`;
  return lines.length === 0 ? '' : `That is all: ${counted(lines.length, 'line')}.`;
}

function LinesSkeleton() {
  return (
    <div aria-busy className="pt-8">
      <span className="sr-only">Loading the lines…</span>
      {Array.from(Array(16).keys(), (row) => (
        <div key={row} aria-hidden className="flex gap-3 border-b border-line px-4 py-2">
          <Skeleton className="h-3 w-32 shrink-0" />
          <Skeleton className="h-3 w-12 shrink-0" />
          <Skeleton className={`h-3 ${['w-2/3', 'w-1/2', 'w-4/5', 'w-1/3'][row % 4]}`} />
        </div>
      ))}
    </div>
  );
}
