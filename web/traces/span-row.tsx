/** One span: an arrow when something is inside, its name, what it does, its bar. On a phone the name is above the bar. */
import { Link } from '@tanstack/react-router';
import { ChevronRight, CircleX } from 'lucide-react';
import { memo } from 'react';
import type { Range } from '#web/durations.ts';
import { type ServiceLook, serviceName } from '#web/service-looks.ts';
import { cx } from '#web/ui/cx.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { ARROW_PX, indentPx, rowClass } from './row-layout.ts';
import { SpanBar } from './span-bar.tsx';
import type { SpanRow as Row } from './trace-rows.ts';
import { tidyTraceSearch } from './trace-search.ts';

/** Characters of a name that a row draws. */
const NAME_CHARS = 300;

interface SpanRowProps {
  row: Row;
  range: Range;
  look: ServiceLook;
  wide: boolean;
  active: boolean;
  open: boolean;
  onPick: (key: string) => void;
  onShut: (key: string) => void;
}

export const SpanRow = memo(function SpanRow(props: SpanRowProps) {
  const { row, range, look, wide, active, open, onPick, onShut } = props;
  const { node, depth, isOpen, hasInside } = row;
  const { span } = node;
  const indent = indentPx(depth, wide);
  const failed = span.status === 'error';
  return (
    <div className="relative">
      <Link
        from="/traces/$traceId"
        to="/traces/$traceId"
        search={(old) => tidyTraceSearch({ ...old, span: row.key, record: undefined, event: undefined })}
        resetScroll={false}
        preload={false}
        data-row-focus
        aria-current={open ? 'true' : undefined}
        onClick={() => onPick(row.key)}
        className={cx(
          rowClass(wide),
          'relative border-b border-line/60 text-xs outline-none hover:bg-hover',
          open && 'bg-accent-soft! hover:bg-accent-soft',
          (active || open) && 'shadow-[inset_2px_0_0_var(--accent)]',
          'focus-visible:bg-hover focus-visible:shadow-[inset_2px_0_0_var(--accent)]',
        )}
      >
        <span
          className={cx('flex min-w-0 items-center gap-1.5', wide ? 'pr-3' : 'h-5 pr-2')}
          style={{ paddingLeft: indent + ARROW_PX + 8 }}
        >
          <span aria-hidden className={cx('h-3.5 w-1 shrink-0 rounded-full', look.solid)} />
          {failed && <CircleX aria-label="failed" className="size-3.5 shrink-0 text-danger" />}
          <bdi
            className={cx(
              'min-w-0 truncate font-medium',
              failed ? 'text-danger' : 'text-ink',
              !row.isFound && 'font-normal text-ink-faint!',
            )}
            title={span.name}
          >
            {revealBidi(span.name.slice(0, NAME_CHARS)) || 'no name'}
          </bdi>
          <span className="min-w-8 shrink-[99] truncate text-2xs text-ink-faint">
            {[serviceName(span.service), span.op || kindOf(span.kind)].filter(Boolean).join(' · ')}
          </span>
        </span>
        <span className={cx('relative block', 'overflow-hidden', wide ? 'mr-4 h-full' : 'mx-2 h-6')}>
          <SpanBar node={node} range={range} look={look} />
        </span>
      </Link>
      {hasInside && (
        <button
          type="button"
          tabIndex={-1}
          aria-expanded={isOpen}
          aria-label={`What is inside of ${span.name.slice(0, NAME_CHARS)}`}
          title={isOpen ? 'Shut (←)' : `Open (→): ${node.below} inside`}
          onClick={() => onShut(row.key)}
          className={cx(
            'absolute top-0 flex h-7 w-6 items-center justify-center text-ink-faint hover:text-ink',
            !isOpen && node.failsBelow && 'text-danger!',
          )}
          style={{ left: indent + 4 }}
        >
          <ChevronRight aria-hidden className={cx('size-3.5 transition-transform', isOpen && 'rotate-90')} />
        </button>
      )}
    </div>
  );
});

/** What nearly all are says nothing. */
const kindOf = (kind: string) => (kind === 'internal' || kind === 'unspecified' ? '' : kind);
