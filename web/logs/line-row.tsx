/** One line of the table: time, the chosen columns, body. On a phone the columns stand above the body. */
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { LogRecord } from '#contract/logs.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { millisecondsOf, rowTime } from '#web/log-time.ts';
import { cx } from '#web/ui/cx.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { relativeTime } from '#web/ui/time.ts';
import { columnText } from './fields.ts';
import type { Line } from './lines.ts';

/** Characters of a body that a row draws: what fits beside the columns, and what a person reads when it is wrapped. */
const LINE_CHARS = 600;
const WRAPPED_CHARS = 4000;

/** Widths in rem. */
const TIME_WIDTH = 9.75;
const WIDTHS: Record<string, number> = { level: 3.75, service: 8, host: 8, environment: 7 };
const WIDTH_USUAL = 9;
/** As narrow as a body can be read. */
const BODY_WIDTH_MIN = 18;
const GAP = 0.75;

const widthsOf = (columns: readonly string[]) => [
  TIME_WIDTH,
  ...columns.map((key) => WIDTHS[key] ?? WIDTH_USUAL),
];

/** Shared with the header, so that names and values line up. */
export const gridOf = (columns: readonly string[]) =>
  [...widthsOf(columns).map((width) => `${width}rem`), 'minmax(0, 1fr)'].join(' ');

/** What a table is not narrower than; in less room it scrolls sideways. */
export const tableWidthMin = (columns: readonly string[]) =>
  `${widthsOf(columns).reduce((sum, width) => sum + width + GAP, BODY_WIDTH_MIN)}rem`;

interface LineRowProps {
  line: Line;
  columns: readonly string[];
  wide: boolean;
  wrap: boolean;
  active: boolean;
  open: boolean;
  onOpen: (line: Line) => void;
}

export const LineRow = memo(function LineRow(props: LineRowProps) {
  const { line, columns, wide, wrap, active, open, onOpen } = props;
  const { record } = line;
  const chars = wrap || !wide ? WRAPPED_CHARS : LINE_CHARS;
  return (
    <Link
      from="/logs"
      to="/logs"
      search={(old) => ({ ...old, record: record.id })}
      resetScroll={false}
      preload={false}
      data-row-focus
      aria-current={open ? 'true' : undefined}
      onClick={() => onOpen(line)}
      className={cx(
        'relative block border-b border-l-[3px] border-b-line text-xs outline-none hover:bg-hover',
        LEVEL_LOOKS[record.level].row,
        wide ? 'grid items-baseline gap-x-3 py-[3px] pr-4 pl-3' : 'px-3 py-2',
        open && 'bg-accent-soft! hover:bg-accent-soft',
        (active || open) && 'shadow-[inset_2px_0_0_var(--accent)]',
        'focus-visible:bg-hover focus-visible:shadow-[inset_2px_0_0_var(--accent)]',
      )}
      style={wide ? { gridTemplateColumns: gridOf(columns) } : undefined}
    >
      {wide ? (
        <>
          <Time record={record} />
          {columns.map((key) => (
            <Cell key={key} record={record} column={key} />
          ))}
        </>
      ) : (
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <Time record={record} />
          {columns.map((key) => columnText(record, key) && <Cell key={key} record={record} column={key} />)}
        </span>
      )}
      <bdi
        className={cx(
          'min-w-0 font-mono leading-5 text-ink',
          wrap && wide && '[overflow-wrap:anywhere] whitespace-pre-wrap',
          !wrap && wide && 'truncate',
          !wide &&
            (wrap
              ? 'block [overflow-wrap:anywhere] whitespace-pre-wrap'
              : 'line-clamp-3 [overflow-wrap:anywhere]'),
        )}
      >
        {record.body === '' ? (
          <span className="text-ink-faint italic">no text</span>
        ) : (
          revealBidi((record.message ?? record.body).slice(0, chars))
        )}
      </bdi>
    </Link>
  );
});

function Time({ record }: { record: LogRecord }) {
  const at = millisecondsOf(record.timestamp);
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={relativeTime(at, Date.now())}
      className="font-mono leading-5 whitespace-nowrap text-ink-soft"
    >
      {rowTime(record.timestamp)}
    </time>
  );
}

function Cell({ record, column }: { record: LogRecord; column: string }) {
  const value = columnText(record, column).slice(0, LINE_CHARS);
  return (
    <bdi
      title={value}
      className={cx(
        'min-w-0 truncate leading-5',
        column === 'level' ? LEVEL_LOOKS[record.level].ink : 'text-ink-soft',
      )}
    >
      {column === 'level' && record.level === 'unknown' ? '–' : revealBidi(value)}
    </bdi>
  );
}
