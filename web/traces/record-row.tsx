/** A log record or an error among the spans: its level, its words, its moment, and the way to where it is at home. */
import { Link } from '@tanstack/react-router';
import { Bug, ExternalLink } from 'lucide-react';
import { memo } from 'react';
import { offsetText, placeIn, type Range } from '#web/durations.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { type ServiceLook, serviceName } from '#web/service-looks.ts';
import { cx } from '#web/ui/cx.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { levelOf } from './lanes.ts';
import type { LogsSearch } from './logs-links.ts';
import { ARROW_PX, indentPx, rowClass } from './row-layout.ts';
import { serviceOf } from './trace-model.ts';
import { searchOf, wordsOf } from './trace-records.ts';
import type { RecordRow as Row } from './trace-rows.ts';
import { tidyTraceSearch } from './trace-search.ts';

const CHARS = 400;
/** Further right the words stand to the left of the mark, percent. */
const RIGHT_MOST = 82;

interface RecordRowProps {
  row: Row;
  range: Range;
  look: ServiceLook;
  wide: boolean;
  active: boolean;
  open: boolean;
  /** The lines of the trace in the explorer. */
  logs: LogsSearch | null;
  onPick: (key: string) => void;
}

export const RecordRow = memo(function RecordRow(props: RecordRowProps) {
  const { row, range, look, wide, active, open, logs, onPick } = props;
  const { record } = row;
  const level = levelOf(record);
  return (
    <div className="group relative">
      <Link
        from="/traces/$traceId"
        to="/traces/$traceId"
        search={(old) => tidyTraceSearch({ ...old, ...searchOf(record) })}
        resetScroll={false}
        preload={false}
        data-row-focus
        aria-current={open ? 'true' : undefined}
        onClick={() => onPick(row.key)}
        className={cx(
          rowClass(wide),
          'relative border-b border-line/60 text-xs outline-none hover:bg-hover',
          record.kind === 'error' && 'bg-danger-soft/40',
          open && 'bg-accent-soft! hover:bg-accent-soft',
          (active || open) && 'shadow-[inset_2px_0_0_var(--accent)]',
          'focus-visible:bg-hover focus-visible:shadow-[inset_2px_0_0_var(--accent)]',
        )}
      >
        <span
          className={cx('flex min-w-0 items-center gap-1.5', wide ? 'pr-3' : 'min-h-5 pr-2')}
          style={{ paddingLeft: indentPx(row.depth, wide) + (record.node ? ARROW_PX + 8 : 12) }}
        >
          {record.kind === 'error' ? (
            <span className={cx('flex shrink-0', record.node === null && 'w-9')}>
              <Bug aria-label="error" className="size-3.5 text-danger" />
            </span>
          ) : (
            <span className={cx('w-9 shrink-0 text-2xs', LEVEL_LOOKS[level].ink)}>
              {level === 'unknown' ? '–' : level}
            </span>
          )}
          {record.node === null && (
            <span className="flex max-w-24 shrink-0 items-center gap-1.5 text-2xs text-ink-soft md:w-24">
              <span aria-hidden className={cx('size-2 shrink-0 rounded-sm', look.solid)} />
              <bdi className="truncate">{serviceName(serviceOf(record))}</bdi>
            </span>
          )}
          <bdi
            className={cx(
              'min-w-0 flex-1 [overflow-wrap:anywhere]',
              record.kind === 'log' ? 'font-mono' : 'font-medium text-danger',
              wide ? 'truncate' : 'line-clamp-2',
            )}
          >
            {revealBidi(wordsOf(record).slice(0, CHARS)) || 'no text'}
          </bdi>
          {record.kind === 'error' && record.error.issue && (
            <span className="shrink-0 text-2xs text-ink-soft">{record.error.issue.shortId}</span>
          )}
        </span>
        <span className={cx('relative block', 'overflow-hidden', wide ? 'mr-4 h-full' : 'mx-2 h-5')}>
          <Moment
            at={record.at}
            range={range}
            dot={LEVEL_LOOKS[level].dot}
            isError={record.kind === 'error'}
          />
        </span>
      </Link>
      {wide && <Home row={row} logs={logs} />}
    </div>
  );
});

function Moment({ at, range, dot, isError }: { at: number; range: Range; dot: string; isError: boolean }) {
  const place = placeIn(range, at);
  const isBeyond = at < range.from || at > range.to;
  return (
    <>
      {!isBeyond && (
        <span
          className={cx(
            'absolute top-1/2 -translate-x-1/2 -translate-y-1/2',
            dot,
            isError ? 'size-2 rotate-45' : 'h-3 w-1 rounded-full',
          )}
          style={{ left: `${place}%` }}
        />
      )}
      <span
        className="absolute inset-y-0 flex items-center px-2 text-2xs whitespace-nowrap text-ink-faint"
        style={place > RIGHT_MOST ? { right: `${100 - place}%` } : { left: `${place}%` }}
      >
        {offsetText(at)}
      </span>
    </>
  );
}

const HOME =
  'absolute top-0.5 right-1 flex size-6 items-center justify-center rounded bg-surface text-ink-soft opacity-0 shadow-sm ' +
  'hover:text-accent focus-visible:opacity-100 group-hover:opacity-100 group-focus-within:opacity-100';

function Home({ row: { record }, logs }: { row: Row; logs: LogsSearch | null }) {
  if (record.kind === 'log')
    return (
      logs && (
        <Link
          to="/logs"
          search={{ ...logs, record: record.log.id }}
          title="In the logs"
          aria-label="The line in the logs"
          className={HOME}
        >
          <ExternalLink aria-hidden className="size-3.5" />
        </Link>
      )
    );
  const { issue, eventId } = record.error;
  return (
    issue && (
      <Link
        to="/issues/$issueId/{-$tab}"
        params={{ issueId: issue.id }}
        search={{ event: eventId }}
        title={`In ${issue.shortId}`}
        aria-label={`The error in ${issue.shortId}`}
        className={HOME}
      >
        <ExternalLink aria-hidden className="size-3.5" />
      </Link>
    )
  );
}
