/** Between the search and the chart: how many lines there are, which period, which columns, and whether to follow. */
import { Link } from '@tanstack/react-router';
import { Bell, Columns3, Radio, RefreshCw, WrapText, ZoomOut } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import type { LogQuestion } from '#web/client.ts';
import { SavedMenu } from '#web/saved/saved-menu.tsx';
import { useMay } from '#web/session.ts';
import { Button, buttonClass, IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Menu, MenuItem } from '#web/ui/menu.tsx';
import { counted } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { alertOf } from './alert-draft.ts';
import { ExportMenu } from './export-menu.tsx';
import type { LogPeriod, LogsSearch, TimeRange } from './logs-search.ts';
import { withKey } from './logs-search.ts';
import { PeriodMenu } from './period-menu.tsx';
import { isShown, searchOf, viewOf } from './saved-view.ts';

/** Names the menu offers: more is scrolling, not choosing. */
const NAMES_OFFERED = 60;

const VIEWS = [
  { value: 'lines', label: 'Lines' },
  { value: 'patterns', label: 'Patterns' },
  { value: 'chart', label: 'Chart' },
  { value: 'compare', label: 'Compare' },
] as const;

export type LogsView = (typeof VIEWS)[number]['value'];

interface LogsToolbarProps {
  search: LogsSearch;
  total: number | undefined;
  /** The total is on its way; false when it could not be counted either. */
  counting: boolean;
  columns: readonly string[];
  /** Keys of the lines on the page, which can be columns. */
  names: readonly string[];
  wrap: boolean;
  following: boolean;
  onWrap: (wrap: boolean) => void;
  onFollow: (on: boolean) => void;
  onColumns: (columns: readonly string[]) => void;
  onPeriod: (period: LogPeriod) => void;
  onRange: (range: TimeRange) => void;
  /** Null: there is nothing wider. */
  onZoomOut: (() => void) | null;
  onAskAgain: () => void;
  onView: (view: LogsView) => void;
  onOpenSaved: (search: LogsSearch) => void;
  savedTrigger: Ref<HTMLButtonElement>;
  /** What the lines answer: an export holds the same. */
  question: LogQuestion;
  children: ReactNode;
}

export function LogsToolbar(props: LogsToolbarProps) {
  const { search, total, counting, columns, names, wrap, following, children } = props;
  const mayAlert = useMay('alerts:write');
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-auto text-sm" aria-live={following ? 'off' : 'polite'}>
        {total === undefined ? (
          counting && <span className="text-ink-faint">Counting…</span>
        ) : (
          <b>{counted(total, 'line')}</b>
        )}
      </p>
      <Segmented
        label="What is listed"
        size="small"
        value={search.view ?? 'lines'}
        choices={VIEWS}
        onChange={props.onView}
      />
      {children}
      {search.view === undefined && (
        <Button
          look={following ? 'primary' : 'secondary'}
          aria-pressed={following}
          onClick={() => props.onFollow(!following)}
          title="Follow new lines (f)"
        >
          <Radio aria-hidden className={cx(following && 'motion-safe:animate-pulse')} />
          Live
        </Button>
      )}
      {search.view === undefined && (
        <Menu
          align="end"
          trigger={
            <button type="button" className={buttonClass()}>
              <Columns3 aria-hidden />
              Columns
            </button>
          }
        >
          {[...new Set([...columns, ...names])].slice(0, NAMES_OFFERED).map((name) => (
            <MenuItem
              key={name}
              onSelect={() =>
                props.onColumns(
                  columns.includes(name) ? columns.filter((each) => each !== name) : withKey(columns, name),
                )
              }
            >
              <span className="w-4 text-accent">{columns.includes(name) && '✓'}</span>
              <bdi className="max-w-56 truncate">{name}</bdi>
            </MenuItem>
          ))}
        </Menu>
      )}
      <SavedMenu
        page={{
          screen: 'logs',
          project: search.project,
          view: viewOf(search),
          kept: 'With its period, columns, facets and chart.',
          isShown: (query) => isShown(query, search),
        }}
        onOpen={(query) => props.onOpenSaved(searchOf(query, search))}
        trigger={props.savedTrigger}
      />
      {mayAlert && (
        <Link
          to="/alerts/new"
          search={alertOf(search)}
          aria-label="Make an alert of this"
          title="Make an alert of this"
          className={buttonClass('secondary', 'icon', 'size-8!')}
        >
          <Bell aria-hidden />
        </Link>
      )}
      <ExportMenu question={props.question} total={total} />
      {search.view === undefined && (
        <IconButton
          label="Wrap long lines (w)"
          look={wrap ? 'primary' : 'secondary'}
          aria-pressed={wrap}
          onClick={() => props.onWrap(!wrap)}
          className="size-8!"
        >
          <WrapText aria-hidden />
        </IconButton>
      )}
      <PeriodMenu search={search} onPeriod={props.onPeriod} onRange={props.onRange} />
      <IconButton
        label="Zoom out (z)"
        look="secondary"
        disabled={props.onZoomOut === null}
        onClick={() => props.onZoomOut?.()}
        className="size-8!"
      >
        <ZoomOut aria-hidden />
      </IconButton>
      <IconButton label="Ask again (r)" look="secondary" onClick={props.onAskAgain} className="size-8!">
        <RefreshCw aria-hidden />
      </IconButton>
    </div>
  );
}
